import { z } from 'zod';
import { Id } from '../values.js';

/** One event over HTTP, in Segment's envelope. GA4's `params` and `client_id` are read as `properties` and `anonymousId`. */
export const EventRequest = z.looseObject({
  type: z.enum(['track', 'page', 'identify']).default('track'),
  event: z.string().max(200).optional(),
  messageId: Id.optional(),
  anonymousId: Id.optional(),
  userId: Id.optional(),
  timestamp: z.union([z.string(), z.number()]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  traits: z.record(z.string(), z.unknown()).optional(),
  recommendationId: Id.optional(),
});
export type EventRequest = z.infer<typeof EventRequest>;

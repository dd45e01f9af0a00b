import { z } from 'zod';
import { declareEvent } from '../event.js';
import { SHOPPER_EVENT } from '../topic.js';
import { Id, Instant } from '../values.js';

/** What a shopper did, as the storefront said it, in Segment's envelope; names of Segment or GA4. */
export const ShopperEventReceived = declareEvent({
  type: 'event.received',
  topics: [SHOPPER_EVENT],
  description:
    "What a shopper did, in Segment's envelope, with names of Segment or GA4. A storefront may publish it itself.",
  schema: z.object({
    /** The storefront's id of this event: the same id twice is the same event. */
    messageId: Id,
    type: z.enum(['track', 'page', 'identify']),
    /** For `track`: the event name. */
    event: z.string().max(200).optional(),
    anonymousId: Id,
    userId: Id.optional(),
    /** When it happened on the shopper's device, already clamped to a believable range. */
    timestamp: Instant,
    receivedAt: Instant,
    /** As received: `product_id`, `products`, `query`, `items` ... read by user-signal. */
    properties: z.record(z.string(), z.unknown()).optional(),
    /** The recommendation that the shopper acted upon. */
    recommendationId: Id.optional(),
  }),
  key: ({ anonymousId }) => anonymousId,
});

export type ShopperEventReceived = z.infer<typeof ShopperEventReceived.schema>;

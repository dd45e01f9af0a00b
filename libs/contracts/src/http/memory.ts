import { z } from 'zod';
import { SIGNAL_KINDS } from '../vocabulary.js';

/** What is remembered of a shopper, for the shopper to read. */
export const MemoryResponse = z.object({
  shopperId: z.string(),
  /** What it rests on, newest first. */
  evidence: z.array(
    z.object({
      id: z.string(),
      productId: z.string(),
      kind: z.enum(SIGNAL_KINDS),
      occurredAt: z.string(),
      sessionId: z.string(),
      weight: z.number(),
    }),
  ),
  /** Derived on reading: categories by weight, 0 to 1. */
  interests: z.array(z.object({ category: z.string(), weight: z.number() })),
  considering: z.array(z.object({ productId: z.string(), lastSeenAt: z.string(), weight: z.number() })),
  carts: z.array(z.object({ productId: z.string(), addedAt: z.string(), outcome: z.string() })),
  priceBand: z.object({ low: z.number(), high: z.number() }).optional(),
  /** The memory in a few lines of plain text. */
  digest: z.string(),
});
export type MemoryResponse = z.infer<typeof MemoryResponse>;

/** The questions that the gateway asks user-signal. */
export abstract class Shoppers {
  /** By userId, anonymousId or shopperId, tried in this order; `null` when nobody is known by it. */
  abstract memory(id: string): Promise<MemoryResponse | null>;
  /** The pseudonym of a shopper; `null` when nobody is known by this id. */
  abstract resolve(id: string): Promise<string | null>;
}

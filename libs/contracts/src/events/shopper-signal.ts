import { z } from 'zod';
import { declareEvent } from '../event.js';
import { SHOPPER_ERASURE, SHOPPER_SIGNAL } from '../topic.js';
import { Id, Instant, Money } from '../values.js';
import { SIGNAL_KINDS } from '../vocabulary.js';

export const SignalItem = z.object({
  productId: Id,
  sku: Id.optional(),
  /** Pieces, at least 1; only of cart, order and return. */
  quantity: z.number().int().min(1).max(1_000_000).optional(),
  /** What the shopper saw or paid for one piece. */
  price: Money.optional(),
});
export type SignalItem = z.infer<typeof SignalItem>;

/** What a shopper did, cleaned. Pseudonymous: no id that the store or the browser knows. */
export const SignalRecorded = declareEvent({
  type: 'signal.recorded',
  topics: [SHOPPER_SIGNAL],
  description: 'One thing a shopper did: pseudonymous, once only, in its session, with the weight it teaches with.',
  schema: z.object({
    /** Deterministic: the same event always becomes the same signal. */
    signalId: Id,
    shopperId: Id,
    /** The shopper that this one turned out to be within this session; the session keeps its key, the memory is theirs. */
    joinedInto: Id.optional(),
    sessionId: Id,
    /** 1, 2, 3 ... within the session: a consumer drops what is not above the last one it saw. */
    seq: z.number().int().min(1),
    kind: z.enum(SIGNAL_KINDS),
    /** One product for most kinds, the lines of the basket for `order` and `return`, none for a search. */
    items: z.array(SignalItem).max(1000),
    orderId: Id.optional(),
    query: z.string().max(500).optional(),
    category: z.string().max(300).optional(),
    /** How much it teaches, before any decay: view 1, cart 3, order 6 and so on; 0 teaches nothing. */
    weight: z.number().min(-10).max(10),
    occurredAt: Instant,
    recommendationId: Id.optional(),
  }),
  key: ({ shopperId }) => shopperId,
});
export type SignalRecorded = z.infer<typeof SignalRecorded.schema>;

/** Forget this shopper. */
export const ErasureRequested = declareEvent({
  type: 'erasure.requested',
  topics: [SHOPPER_ERASURE],
  description:
    'A shopper is to be forgotten: memory and links go, and later or replayed events do not bring them back.',
  schema: z.object({ shopperId: Id, requestedAt: Instant }),
  key: ({ shopperId }) => shopperId,
});
export type ErasureRequested = z.infer<typeof ErasureRequested.schema>;

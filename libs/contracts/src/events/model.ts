import { z } from 'zod';
import { declareEvent } from '../event.js';
import { MODEL_MANIFEST, MODEL_ROW } from '../topic.js';
import { CategoryPath, Id, Instant } from '../values.js';

/**
 * `covisit`: where the walk goes from a product (R of algorithms §2.2); `transition`: where it starts (T);
 * `bought-together`: products of the same orders, by log-likelihood ratio; `trend`: what a category (subject) or the shop (subject `*`) turns to.
 */
export const GENERATORS = ['covisit', 'transition', 'bought-together', 'trend'] as const;
export type Generator = (typeof GENERATORS)[number];

export const ModelRowPublished = declareEvent({
  type: 'row.published',
  topics: [MODEL_ROW],
  description: 'The neighbours of one product, or the trend of one category, best first. Replaces the row before it.',
  schema: z.object({
    generator: z.enum(GENERATORS),
    /** A product id; for `trend` a category path or `*`. */
    subject: CategoryPath,
    /** The epoch of the model that this row belongs to. */
    epoch: z.string().max(100),
    /** Product ids, best first, at most 100. */
    products: z.array(Id).max(100),
    /** As many as `products`, descending, above 0. */
    scores: z.array(z.number().min(0)).max(100),
  }),
  key: ({ generator, subject }) => `${generator}:${subject}`,
});
export type ModelRowPublished = z.infer<typeof ModelRowPublished.schema>;

export const ModelManifestPublished = declareEvent({
  type: 'manifest.published',
  topics: [MODEL_MANIFEST],
  description: 'A model reached a new epoch: what it was made from.',
  schema: z.object({
    model: Id,
    epoch: z.string().max(100),
    publishedAt: Instant,
    /** Signals folded so far. */
    signals: z.number().int().min(0),
    rows: z.number().int().min(0),
    /** Next offset to fold per `topic/partition`. */
    positions: z.record(z.string(), z.number().int().min(0)),
  }),
  key: ({ model }) => model,
});
export type ModelManifestPublished = z.infer<typeof ModelManifestPublished.schema>;

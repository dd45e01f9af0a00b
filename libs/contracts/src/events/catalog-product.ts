import { z } from 'zod';
import { declareEvent } from '../event.js';
import { ProductContent, VariantOffer } from '../product.js';
import { CATALOG_OFFER, CATALOG_PRODUCT } from '../topic.js';
import { Id, Instant } from '../values.js';

/** Rises with every change of a product, content or offer; the version of every projection of it. */
const revision = z.number().int().min(1);

/** The content of a product as catalog-sync knows it. `removed` products stay readable for a while, then a tombstone follows. */
export const ProductUpserted = declareEvent({
  type: 'product.upserted',
  topics: [CATALOG_PRODUCT],
  description: 'The full content of a product after a change; `removed: true` when it is no longer sold.',
  schema: z.object({
    productId: Id,
    revision,
    removed: z.boolean(),
    /** Absent while only an offer is known. */
    content: ProductContent.optional(),
    /** Changes exactly when the content does: what to re-encode is decided by it. */
    contentHash: z.string(),
    firstSeenAt: Instant,
  }),
  key: ({ productId }) => productId,
});

/** Price and stock of all variants of a product as catalog-sync knows them. */
export const OfferChanged = declareEvent({
  type: 'offer.changed',
  topics: [CATALOG_OFFER],
  description: 'Price, cost, stock and availability of every variant of a product after a change.',
  schema: z.object({
    productId: Id,
    revision,
    removed: z.boolean(),
    /** When the newest of this news was seen at its source. */
    observedAt: Instant,
    offers: z.array(VariantOffer).max(500),
  }),
  key: ({ productId }) => productId,
});

export type ProductUpserted = z.infer<typeof ProductUpserted.schema>;
export type OfferChanged = z.infer<typeof OfferChanged.schema>;

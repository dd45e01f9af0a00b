import { z } from 'zod';
import { declareEvent } from '../event.js';
import { OfferChange, ProductContent } from '../product.js';
import { CATALOG_CHANGE, CATALOG_IMPORT } from '../topic.js';
import { Id, Instant } from '../values.js';

/** When the source saw it so. Of two pieces of news about the same field the later one wins, however late it arrives. */
const observedAt = Instant;

/** A product looks like this. Replaces all content. */
export const ContentObserved = declareEvent({
  type: 'content.observed',
  topics: [CATALOG_CHANGE, CATALOG_IMPORT],
  description: 'A source says what a product is: title, categories, variants. Replaces all content that is older.',
  schema: z.object({ productId: Id, observedAt, content: ProductContent }),
  key: ({ productId }) => productId,
});

/** A variant's price, cost or stock is this. Fields that are absent stay. */
export const OfferObserved = declareEvent({
  type: 'offer.observed',
  topics: [CATALOG_CHANGE, CATALOG_IMPORT],
  description:
    'A source says what a variant costs or how many there are. By productId, sku or both; a sku alone is resolved by catalog-sync.',
  schema: z
    .object({ productId: Id.optional(), sku: Id.optional(), observedAt, offer: OfferChange })
    .refine(({ productId, sku }) => productId ?? sku, 'needs productId or sku')
    .meta({ anyOf: [{ required: ['productId'] }, { required: ['sku'] }] }),
  key: ({ productId, sku }) => productId ?? sku ?? '',
});

/** The product is no longer sold. Later content brings it back. */
export const RemovalObserved = declareEvent({
  type: 'removal.observed',
  topics: [CATALOG_CHANGE, CATALOG_IMPORT],
  description: 'A source says that a product is gone. Content observed later brings it back.',
  schema: z.object({ productId: Id, observedAt }),
  key: ({ productId }) => productId,
});

export type ContentObserved = z.infer<typeof ContentObserved.schema>;
export type OfferObserved = z.infer<typeof OfferObserved.schema>;
export type RemovalObserved = z.infer<typeof RemovalObserved.schema>;

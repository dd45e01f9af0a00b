import { z } from 'zod';
import { type ContentObserved, type OfferObserved, type RemovalObserved } from '../events/catalog-change.js';
import { OfferChange, ProductContent, Variant } from '../product.js';
import { Id, Instant } from '../values.js';

const observedAt = Instant.optional();

/** One change of the catalogue over HTTP; without `observedAt` it counts as observed on arrival. */
export const CatalogChange = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('content'), productId: Id, observedAt, content: ProductContent }),
  z
    .strictObject({
      type: z.literal('offer'),
      productId: Id.optional(),
      sku: Id.optional(),
      observedAt,
      offer: OfferChange,
    })
    .refine(({ productId, sku }) => productId ?? sku, { message: 'needs productId or sku', path: ['sku'] }),
  z.strictObject({ type: z.literal('removal'), productId: Id, observedAt }),
]);
export type CatalogChange = z.infer<typeof CatalogChange>;

/** A change as it travels on the bus. */
export type CatalogCommand =
  | { event: typeof ContentObserved; payload: ContentObserved }
  | { event: typeof OfferObserved; payload: OfferObserved }
  | { event: typeof RemovalObserved; payload: RemovalObserved };

const offerFields = OfferChange.shape;

/** A whole product in one line, as feeds have it: content and offers together. */
export const CatalogItem = ProductContent.omit({ variants: true }).extend({
  productId: Id,
  observedAt,
  ...offerFields,
  variants: z.array(Variant.extend(offerFields)).max(500).optional(),
});
export type CatalogItem = z.infer<typeof CatalogItem>;

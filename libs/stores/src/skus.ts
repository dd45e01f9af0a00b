import { isRemoved, type ProductState } from '@shopkeeper/recommender';

/** The skus whose news belong to this product: more than it sells, for news of a variant that its content no longer lists are still its own. */
export function resolvableSkus(state: ProductState): readonly string[] {
  const skus = new Set(Object.keys(state.variants));
  for (const variant of state.content?.value.variants ?? []) skus.add(variant.sku);
  if (skus.size === 0) skus.add(state.productId);
  return [...skus];
}

/** How strongly a product claims its skus: one with content before one without, one that is sold before a removed one. */
export const claimOf = (state: ProductState): number => (state.content === null ? 0 : 2) + (isRemoved(state) ? 0 : 1);

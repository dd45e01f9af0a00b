import { isSellable, type OfferChanged, type ProductUpserted, type VariantOffer } from '@shopkeeper/contracts';
import { lastSeenAt, variantState } from './apply.js';
import { isRemoved, type Observed, type ProductState } from './product-state.js';
import { offerOf, withProduct } from './variant-state.js';

/** The most variants that one product publishes. */
const MAX_VARIANTS = 500;

/** What text search and filters need of a product; the shape of a document of the product index. */
export interface CatalogDocument {
  readonly productId: string;
  readonly revision: number;
  readonly contentHash: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string | null;
  readonly categories: readonly string[];
  /** `name value`. */
  readonly attributes: readonly string[];
  readonly skus: readonly string[];
  /** Lowest price of a sellable variant, else of any; `null` when unknown. */
  readonly price: number | null;
  readonly sellable: boolean;
  /** Also true of a product whose content is not known: it cannot be shown. */
  readonly removed: boolean;
}

/**
 * The skus of a product: those that its content lists; where it lists none, those that offers named; else the product id.
 * Offers for skus that the content does not list are kept, not published: what a feed no longer lists is no longer sold.
 */
export function skusOf(state: ProductState): readonly string[] {
  const listed = state.content?.value.variants?.map(({ sku }) => sku) ?? [];
  if (listed.length > 0) return [...new Set(listed)];
  const named = Object.keys(state.variants).filter((sku) => sku !== state.productId);
  return named.length > 0 ? named.sort().slice(0, MAX_VARIANTS) : [state.productId];
}

/** The offer of every variant. What was told of the product as a whole holds for its variants too. */
export function offersOf(state: ProductState): VariantOffer[] {
  const skus = skusOf(state);
  const product = skus.includes(state.productId) ? {} : variantState(state, state.productId);
  return skus.map((sku) => offerOf(sku, withProduct(variantState(state, sku), product)));
}

/** True when a variant of it can be bought now; never without content. */
export const isBuyable = (state: ProductState): boolean =>
  state.content !== null && !isRemoved(state) && offersOf(state).some(isSellable);

export const toProduct = (state: ProductState): ProductUpserted => ({
  productId: state.productId,
  revision: state.revision,
  removed: isRemoved(state),
  ...(state.content && { content: state.content.value }),
  contentHash: state.contentHash,
  firstSeenAt: state.firstSeenAt,
});

export const toOffer = (state: ProductState): OfferChanged => ({
  productId: state.productId,
  revision: state.revision,
  removed: isRemoved(state),
  observedAt: offersSeenAt(state),
  offers: offersOf(state),
});

export function toDocument(state: ProductState): CatalogDocument {
  const content = state.content?.value;
  const offers = offersOf(state);
  const priced = (some: readonly VariantOffer[]) => some.flatMap(({ price }) => (price === undefined ? [] : [price]));
  const sellable = priced(offers.filter(isSellable));
  const prices = sellable.length > 0 ? sellable : priced(offers);
  return {
    productId: state.productId,
    revision: state.revision,
    contentHash: state.contentHash,
    title: content?.title ?? '',
    description: content?.description ?? '',
    brand: content?.brand ?? null,
    categories: content?.categories ?? [],
    attributes: Object.entries(content?.attributes ?? {}).map(([name, value]) => `${name} ${[value].flat().join(' ')}`),
    skus: offers.map(({ sku }) => sku),
    price: prices.length > 0 ? Math.min(...prices) : null,
    sellable: isBuyable(state),
    removed: content === undefined || isRemoved(state),
  };
}

function offersSeenAt(state: ProductState): string {
  const fields = Object.values(state.variants).flatMap((variant) => Object.values(variant) as Observed<unknown>[]);
  if (fields.length === 0) return lastSeenAt(state);
  return fields.reduce((newest, { observedAt }) => (observedAt > newest ? observedAt : newest), fields[0]!.observedAt);
}

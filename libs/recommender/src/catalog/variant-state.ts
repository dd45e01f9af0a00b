import type { Availability, OfferChange, VariantOffer } from '@shopkeeper/contracts';
import { isNewer, later } from './observed.js';
import type { Observed, VariantState } from './product-state.js';

/** From what sells to what does not. */
const CAUTION: readonly Availability[] = ['in_stock', 'preorder', 'backorder', 'out_of_stock', 'discontinued'];

// Of two figures of the same moment the one that promises less is kept: a product that is hidden for a while costs less than one sold twice.
const fewer = (a: number | null, b: number | null): number => (b ?? Infinity) - (a ?? Infinity) || 0;
const warier = (a: Availability, b: Availability): number => CAUTION.indexOf(a) - CAUTION.indexOf(b);

/** A change as a state in which every field has the same age. Stock below 0 (oversold) counts as 0. */
export function variantOf(offer: OfferChange, observedAt: string): VariantState {
  const seen = <T>(value: T): Observed<T> => ({ observedAt, value });
  const { price, listPrice, currency, cost, stock, availability } = offer;
  return {
    ...(price !== undefined && { price: seen(price) }),
    ...(listPrice !== undefined && { listPrice: seen(listPrice) }),
    ...(currency !== undefined && { currency: seen(currency) }),
    ...(cost !== undefined && { cost: seen(cost) }),
    ...(stock !== undefined && { stock: seen(stock === null ? null : Math.max(0, stock)) }),
    ...(availability !== undefined && { availability: seen(availability) }),
  };
}

/** Field by field the later news; `known` itself when nothing changes. Order and repetition do not matter. */
export function mergeVariants(known: VariantState, news: VariantState): VariantState {
  const price = later(known.price, news.price);
  const listPrice = later(known.listPrice, news.listPrice);
  const currency = later(known.currency, news.currency);
  const cost = later(known.cost, news.cost);
  const stock = later(known.stock, news.stock, fewer);
  const availability = later(known.availability, news.availability, warier);
  const same =
    price === known.price &&
    listPrice === known.listPrice &&
    currency === known.currency &&
    cost === known.cost &&
    stock === known.stock &&
    availability === known.availability;
  if (same) return known;
  return {
    ...(price && { price }),
    ...(listPrice && { listPrice }),
    ...(currency && { currency }),
    ...(cost && { cost }),
    ...(stock && { stock }),
    ...(availability && { availability }),
  };
}

/**
 * What holds for a variant: its own news and the product's. The later price or cost counts. Stock and availability of the whole
 * product fill in what the variant does not say and, when later, can stop it from being sold; they never put a variant back on sale
 * that is sold out by itself (the product's count may be that of its other sizes).
 */
export function withProduct(own: VariantState, product: VariantState): VariantState {
  const stops = (value: number | null | Availability | undefined): boolean =>
    value === 0 || value === 'out_of_stock' || value === 'discontinued';
  const narrower = <T extends number | null | Availability>(mine?: Observed<T>, whole?: Observed<T>) =>
    mine === undefined || (whole !== undefined && !isNewer(mine, whole) && stops(whole.value)) ? whole : mine;
  const { stock: _stock, availability: _availability, ...prices } = product;
  const merged = mergeVariants(own, prices);
  const stock = narrower(own.stock, product.stock);
  const availability = narrower(own.availability, product.availability);
  return { ...merged, ...(stock && { stock }), ...(availability && { availability }) };
}

/**
 * The offer as it is published. Stock that nobody has told counts as untracked; availability that nobody has told follows the stock.
 * A count above 0 that is newer than `out_of_stock` means that the variant is back: feeds say the one, stock webhooks the other.
 */
export function offerOf(sku: string, state: VariantState): VariantOffer {
  const stock = state.stock?.value ?? null;
  const told = state.availability?.value ?? (stock === 0 ? 'out_of_stock' : 'in_stock');
  const restocked = told === 'out_of_stock' && (stock ?? 0) > 0 && isNewer(state.stock, state.availability);
  return {
    sku,
    ...(state.price && { price: state.price.value }),
    ...(state.listPrice && state.listPrice.value !== null && { listPrice: state.listPrice.value }),
    ...(state.currency && { currency: state.currency.value }),
    ...(state.cost && state.cost.value !== null && { cost: state.cost.value }),
    stock,
    availability: restocked ? 'in_stock' : told,
  };
}

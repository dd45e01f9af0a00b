import { isSellable, type VariantOffer } from '@shopkeeper/contracts';

/** A variant that can be bought now. */
export interface SellableVariant {
  readonly sku: string;
  readonly price: number;
  readonly listPrice?: number;
  readonly currency?: string;
}

/** Limits on a price, both ends included. */
export interface PriceRange {
  readonly min?: number;
  readonly max?: number;
}

/** What ranking needs of a product's offers. */
export interface OfferView {
  /** Cheapest first; equal prices by sku. */
  readonly variants: readonly SellableVariant[];
  /** Price less cost of the cheapest sellable variant; NaN when its cost is unknown. */
  readonly contribution: number;
  /** Pieces on hand over the sellable variants; NaN when one of them is not tracked. */
  readonly stock: number;
}

export const NO_OFFERS: OfferView = { variants: [], contribution: NaN, stock: NaN };

export function viewOffers(offers: readonly VariantOffer[]): OfferView {
  const sellable = offers
    .filter(isSellable)
    .sort((a, b) => (a.price ?? 0) - (b.price ?? 0) || (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  const cheapest = sellable[0];
  if (cheapest === undefined) return NO_OFFERS;
  return {
    variants: sellable.map(({ sku, price = 0, listPrice, currency }) => ({ sku, price, listPrice, currency })),
    contribution: cheapest.cost === undefined ? NaN : (cheapest.price ?? 0) - cheapest.cost,
    stock: sellable.reduce((sum, { stock }) => sum + (stock ?? NaN), 0),
  };
}

/** The cheapest variant within the range; `undefined` when there is none. */
export function variantWithin(variants: readonly SellableVariant[], range?: PriceRange): SellableVariant | undefined {
  if (range === undefined) return variants[0];
  const { min = 0, max = Infinity } = range;
  for (const variant of variants) if (variant.price >= min) return variant.price <= max ? variant : undefined;
  return undefined;
}

import type { CatalogItem } from '@shopkeeper/contracts';
import { exp, type Random } from './random.js';
import type { TypeInfo } from './types.js';
import { SIZES } from './vocabulary.js';

type Variants = NonNullable<CatalogItem['variants']>;
type Offer = Pick<CatalogItem, 'price' | 'listPrice' | 'currency' | 'cost' | 'stock' | 'availability'>;

/** Prices as shops write them: 4.99, 12.95, 39.90, 149. */
export function shelfPrice(amount: number): number {
  if (amount < 10) return cents(Math.max(Math.round(amount * 2) / 2 - 0.01, 0.99));
  if (amount < 30) return cents(Math.round(amount) - 0.05);
  if (amount < 100) return cents(Math.round(amount) - 0.1);
  return Math.round(amount / 5) * 5 - 1;
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** Price, cost and stock of a design; `level` is the price level of its brand. Currency EUR. */
export function offerOf(type: TypeInfo, level: number, random: Random): Offer {
  const listed = shelfPrice(type.price * level * exp(0.18 * random.normal()));
  const reduced = random.chance(0.14);
  const price = reduced ? shelfPrice(listed * random.between(0.68, 0.9)) : listed;
  const [low, high] = type.leaf.margin;
  // The margin is that of the full price; a reduction eats into it, but never all of it.
  const cost = Math.min(cents(listed * (1 - random.between(low, high))), cents(price * 0.9));
  return {
    price,
    ...(price < listed && { listPrice: listed }),
    currency: 'EUR',
    cost,
    ...stockOf(price, random),
  };
}

function stockOf(price: number, random: Random): Pick<Offer, 'stock' | 'availability'> {
  const fate = random.unit();
  if (fate < 0.05) return { stock: 0, availability: 'out_of_stock' };
  if (fate < 0.06) return { stock: 0, availability: 'preorder' };
  if (fate < 0.13) return { stock: null, availability: 'in_stock' };
  const usual = Math.min(Math.max(900 / price, 8), 120);
  return { stock: Math.max(1, Math.round(usual * exp(0.8 * random.normal() - 0.3))), availability: 'in_stock' };
}

/** The variants of a product, each with its own stock; `undefined` when there is only one. */
export function variantsOf(
  productId: string,
  type: TypeInfo,
  colours: readonly string[],
  offer: Offer,
  random: Random,
): Variants | undefined {
  const { sizes, packs, colours: inColours } = type.traits;
  if (sizes) return SIZES[sizes].map((size) => one(productId, { size }, offer, 1, random));
  if (packs) {
    const [first = ''] = packs;
    return packs.map((pack) => one(productId, { pack }, offer, packFactor(first, pack), random));
  }
  if (!inColours) return undefined;
  return random.sample(colours, random.int(3, 4)).map((colour) => one(productId, { colour }, offer, 1, random));
}

function one(
  productId: string,
  options: Record<string, string>,
  offer: Offer,
  factor: number,
  random: Random,
): Variants[number] {
  const [value = ''] = Object.values(options);
  const price = factor === 1 ? offer.price : shelfPrice((offer.price ?? 0) * factor);
  // Sold out as a whole: all variants are. Otherwise some sizes run out earlier than others.
  const runsOut = typeof offer.stock === 'number' && offer.stock > 0;
  const stock = runsOut
    ? random.chance(0.16)
      ? 0
      : Math.max(1, Math.round(random.between(0.2, 1) * (offer.stock ?? 0)))
    : offer.stock;
  return {
    sku: `${productId}-${value.toLowerCase().replace(/[^a-z0-9]+/g, '')}`,
    title: value,
    options,
    price,
    ...(factor === 1 && offer.listPrice !== undefined && { listPrice: offer.listPrice }),
    currency: offer.currency,
    cost: cents(Math.min((offer.cost ?? 0) * factor, (price ?? 0) * 0.9)),
    stock,
    availability: stock === 0 && offer.availability === 'in_stock' ? 'out_of_stock' : offer.availability,
  };
}

const UNIT: Readonly<Record<string, number>> = { kg: 1000, g: 1, l: 1000, ml: 1 };

/** How much more the larger pack costs: by its content, with a seventh off. */
export function packFactor(first: string, pack: string): number {
  const content = (text: string): number => {
    const [, count = '1', times, unit = ''] = /^(\d+)(?: x (\d+))? ?(kg|g|l|ml)?\b/.exec(text) ?? [];
    return Number(count) * Number(times ?? 1) * (UNIT[unit] ?? 1);
  };
  const ratio = content(pack) / content(first);
  return ratio === 1 ? 1 : (ratio * 6) / 7;
}

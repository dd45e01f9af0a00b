import type { ProductHistory } from './history.js';
import { fading, type MemoryView } from './view.js';

export interface Interest {
  readonly category: string;
  /** Share of all interest, 0 to 1. */
  readonly weight: number;
}

export interface PriceBand {
  readonly low: number;
  readonly high: number;
}

export interface UsualSize {
  /** The category in which this size was chosen; a shoe size says nothing about shirts. */
  readonly category: string;
  readonly size: string;
  /** Share among the sizes chosen in this category, 0 to 1. */
  readonly weight: number;
}

/** Products below which a price band says nothing. */
const ENOUGH_PRICES = 3;
const SIZE = /^(?:.*[\s_-])?(size|gr(ö|oe)(ß|ss)e|taille|talla|maat|taglia)$/i;

const weightOf = ({ productId, visits }: ProductHistory, view: MemoryView): number =>
  visits.reduce((sum, visit) => sum + visit.weight * fading(view, productId, visit.at), 0);

/** Categories by what the shopper did in them, faded by age: Σ w x 2^(-age / H), as shares. Products that are not known do not count. */
export function interestsOf(histories: readonly ProductHistory[], view: MemoryView, limit = 10): readonly Interest[] {
  const weights = new Map<string, number>();
  let total = 0;
  for (const history of histories) {
    const category = view.facts(history.productId)?.category;
    const weight = weightOf(history, view);
    if (!category || weight <= 0) continue;
    weights.set(category, (weights.get(category) ?? 0) + weight);
    total += weight;
  }
  return [...weights]
    .map(([category, weight]) => ({ category, weight: weight / total }))
    .sort((a, b) => b.weight - a.weight || (a.category < b.category ? -1 : 1))
    .slice(0, limit);
}

/** Between which prices this shopper usually looks: the 20 % and 80 % quantiles, each product weighted by what was done with it. */
export function priceBandOf(histories: readonly ProductHistory[], view: MemoryView): PriceBand | null {
  const prices = histories
    .map((history) => ({
      price: history.price ?? view.facts(history.productId)?.price ?? null,
      weight: weightOf(history, view),
    }))
    .filter((one): one is { price: number; weight: number } => one.price !== null && one.weight > 0)
    .sort((a, b) => a.price - b.price);
  if (prices.length < ENOUGH_PRICES) return null;
  return { low: quantile(prices, 0.2), high: quantile(prices, 0.8) };
}

function quantile(sorted: readonly { readonly price: number; readonly weight: number }[], share: number): number {
  const target = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  const found = sorted.find(({ weight }) => (passed += weight) >= target);
  return (found ?? sorted.at(-1))?.price ?? 0;
}

/** The sizes this shopper chose, per category, strongest first; from variants in carts and orders whose options name a size. */
export function sizesOf(histories: readonly ProductHistory[], view: MemoryView): readonly UsualSize[] {
  const categories = new Map<string, Map<string, number>>();
  for (const { productId, chosen } of histories) {
    const facts = view.facts(productId);
    if (!facts?.category || !facts.variants) continue;
    for (const { sku, at, weight } of chosen) {
      const size = sizeOf(facts.variants.find((variant) => variant.sku === sku)?.options);
      if (size === undefined) continue;
      const sizes = categories.get(facts.category) ?? new Map<string, number>();
      sizes.set(size, (sizes.get(size) ?? 0) + weight * fading(view, productId, at));
      categories.set(facts.category, sizes);
    }
  }
  return [...categories].flatMap(([category, sizes]) => {
    const total = [...sizes.values()].reduce((sum, weight) => sum + weight, 0);
    return [...sizes]
      .map(([size, weight]) => ({ category, size, weight: weight / total }))
      .sort((a, b) => b.weight - a.weight || (a.size < b.size ? -1 : 1));
  });
}

const sizeOf = (options: Readonly<Record<string, string>> | undefined): string | undefined =>
  options && Object.entries(options).find(([name]) => SIZE.test(name.trim()))?.[1];

import type { Shelf } from './shelf.js';
import { NUDGE } from './nudge.js';

export const SELECTION = {
  /** Products of one family, or near-duplicates, in a list. */
  perFamily: 3,
  /** A product this much less relevant than the first counts as not relevant at all when weighed against diversity. */
  depth: Math.log(100),
  /** Candidates behind the list that may step in for what sells out meanwhile. */
  reserve: 20,
  sameLeaf: 0.7,
  sameBrand: 0.3,
} as const;

export interface Selectable {
  /** Products by `final`, best first. */
  readonly products: Int32Array;
  readonly final: Float64Array;
  readonly count: number;
  /** By product, the best is 1. */
  readonly relevance: Float64Array;
  readonly isReminder: (product: number) => boolean;
  readonly isNovelty: (product: number) => boolean;
}

export interface Limits {
  readonly limit: number;
  readonly theta: number;
  readonly reminders: number;
  readonly novelties: number;
}

/**
 * Puts the list together, place by place: maximal marginal relevance `(1-θ) rel - θ max sim` (Carbonell & Goldstein 1998) with sim by main
 * category and brand, at most three of a family, nothing below the floor in the first places, reminders and novelties within their shares.
 * Shares give way when nothing else is left; the family's limit does not. Answers places in `products`: the list, then its reserve.
 */
export function select(shelf: Shelf, pool: Selectable, limits: Limits): number[] {
  const { products, final, count, relevance, isReminder, isNovelty } = pool;
  const { limit, theta } = limits;
  const taken = new Uint8Array(count);
  const similar = new Float64Array(count);
  const families = new Map<number, number>();
  const chosen: number[] = [];
  let reminders = Math.ceil(limit * limits.reminders);
  let novelties = Math.max(1, Math.floor(limit * limits.novelties));
  let owed = Math.floor(limit * limits.novelties);
  const top = final[0] ?? 0;

  const full = (product: number): boolean => {
    const family = shelf.family[product]!;
    return family !== -1 && (families.get(family) ?? 0) >= SELECTION.perFamily;
  };
  const welcome = (product: number, place: number): boolean => {
    if (place < NUDGE.firstPlaces && relevance[product]! < NUDGE.floor) return false;
    if (isNovelty(product)) return novelties > 0;
    if (place >= limit - owed) return false;
    return !isReminder(product) || reminders > 0;
  };
  const next = (place: number, fits: (product: number, place: number) => boolean): number => {
    let best = -1;
    let bestValue = -Infinity;
    for (let i = 0; i < count; i++) {
      if (taken[i] === 1) continue;
      const rel = Math.max(0, 1 + (final[i]! - top) / SELECTION.depth);
      // Sorted by relevance: nothing further down can do better.
      if ((1 - theta) * rel < bestValue) break;
      const value = (1 - theta) * rel - theta * similar[i]!;
      if (value > bestValue && !full(products[i]!) && fits(products[i]!, place)) {
        best = i;
        bestValue = value;
      }
    }
    return best;
  };
  const take = (i: number): void => {
    const product = products[i]!;
    taken[i] = 1;
    chosen.push(i);
    const family = shelf.family[product]!;
    if (family !== -1) families.set(family, (families.get(family) ?? 0) + 1);
    if (isReminder(product)) reminders--;
    if (isNovelty(product)) {
      novelties--;
      owed = Math.max(0, owed - 1);
    }
    if (theta === 0) return;
    const leaf = shelf.leaf[product]!;
    const brand = shelf.brand[product]!;
    for (let j = 0; j < count; j++) {
      const other = products[j]!;
      const alike =
        (leaf !== -1 && shelf.leaf[other] === leaf ? SELECTION.sameLeaf : 0) +
        (brand !== -1 && shelf.brand[other] === brand ? SELECTION.sameBrand : 0);
      if (alike > similar[j]!) similar[j] = alike;
    }
  };

  for (let place = 0; place < limit; place++) {
    let i = next(place, welcome);
    if (i === -1) i = next(place, () => true);
    if (i === -1) break;
    take(i);
  }
  for (let i = 0; i < count && chosen.length < limit + SELECTION.reserve; i++) {
    if (taken[i] === 0 && !full(products[i]!)) take(i);
  }
  return chosen;
}

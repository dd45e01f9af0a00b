import { variantWithin, type SellableVariant } from './offers.js';
import type { RankedList } from './ranking.js';
import type { Shelf } from './shelf.js';

/** A product that may leave, with the variant that is offered. */
export interface Passed {
  /** Place in the ranked list. */
  readonly place: number;
  readonly product: number;
  readonly variant: SellableVariant;
}

export interface GateResult {
  /** As many as were asked for, as long as the ranked list has enough. */
  readonly passed: readonly Passed[];
  /** Products of the list that could no longer be bought, or not at the price asked for. */
  readonly dropped: number;
}

/**
 * The last step before an answer leaves, after caches and everything else that takes time: what cannot be bought by the offers as they are at
 * this moment is dropped, and the next of the ranked list steps in.
 */
export function passStockGate(shelf: Shelf, list: RankedList): GateResult {
  const passed: Passed[] = [];
  let dropped = 0;
  for (let place = 0; place < list.products.length && passed.length < list.limit; place++) {
    const product = list.products[place]!;
    const variant =
      shelf.sellable[product] === 1 ? variantWithin(shelf.offersOf(product).variants, list.price) : undefined;
    if (variant === undefined) dropped++;
    else passed.push({ place, product, variant });
  }
  return { passed, dropped };
}

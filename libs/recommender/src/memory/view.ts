import type { Variant } from '@shopkeeper/contracts';
import { toDocument } from '../catalog/views.js';
import type { ProductState } from '../catalog/product-state.js';

/** What must be known of a product to read a memory that names it. */
export interface ProductFacts {
  readonly title: string;
  /** The main category path; `null` when it has none. */
  readonly category: string | null;
  /** Lowest price of a sellable variant, else of any; `null` when unknown. */
  readonly price: number | null;
  /** True when a variant can be bought now. */
  readonly sellable: boolean;
  readonly variants?: readonly Variant[];
}

export type FactsOf = (productId: string) => ProductFacts | undefined;

/** How a memory is looked at: the moment, and what is known of the world at that moment. */
export interface MemoryView {
  /** ms since the epoch. */
  readonly now: number;
  readonly facts: FactsOf;
  /**
   * H: after this many ms a deed with this product counts half. A product is under consideration for 2 H.
   * Default DECISION_HALF_LIFE_MS for all; may depend on category and price.
   */
  readonly halfLife?: (productId: string) => number;
}

const DAY = 86_400_000;

/**
 * Published shop logs have half of the purchases within hours to days of the first visit and 95 % within two weeks: 2 H = 14 days.
 * To be replaced by what the store's own purchases say, per category and price.
 */
export const DECISION_HALF_LIFE_MS = 7 * DAY;

/** A cart that nothing happened to for so long is not coming back. */
export const CART_LAPSES_MS = 30 * DAY;

export const halfLifeOf = (view: MemoryView, productId: string): number =>
  view.halfLife?.(productId) ?? DECISION_HALF_LIFE_MS;

/** 2^(-age / H); 1 for what lies ahead of now. */
export const fading = (view: MemoryView, productId: string, at: number): number =>
  2 ** (-Math.max(0, view.now - at) / halfLifeOf(view, productId));

/** The facts that product state holds. */
export function factsOfState(state: ProductState): ProductFacts {
  const { title, categories, price, sellable } = toDocument(state);
  const variants = state.content?.value.variants;
  return { title, category: categories[0] ?? null, price, sellable, ...(variants && { variants }) };
}

import type { ProductHistory } from './history.js';
import { CART_LAPSES_MS, type MemoryView } from './view.js';

/** What became of a product that was put into a cart. All but the last two still explain why it was not bought yet. */
export type CartOutcome = 'bought' | 'returned' | 'removed' | 'lapsed' | 'sold-out' | 'price-rose' | 'pending';

export interface Carted {
  readonly productId: string;
  /** When it was last put in, ms since the epoch. */
  readonly addedAt: number;
  readonly outcome: CartOutcome;
}

/** Price rises below this are rounding. */
const NOTICEABLE_RISE = 1.005;

/**
 * What was put into a cart and what became of it, latest first. A cart without a purchase is pending intent, neither a purchase nor a
 * rejection; it lapses after 30 days.
 */
export const cartsOf = (histories: readonly ProductHistory[], view: MemoryView, limit = 20): readonly Carted[] =>
  histories
    .flatMap((history) => {
      if (!history.cart) return [];
      const { addedAt } = history.cart;
      return [{ productId: history.productId, addedAt, outcome: outcomeOf(history, addedAt, view) }];
    })
    .sort((a, b) => b.addedAt - a.addedAt || (a.productId < b.productId ? -1 : 1))
    .slice(0, limit);

function outcomeOf(history: ProductHistory, addedAt: number, view: MemoryView): CartOutcome {
  const since = (at: number | null) => at !== null && at >= addedAt;
  if (since(history.orderedAt)) return 'bought';
  if (since(history.returnedAt)) return 'returned';
  if (since(history.removedAt)) return 'removed';
  if (view.now - addedAt > CART_LAPSES_MS) return 'lapsed';
  const facts = view.facts(history.productId);
  if (facts && !facts.sellable) return 'sold-out';
  const before = history.cart?.price ?? null;
  const rose = before !== null && facts?.price != null && facts.price > before * NOTICEABLE_RISE;
  return rose ? 'price-rose' : 'pending';
}

import type { ProductHistory } from './history.js';
import { fading, halfLifeOf, type MemoryView } from './view.js';

export interface Considered {
  readonly productId: string;
  /** ms since the epoch. */
  readonly lastSeenAt: number;
  /** Sum over sessions of what was done x 2^(-age / H); above 0. */
  readonly weight: number;
}

/**
 * Products that the shopper looked at or put into a cart and may still buy, strongest first: not bought, not sent back, not taken out of
 * the cart since, and touched within 2 H (the "resume" window of the decision cycle).
 */
export function consideringOf(
  histories: readonly ProductHistory[],
  view: MemoryView,
  limit = 20,
): readonly Considered[] {
  return histories
    .flatMap((history) => considered(history, view) ?? [])
    .sort((a, b) => b.weight - a.weight || b.lastSeenAt - a.lastSeenAt || (a.productId < b.productId ? -1 : 1))
    .slice(0, limit);
}

function considered(history: ProductHistory, view: MemoryView): Considered | null {
  const { productId, seenAt, orderedAt, returnedAt, removedAt } = history;
  const window = 2 * halfLifeOf(view, productId);
  if (seenAt === null || view.now - seenAt > window) return null;
  // Whoever bought it a short while ago looks at it again for other reasons.
  if (orderedAt !== null && view.now - orderedAt <= window) return null;
  const settledAt = Math.max(orderedAt ?? -Infinity, returnedAt ?? -Infinity, removedAt ?? -Infinity);
  if (seenAt <= settledAt) return null;
  const weight = history.visits.reduce(
    (sum, visit) => sum + (visit.at > settledAt ? visit.weight * fading(view, productId, visit.at) : 0),
    0,
  );
  return weight > 0 ? { productId, lastSeenAt: seenAt, weight } : null;
}

import type { Evidence } from './evidence.js';

/** What a shopper did with a product in one session. */
export interface Visit {
  readonly sessionId: string;
  /** Of the last deed, ms since the epoch. */
  readonly at: number;
  /** Each kind counted once, so that reloading a page proves nothing; never below 0. */
  readonly weight: number;
}

/** All that a memory holds of one product, put together. Times are ms since the epoch; `null` = never. */
export interface ProductHistory {
  readonly productId: string;
  /** Oldest first. Without orders that were returned. */
  readonly visits: readonly Visit[];
  /** The last deed that speaks for the product. */
  readonly seenAt: number | null;
  readonly cart: { readonly addedAt: number; readonly price: number | null } | null;
  readonly removedAt: number | null;
  /** Of the last order that was kept. */
  readonly orderedAt: number | null;
  readonly returnedAt: number | null;
  /** The last price the shopper saw or paid. */
  readonly price: number | null;
  /** Variants put into a cart or ordered and kept, oldest first. */
  readonly chosen: readonly { readonly sku: string; readonly at: number; readonly weight: number }[];
}

interface Deed extends Evidence {
  readonly at: number;
}

/** Puts evidence together by product. One pass over at most 300 pieces; the other readings of a memory start from it. */
export function historiesOf(evidence: readonly Evidence[]): readonly ProductHistory[] {
  const byProduct = new Map<string, Deed[]>();
  for (const one of evidence) {
    const deeds = byProduct.get(one.productId);
    const deed = { ...one, at: Date.parse(one.occurredAt) };
    if (deeds) deeds.push(deed);
    else byProduct.set(one.productId, [deed]);
  }
  return [...byProduct].map(([productId, deeds]) =>
    historyOf(
      productId,
      deeds.sort((a, b) => a.at - b.at),
    ),
  );
}

function historyOf(productId: string, deeds: readonly Deed[]): ProductHistory {
  const returned = returnedOrders(deeds);
  const kept = deeds.filter((deed) => deed.kind !== 'return' && !returned.has(deed));
  const last = (kind: Evidence['kind'], among: readonly Deed[] = kept) => among.findLast((deed) => deed.kind === kind);
  const added = last('cart-add');
  return {
    productId,
    visits: visitsOf(kept),
    seenAt: kept.findLast(({ weight }) => weight > 0)?.at ?? null,
    cart: added ? { addedAt: added.at, price: added.price ?? null } : null,
    removedAt: last('cart-remove')?.at ?? null,
    orderedAt: last('order')?.at ?? null,
    returnedAt: last('return', deeds)?.at ?? null,
    price: deeds.findLast(({ price }) => price !== undefined)?.price ?? null,
    chosen: kept.flatMap(({ kind, sku, at, weight }) =>
      sku !== undefined && (kind === 'cart-add' || kind === 'order') ? [{ sku, at, weight }] : [],
    ),
  };
}

/** A return undoes the last order before it that is not undone yet. */
function returnedOrders(deeds: readonly Deed[]): ReadonlySet<Deed> {
  const open: Deed[] = [];
  const returned = new Set<Deed>();
  for (const deed of deeds) {
    if (deed.kind === 'order') open.push(deed);
    if (deed.kind !== 'return') continue;
    const order = open.pop();
    if (order) returned.add(order);
  }
  return returned;
}

function visitsOf(deeds: readonly Deed[]): readonly Visit[] {
  const bySession = new Map<string, { at: number; weights: Map<string, number> }>();
  for (const { sessionId, kind, at, weight } of deeds) {
    const visit = bySession.get(sessionId) ?? { at, weights: new Map<string, number>() };
    visit.at = Math.max(visit.at, at);
    visit.weights.set(kind, Math.max(weight, visit.weights.get(kind) ?? -Infinity));
    bySession.set(sessionId, visit);
  }
  return [...bySession].map(([sessionId, { at, weights }]) => ({
    sessionId,
    at,
    weight: Math.max(
      0,
      [...weights.values()].reduce((sum, weight) => sum + weight, 0),
    ),
  }));
}

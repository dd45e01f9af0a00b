import type { ModelRowPublished, ProductContent, VariantOffer } from '@shopkeeper/contracts';
import { aContent, anOffer, aProduct, aVariantOffer } from '@shopkeeper/contracts/testing';
import type { Evidence } from '../../memory/evidence.js';
import { itemsOf } from '../items.js';
import { Ranking, type Ask, type RankedList } from '../ranking.js';
import { Shelf } from '../shelf.js';
import { passStockGate } from '../stock-gate.js';

export const NOW = Date.parse('2026-01-15T12:00:00.000Z');
export const ago = (ms: number): string => new Date(NOW - ms).toISOString();
export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

export interface Goods extends Partial<ProductContent> {
  readonly price?: number;
  readonly cost?: number;
  readonly stock?: number | null;
  readonly firstSeenAt?: string;
  readonly offers?: readonly VariantOffer[];
}

/** Puts a product on the shelf: its title is its id unless said otherwise, so that no two are near-duplicates by chance. */
export function put(shelf: Shelf, productId: string, goods: Goods = {}, revision = 1): void {
  const { price = 10, cost = 6, stock = 10, firstSeenAt = ago(400 * DAY), offers, ...content } = goods;
  shelf.applyProduct(
    aProduct({
      productId,
      revision,
      firstSeenAt,
      content: aContent({ title: productId, brand: undefined, ...content }),
    }),
  );
  const offer = aVariantOffer({ sku: productId, price, cost, stock });
  shelf.applyOffers(anOffer({ productId, revision, offers: [...(offers ?? [offer])] }));
}

/** A shelf with these products, all in one category unless said otherwise. */
export function aShelf(products: Readonly<Record<string, Goods>>): Shelf {
  const shelf = new Shelf();
  for (const [productId, goods] of Object.entries(products)) put(shelf, productId, goods);
  return shelf;
}

export function row(
  shelf: Shelf,
  generator: ModelRowPublished['generator'],
  subject: string,
  neighbours: Readonly<Record<string, number>>,
): void {
  const products = Object.keys(neighbours);
  shelf.applyRow({ generator, subject, epoch: 'e-1', products, scores: Object.values(neighbours) });
}

let deeds = 0;
export const aDeed = (productId: string, over: Partial<Evidence> = {}): Evidence => ({
  id: `e-${++deeds}`,
  productId,
  kind: 'view',
  occurredAt: ago(MINUTE),
  sessionId: 's-1',
  weight: 1,
  ...over,
});

export const rank = (shelf: Shelf, ask: Partial<Ask>): RankedList => {
  const ranking = new Ranking(shelf);
  return ranking.rank(ranking.begin({ placement: 'home', limit: 10, now: NOW, ...ask }), new Map());
};

/** The whole way of an answer: ranked, through the stock gate, with reasons. */
export function recommend(shelf: Shelf, ask: Partial<Ask>) {
  const list = rank(shelf, ask);
  return itemsOf(shelf, list, passStockGate(shelf, list).passed);
}

export const idsOf = (shelf: Shelf, ask: Partial<Ask>): string[] =>
  recommend(shelf, ask).map(({ productId }) => productId);

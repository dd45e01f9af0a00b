import { anOffer, aProduct, aVariantOffer } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { itemsOf } from './items.js';
import { passStockGate } from './stock-gate.js';
import { aShelf, put, rank, row } from './testing/a-shelf.js';

const shop = () => {
  const shelf = aShelf({ page: {}, a: { price: 5 }, b: { price: 10 }, c: { price: 15 }, d: { price: 20 } });
  row(shelf, 'covisit', 'page', { a: 0.4, b: 0.3, c: 0.2, d: 0.1 });
  return shelf;
};
const leaving = (shelf: ReturnType<typeof shop>, list: ReturnType<typeof rank>) => {
  const { passed, dropped } = passStockGate(shelf, list);
  return { ids: passed.map(({ product }) => shelf.id(product)), dropped };
};
const ASK = { placement: 'similar', products: ['page'], limit: 2 } as const;

describe('passStockGate', () => {
  it('lets the list leave as it was ranked while all of it can be bought', () => {
    const shelf = shop();
    expect(leaving(shelf, rank(shelf, ASK))).toEqual({ ids: ['a', 'b'], dropped: 0 });
  });

  it('drops what sold out after ranking, fills up from the ranked rest and counts', () => {
    const shelf = shop();
    const list = rank(shelf, ASK);
    shelf.applyOffers(anOffer({ productId: 'a', revision: 2, offers: [aVariantOffer({ stock: 0 })] }));
    shelf.applyProduct(aProduct({ productId: 'c', revision: 2, removed: true }));
    expect(leaving(shelf, list)).toEqual({ ids: ['b', 'd'], dropped: 2 });
  });

  it('drops what no longer has the price that was asked for, and offers the variant that has', () => {
    const shelf = shop();
    const list = rank(shelf, { ...ASK, filter: { price: { max: 12 } } });
    const offers = [aVariantOffer({ sku: 'a-s', price: 30 }), aVariantOffer({ sku: 'a-m', price: 11 })];
    shelf.applyOffers(anOffer({ productId: 'a', revision: 2, offers }));
    put(shelf, 'b', { price: 13 }, 2);
    const { passed, dropped } = passStockGate(shelf, list);
    expect(dropped).toBe(1);
    expect(itemsOf(shelf, list, passed)).toMatchObject([{ productId: 'a', sku: 'a-m', product: { price: 11 } }]);
  });

  it('comes up short rather than show what cannot be bought', () => {
    const shelf = shop();
    const list = rank(shelf, ASK);
    for (const id of ['a', 'b', 'c', 'd']) put(shelf, id, { stock: 0 }, 2);
    expect(leaving(shelf, list)).toEqual({ ids: [], dropped: 4 });
  });
});

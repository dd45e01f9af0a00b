import { isSellable, OfferChanged, ProductUpserted, type OfferObserved } from '@shopkeeper/contracts';
import { aContent, A_MOMENT } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { applyContent, applyOffer, applyRemoval } from './apply.js';
import type { ProductState } from './product-state.js';
import { isBuyable, skusOf, toDocument, toOffer, toProduct } from './views.js';

const at = (minute: number): string => new Date(Date.parse(A_MOMENT) + minute * 60_000).toISOString();
const sizes = aContent({ variants: [{ sku: 'm' }, { sku: 'l' }] });
const product = (content = aContent()): ProductState =>
  applyContent(null, { productId: 'p-1', observedAt: at(0), content });
const told = (state: ProductState, minute: number, offer: OfferObserved['offer'], sku?: string): ProductState =>
  applyOffer(state, { productId: 'p-1', ...(sku && { sku }), observedAt: at(minute), offer });

describe('skus', () => {
  it('are those the content lists, in its order; offers for others are kept back', () => {
    const state = told(told(product(sizes), 1, { price: 5 }, 'old'), 1, { price: 6 }, 'l');
    expect(skusOf(state)).toEqual(['m', 'l']);
    expect(toOffer(state).offers.map(({ sku, price }) => [sku, price])).toEqual([
      ['m', undefined],
      ['l', 6],
    ]);
  });

  it('are those that offers name where the content lists none', () => {
    expect(skusOf(told(product(), 1, { stock: 1 }, 'SKU-9'))).toEqual(['SKU-9']);
  });

  it('are the product id where nobody names any', () => {
    expect(skusOf(told(product(), 1, { stock: 1 }))).toEqual(['p-1']);
  });
});

describe('what is told of the whole product', () => {
  const stocked = told(told(told(product(sizes), 1, { price: 10 }), 1, { stock: 5 }, 'm'), 1, { stock: 0 }, 'l');

  it('fills in what variants do not say', () => {
    expect(toOffer(stocked).offers).toMatchObject([
      { sku: 'm', price: 10, stock: 5 },
      { sku: 'l', price: 10, stock: 0 },
    ]);
  });

  it('sells out every variant that has no newer news', () => {
    const soldOut = told(stocked, 2, { stock: 0 });
    expect(isBuyable(soldOut)).toBe(false);
    expect(isBuyable(told(soldOut, 3, { stock: 2 }, 'm'))).toBe(true);
  });

  it('never puts a size back on sale that is sold out', () => {
    const restocked = told(stocked, 2, { stock: 50, availability: 'in_stock' });
    expect(toOffer(restocked).offers.map(isSellable)).toEqual([true, false]);
  });
});

describe('availability', () => {
  it.each([
    ['nothing told', {}, 'in_stock', true],
    ['none left', { stock: 0 }, 'out_of_stock', false],
    ['untracked', { stock: null }, 'in_stock', true],
    ['none left, on backorder', { stock: 0, availability: 'backorder' }, 'backorder', true],
    ['discontinued with stock', { stock: 5, availability: 'discontinued' }, 'discontinued', false],
    ['out of stock and a count of the same moment', { stock: 5, availability: 'out_of_stock' }, 'out_of_stock', false],
  ] as const)('%s', (_case, offer, availability, sellable) => {
    const [view] = toOffer(told(product(), 1, { price: 5, ...offer })).offers;
    expect(view!.availability).toBe(availability);
    expect(isSellable(view!)).toBe(sellable);
  });

  it('follows a count above 0 that is newer than "out of stock"', () => {
    const nightly = told(product(), 1, { price: 5, availability: 'out_of_stock' });
    expect(isBuyable(told(nightly, 2, { stock: 20 }))).toBe(true);
    expect(isBuyable(told(nightly, 2, { stock: null }))).toBe(false);
    expect(isBuyable(told(nightly, 0, { stock: 20 }))).toBe(false);
  });

  it('needs a price and content', () => {
    expect(isBuyable(told(product(), 1, { stock: 5 }))).toBe(false);
    const offerOnly = applyOffer(null, { productId: 'p-1', observedAt: at(1), offer: { price: 5, stock: 5 } });
    expect(isBuyable(offerOnly)).toBe(false);
    expect(toDocument(offerOnly)).toMatchObject({ removed: true, sellable: false });
  });
});

describe('the events', () => {
  const full = told(
    told(product(sizes), 3, { price: 10, cost: 4, listPrice: 12, stock: 1 }, 'm'),
    2,
    { price: 11 },
    'l',
  );

  it('fit their schemas', () => {
    for (const state of [full, applyRemoval(null, { productId: 'p-2', observedAt: at(1) })]) {
      expect(ProductUpserted.schema.parse(toProduct(state))).toEqual(toProduct(state));
      expect(OfferChanged.schema.parse(toOffer(state))).toEqual(toOffer(state));
    }
  });

  it('say when the newest news was seen', () => {
    expect(toOffer(full).observedAt).toBe(at(3));
    expect(toOffer(product()).observedAt).toBe(at(0));
  });

  it('carry removal', () => {
    const gone = applyRemoval(full, { productId: 'p-1', observedAt: at(9) });
    expect([toProduct(gone).removed, toOffer(gone).removed, toDocument(gone).removed]).toEqual([true, true, true]);
    expect(isBuyable(gone)).toBe(false);
  });
});

describe('the document', () => {
  it('has the lowest price of what can be bought, else of anything', () => {
    const state = told(told(product(sizes), 1, { price: 5, stock: 0 }, 'm'), 1, { price: 8, stock: 1 }, 'l');
    expect(toDocument(state).price).toBe(8);
    expect(toDocument(told(state, 2, { stock: 0 }, 'l')).price).toBe(5);
    expect(toDocument(product()).price).toBeNull();
  });

  it('spells attributes as text', () => {
    const state = product(aContent({ attributes: { colour: ['red', 'blue'], length: 12.5, foldable: true } }));
    expect(toDocument(state).attributes).toEqual(['colour red blue', 'length 12.5', 'foldable true']);
  });
});

import { anOffer, aProduct, aVariantOffer } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { Shelf } from './shelf.js';
import { aShelf, put, row } from './testing/a-shelf.js';

const sells = (shelf: Shelf, productId = 'p-1') => shelf.sellable[shelf.find(productId)] === 1;
const SOLD_OUT = [aVariantOffer({ stock: 0 })];

describe('Shelf', () => {
  it('sells what has content and a variant that can be bought, whichever comes first', () => {
    const shelf = new Shelf();
    shelf.applyOffers(anOffer());
    expect(sells(shelf)).toBe(false);
    shelf.applyProduct(aProduct());
    expect(sells(shelf)).toBe(true);
    shelf.applyOffers(anOffer({ revision: 2, offers: SOLD_OUT }));
    expect(sells(shelf)).toBe(false);
  });

  it('keeps the newer news when the older comes late, and takes the same twice', () => {
    const shelf = aShelf({ 'p-1': {} });
    expect(shelf.applyOffers(anOffer({ revision: 5, offers: SOLD_OUT }))).toBe(true);
    expect(shelf.applyOffers(anOffer({ revision: 4 }))).toBe(false);
    expect(shelf.applyOffers(anOffer({ revision: 5, offers: SOLD_OUT }))).toBe(true);
    expect(sells(shelf)).toBe(false);
    expect(shelf.applyProduct(aProduct({ revision: 0, removed: true }))).toBe(false);
  });

  it.each(['content', 'offers'] as const)('believes a removal that only the topic of %s tells', (topic) => {
    const shelf = aShelf({ 'p-1': {} });
    if (topic === 'content') shelf.applyProduct(aProduct({ revision: 2, removed: true }));
    else shelf.applyOffers(anOffer({ revision: 2, removed: true }));
    expect(sells(shelf)).toBe(false);
    shelf.applyProduct(aProduct({ revision: 3 }));
    expect(sells(shelf)).toBe(true);
  });

  it('begins again after tombstones', () => {
    const shelf = aShelf({});
    put(shelf, 'p-1', {}, 7);
    shelf.removeProduct('p-1');
    shelf.removeOffers('p-1');
    shelf.removeOffers('p-unknown');
    expect(sells(shelf)).toBe(false);
    put(shelf, 'p-1', {}, 1);
    expect(sells(shelf)).toBe(true);
  });

  it('offers the cheapest variant that can be bought, equal prices by sku', () => {
    const offers = [
      aVariantOffer({ sku: 'd', price: 5, stock: 0 }),
      aVariantOffer({ sku: 'c', price: 9 }),
      aVariantOffer({ sku: 'b', price: 9 }),
      aVariantOffer({ sku: 'a', price: 12 }),
    ];
    const shelf = aShelf({ 'p-1': { offers } });
    expect(shelf.offersOf(shelf.find('p-1')).variants.map(({ sku }) => sku)).toEqual(['b', 'c', 'a']);
  });

  it('knows categories with their ancestors, each once', () => {
    const shelf = aShelf({ 'p-1': { categories: ['garden/tools/trowels', 'garden/gifts', ' '] } });
    const paths = [...shelf.categoriesOf(shelf.find('p-1'))].map((category) => shelf.categories.path(category));
    expect(paths).toEqual(['garden/tools/trowels', 'garden/tools', 'garden', 'garden/gifts']);
    expect(shelf.categories.path(shelf.leaf[shelf.find('p-1')]!)).toBe('garden/tools/trowels');
  });

  it('replaces and removes rows by their key', () => {
    const shelf = aShelf({ a: {}, b: {} });
    const [a, b] = [shelf.find('a'), shelf.find('b')];
    row(shelf, 'covisit', 'a', { b: 0.5, c: 0.25 });
    row(shelf, 'covisit', 'a', { b: 0.25, zero: 0 });
    expect(shelf.covisits.length(a)).toBe(1);
    expect(shelf.covisits.score(a, b)).toBe(0.25);
    shelf.removeRow('covisit:a');
    shelf.removeRow('bought-together:never:known');
    expect(shelf.covisits.length(a)).toBe(0);
    row(shelf, 'trend', 'garden', { a: 2 });
    expect(shelf.trends.row(shelf.categories.find('garden'))?.products).toEqual(Int32Array.of(a));
    shelf.removeRow('trend:garden');
    expect(shelf.trends.row(shelf.categories.find('garden'))).toBeUndefined();
  });

  it('names the epochs of all models in a stable order', () => {
    const manifest = { publishedAt: '2026-01-15T12:00:00.000Z', signals: 1, rows: 1, positions: {} };
    const shelf = new Shelf();
    expect(shelf.epoch).toBe('none');
    shelf.applyManifest({ ...manifest, model: 'walk', epoch: 'w-2' });
    shelf.applyManifest({ ...manifest, model: 'trend', epoch: 't-1' });
    expect(shelf.epoch).toBe('t-1+w-2');
    shelf.removeManifest('trend');
    expect(shelf.epoch).toBe('w-2');
  });
});

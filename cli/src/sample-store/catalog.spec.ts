import { createHash } from 'node:crypto';
import { CatalogItem } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { sampleCatalog } from './catalog.js';
import { packFactor, shelfPrice } from './offers.js';
import { KINDS } from './kinds.js';
import { PROJECTS } from './projects.js';
import { TYPE_BY_NAME, TYPES } from './types.js';

const items = [...sampleCatalog({ seed: 1 })];
const skusOf = (item: CatalogItem) => item.variants ?? [{ ...item, sku: item.productId }];
const offers = items.flatMap((item): Omit<ReturnType<typeof skusOf>[number], 'title' | 'options'>[] => skusOf(item));
const share = <T>(list: readonly T[], test: (item: T) => boolean) => list.filter(test).length / list.length;
const digest = (lines: readonly unknown[]) =>
  createHash('sha256')
    .update(lines.map((line) => JSON.stringify(line)).join('\n'))
    .digest('hex');

describe('sampleCatalog', () => {
  it('makes the same bytes of the same seed', () => {
    expect(digest(items)).toBe('e7bd35be3849d0721e69bacd680a60e042d4767d29307855863c34653e60b348');
    expect(digest([...sampleCatalog({ seed: 2 })])).not.toBe(digest(items));
  });

  it('makes 5,000 products with ids and titles of their own, each as the contract wants it', () => {
    expect(items).toHaveLength(5_000);
    expect(new Set(items.map(({ productId }) => productId)).size).toBe(5_000);
    expect(new Set(items.map(({ title }) => title)).size).toBe(5_000);
    expect(new Set(offers.map(({ sku }) => sku)).size).toBe(offers.length);
    for (const item of items) expect(CatalogItem.parse(item)).toEqual(item);
  });

  it.each([0, 1, 37, 600])('makes %d when asked for so many', (size) => {
    expect([...sampleCatalog({ seed: 1, size })]).toHaveLength(size);
  });

  it('fills 12 departments and 63 shelves', () => {
    const paths = new Set(items.flatMap(({ categories }) => categories));
    expect(paths.size).toBe(63);
    expect(new Set([...paths].map((path) => path.split('/')[0])).size).toBe(12);
  });

  it('sells with a margin: about 20 to 60 % of the full price, never at a loss', () => {
    for (const { price = 0, listPrice, cost } of offers) {
      expect(cost).toBeLessThan(price);
      expect(cost).toBeGreaterThan(0);
      if (listPrice != null) expect(listPrice).toBeGreaterThan(price);
    }
    const margins = offers.map(({ price = 0, listPrice, cost }) => 1 - (cost ?? 0) / (listPrice ?? price));
    expect(Math.min(...margins)).toBeGreaterThan(0.09);
    expect(share(margins, (margin) => margin >= 0.195 && margin <= 0.63)).toBeGreaterThan(0.95);
    expect(new Set(margins.map((margin) => margin.toFixed(1))).size).toBeGreaterThan(4);
  });

  it('is sold out, reduced, untracked or in variants as often as in a real shop', () => {
    const soldOut = (item: CatalogItem) => skusOf(item).every(({ stock }) => stock === 0);
    expect(share(items, soldOut)).toBeGreaterThan(0.03);
    expect(share(items, soldOut)).toBeLessThan(0.12);
    expect(share(offers, ({ stock }) => stock === null)).toBeCloseTo(0.07, 1);
    expect(share(offers, ({ listPrice }) => listPrice !== undefined)).toBeCloseTo(0.13, 1);
    expect(share(items, ({ variants }) => variants !== undefined)).toBeGreaterThan(0.15);
    const families = new Set(items.flatMap(({ family }) => family ?? []));
    expect(families.size).toBeGreaterThan(200);
    for (const family of families) expect(items.filter((item) => item.family === family).length).toBeGreaterThan(1);
  });
});

describe('the shelves', () => {
  it('have types of their own, and projects and kinds name only those', () => {
    expect(TYPE_BY_NAME.size).toBe(TYPES.length);
    expect([...PROJECTS.flat(), ...Object.keys(KINDS)].filter((name) => !TYPE_BY_NAME.has(name))).toEqual([]);
  });
});

describe('prices', () => {
  it.each([
    [0.2, 0.99],
    [4.6, 4.49],
    [12.7, 12.95],
    [48.2, 47.9],
    [181, 179],
  ])('%d is sold for %d', (amount, price) => expect(shelfPrice(amount)).toBe(price));

  it('of packs follow their content', () => {
    expect(packFactor('1 bag', '3 bags')).toBeCloseTo(18 / 7);
    expect(packFactor('250 g', '1 kg')).toBeCloseTo(24 / 7);
    expect(packFactor('50 g', '5 x 50 g')).toBeCloseTo(30 / 7);
    expect(packFactor('300 ml', '1 l refill')).toBeCloseTo(20 / 7);
    expect(packFactor('1 m', '1 m')).toBe(1);
  });
});

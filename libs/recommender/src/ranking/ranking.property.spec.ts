import { Placement, type ModelRowPublished } from '@shopkeeper/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../memory/evidence.js';
import { profileOf } from './profile.js';
import { SELECTION } from './selection.js';
import { Shelf } from './shelf.js';
import { aDeed, ago, MINUTE, NOW, put, recommend, row, type Goods } from './testing/a-shelf.js';

const id = fc.integer({ min: 0, max: 39 }).map((n) => `p-${n}`);
const category = fc.constantFrom('a', 'a/b', 'a/b/c', 'ab', 'd/e');
const goods: fc.Arbitrary<Goods> = fc.record({
  price: fc.integer({ min: 1, max: 40 }),
  cost: fc.integer({ min: 0, max: 40 }),
  stock: fc.option(fc.integer({ min: 0, max: 3 })),
  categories: fc.array(category, { maxLength: 2 }),
  brand: fc.constantFrom('x', 'y', undefined),
  family: fc.constantFrom('f', 'g', undefined, undefined, undefined),
});
// Not sums of powers of two: their rounding would show an order of summation that depends on anything but the data.
const scores = fc.constantFrom(0.5, 0.3, 0.1, 0.07);
const rows = fc.array(
  fc.record({
    generator: fc.constantFrom('covisit', 'transition', 'bought-together', 'trend'),
    subject: fc.oneof(id, category, fc.constant('*')),
    neighbours: fc.dictionary(id, scores, { maxKeys: 12 }),
  }) as fc.Arbitrary<{
    generator: ModelRowPublished['generator'];
    subject: string;
    neighbours: Record<string, number>;
  }>,
  { maxLength: 40 },
);
const evidence = fc.array(
  fc.record({
    productId: id,
    kind: fc.constantFrom('view', 'cart-add', 'cart-remove', 'order'),
    minutes: fc.nat(90_000),
  }),
  { maxLength: 25 },
) as fc.Arbitrary<{ productId: string; kind: Evidence['kind']; minutes: number }[]>;
const ask = fc.record(
  {
    placement: fc.constantFrom(...Placement.options),
    products: fc.array(id, { maxLength: 3 }),
    exclude: fc.array(id, { maxLength: 10 }),
    limit: fc.constantFrom(1, 3, 10, 50),
    filter: fc.record(
      {
        categories: fc.array(category, { minLength: 1, maxLength: 2 }),
        brands: fc.constant<string[]>(['x']),
        price: fc.record({ min: fc.nat(20), max: fc.integer({ min: 20, max: 40 }) }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['placement', 'limit'] },
);
const world = fc.record({ catalogue: fc.dictionary(id, goods, { maxKeys: 40 }), rows, evidence, ask });

function stock(catalogue: readonly (readonly [string, Goods])[], learned: readonly Parameters<typeof publish>[1][]) {
  const shelf = new Shelf();
  for (const [productId, each] of catalogue) put(shelf, productId, each);
  for (const each of learned) publish(shelf, each);
  return shelf;
}
const publish = (
  shelf: Shelf,
  {
    generator,
    subject,
    neighbours,
  }: { generator: ModelRowPublished['generator']; subject: string; neighbours: Record<string, number> },
) => row(shelf, generator, subject, Object.fromEntries(Object.entries(neighbours).sort(([, a], [, b]) => b - a)));
const deeds = (drawn: readonly { productId: string; kind: Evidence['kind']; minutes: number }[]): Evidence[] =>
  [...drawn]
    .sort((a, b) => a.minutes - b.minutes)
    .map(({ productId, kind, minutes }) =>
      aDeed(productId, {
        kind,
        occurredAt: ago(minutes * MINUTE),
        sessionId: `s-${Math.floor(minutes / 60)}`,
        weight: { 'cart-add': 3, order: 6, 'cart-remove': -1.5 }[kind as string] ?? 1,
      }),
    );

describe('any list', () => {
  it('is within what was asked for and can be bought', () => {
    fc.assert(
      fc.property(world, ({ catalogue, rows: learned, evidence: drawn, ask: asked }) => {
        const shelf = stock(Object.entries(catalogue), learned);
        const items = recommend(shelf, { ...asked, profile: profileOf(shelf, deeds(drawn), NOW) });
        const ids = items.map(({ productId }) => productId);
        expect(ids.length).toBeLessThanOrEqual(asked.limit);
        expect(new Set(ids).size).toBe(ids.length);
        const families = new Map<string, number>();
        items.forEach((item, i) => {
          const sold = catalogue[item.productId]!;
          expect(sold.stock).not.toBe(0);
          expect(asked.exclude ?? []).not.toContain(item.productId);
          expect(asked.products ?? []).not.toContain(item.productId);
          const { categories, brands, price } = asked.filter ?? {};
          const within = (path: string) => sold.categories!.some((own) => own === path || own.startsWith(`${path}/`));
          if (categories) expect(categories.some(within)).toBe(true);
          if (brands) expect(brands).toContain(sold.brand);
          expect(item.product.price).toBeGreaterThanOrEqual(price?.min ?? 0);
          expect(item.product.price).toBeLessThanOrEqual(price?.max ?? Infinity);
          expect(item.score).toBeGreaterThanOrEqual(0);
          expect(item.score).toBeLessThanOrEqual(items[i - 1]?.score ?? 1);
          if (sold.family) families.set(sold.family, (families.get(sold.family) ?? 0) + 1);
        });
        for (const count of families.values()) expect(count).toBeLessThanOrEqual(SELECTION.perFamily);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same however the news came in', () => {
    fc.assert(
      fc.property(
        world,
        fc.infiniteStream(fc.nat()),
        ({ catalogue, rows: learned, evidence: drawn, ask: asked }, chance) => {
          const last = [...new Map(learned.map((each) => [`${each.generator}:${each.subject}`, each])).values()];
          const entries = Object.entries(catalogue);
          const memory = deeds(drawn);
          const list = (shelf: Shelf) => recommend(shelf, { ...asked, profile: profileOf(shelf, memory, NOW) });
          const forward = stock(entries, last);
          const shuffled = <T>(values: readonly T[]) =>
            values
              .map((value) => ({ value, at: chance.next().value as number }))
              .sort((a, b) => a.at - b.at)
              .map(({ value }) => value);
          const backward = new Shelf();
          for (const each of shuffled(last)) publish(backward, each);
          for (const [productId, each] of shuffled(entries)) put(backward, productId, each);
          expect(list(backward)).toEqual(list(forward));
          expect(list(forward)).toEqual(list(forward));
        },
      ),
      { numRuns: 300 },
    );
  });
});

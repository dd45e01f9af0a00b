import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Figures } from './figures.js';
import { Nudge, NUDGE } from './nudge.js';
import { aShelf, NOW, type Goods } from './testing/a-shelf.js';

const WEIGHTS = { margin: 0.3, stock: 0.4, trend: 0.3 };

/** Nudges products given best first, each with its relevance. */
function nudge(products: readonly (Goods & { id: string; r: number })[], lambda: number, weights = WEIGHTS) {
  const shelf = aShelf(Object.fromEntries(products.map(({ id, r: _, ...goods }) => [id, goods])));
  const figures = new Figures(shelf);
  figures.refresh(NOW);
  const nudge = new Nudge(shelf, figures, weights, 200);
  const pool = Int32Array.from(products, ({ id }) => shelf.find(id));
  const relevance = new Float64Array(shelf.capacity);
  products.forEach(({ id, r }) => (relevance[shelf.find(id)] = r));
  const outcome = nudge.apply(pool, pool.length, relevance, lambda);
  const order = products
    .map((product, i) => ({ ...product, final: nudge.final[i]! }))
    .sort((a, b) => b.final - a.final);
  return { outcome, order, ids: order.map(({ id }) => id) };
}
const margin = (cost: number): Goods => ({ price: 10, cost });
const dcg = (rs: readonly number[]) => rs.slice(0, 20).reduce((sum, r, i) => sum + r / Math.log2(i + 2), 0);

describe('Nudge', () => {
  it('lifts the better margin among equals', () => {
    const { ids } = nudge(
      [
        { id: 'poor', r: 1, ...margin(9) },
        { id: 'rich', r: 1, ...margin(1) },
      ],
      0.4,
    );
    expect(ids).toEqual(['rich', 'poor']);
  });

  it('adds λ times the standardised business value to the log of relevance', () => {
    const { order, outcome } = nudge(
      [
        { id: 'a', r: 1, ...margin(9) },
        { id: 'b', r: 0.98, ...margin(1) },
      ],
      0.1,
    );
    // Two products: the standardised values are -1 and 1.
    expect(order).toMatchObject([
      { id: 'b', final: Math.log(0.98) + 0.1 },
      { id: 'a', final: -0.1 },
    ]);
    expect(outcome.lambda).toBe(0.1);
    expect(outcome.cost).toBeCloseTo(1 - dcg([0.98, 1]) / dcg([1, 0.98]), 9);
  });

  it('shrinks λ until it fits the budget', () => {
    const products = [
      { id: 'a', r: 1, ...margin(9) },
      { id: 'b', r: 0.75, ...margin(1) },
    ];
    // Turned round the list would lose 5 %: λ must fall until it is not turned, 2λ < ln(1 / 0.75).
    const { ids, outcome } = nudge(products, 0.4);
    expect(1 - dcg([0.75, 1]) / dcg([1, 0.75])).toBeGreaterThan(NUDGE.budget);
    expect(ids).toEqual(['a', 'b']);
    expect(outcome.lambda).toBeCloseTo(0.4 * NUDGE.shrink ** 3, 9);
    expect(outcome.cost).toBe(0);
  });

  it('keeps what is far less relevant out of the first places', () => {
    const strong = Array.from({ length: 5 }, (_, i) => ({ id: `s-${i}`, r: 1 - i * 0.001, ...margin(9.5) }));
    const weak = { id: 'weak', r: 0.19, price: 1000, cost: 1 };
    const { order } = nudge([...strong.slice(0, 4), { ...strong[4]!, r: 0.2 }, weak], 0.05, {
      margin: 1,
      stock: 0,
      trend: 0,
    });
    expect(order.findIndex(({ id }) => id === 'weak')).toBe(5);
  });

  it('never lifts a dearer twin above the same thing for less', () => {
    const cheap = { id: 'cheap', r: 1, family: 'f', price: 10, cost: 9.9 };
    const dear = { id: 'dear', r: 0.999, family: 'f', price: 30, cost: 1 };
    expect(nudge([cheap, dear], 0.4).ids).toEqual(['cheap', 'dear']);
    expect(nudge([cheap, { ...dear, family: 'other' }], 0.4).ids).toEqual(['dear', 'cheap']);
    // More relevant by itself, it may stay where it is.
    expect(
      nudge(
        [
          { ...dear, r: 1 },
          { ...cheap, r: 0.9 },
        ],
        0,
      ).ids,
    ).toEqual(['dear', 'cheap']);
  });

  it('holds its promises for any list', () => {
    const product = fc.record({
      r: fc.double({ min: 0.001, max: 1, noNaN: true }),
      price: fc.integer({ min: 1, max: 100 }),
      cost: fc.integer({ min: 0, max: 100 }),
      stock: fc.integer({ min: 1, max: 500 }),
      family: fc.option(fc.constantFrom('f', 'g'), { nil: undefined }),
    });
    const lambda = fc.constantFrom(0, 0.1, 0.2, 0.4, 2);
    fc.assert(
      fc.property(fc.array(product, { minLength: 1, maxLength: 60 }), lambda, (drawn, most) => {
        const products = drawn.sort((a, b) => b.r - a.r).map((each, i) => ({ ...each, id: `p-${i}` }));
        const { order, outcome } = nudge(products, most);
        const best = products[0]!.r;
        expect(outcome.lambda).toBeLessThanOrEqual(most);
        expect(dcg(order.map(({ r }) => r))).toBeGreaterThanOrEqual(
          (1 - NUDGE.budget) * dcg(products.map(({ r }) => r)) - 1e-9,
        );
        const relevant = products.filter(({ r }) => r >= NUDGE.floor * best).length;
        const first = order.slice(0, NUDGE.firstPlaces);
        expect(first.filter(({ r }) => r >= NUDGE.floor * best)).toHaveLength(
          Math.min(relevant, NUDGE.firstPlaces, order.length),
        );
        if (outcome.lambda === 0) return;
        order.forEach((above, i) => {
          for (const below of order.slice(i + 1)) {
            const dearerTwin =
              above.family !== undefined && above.family === below.family && above.price! > below.price!;
            if (dearerTwin) expect(above.r).toBeGreaterThan(below.r);
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});

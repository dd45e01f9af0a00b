import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BestFirst } from './best-first.js';

const idsOf = (count: number) => Array.from({ length: count }, (_, i) => `p-${(i * 7919) % count}`);
const sorted = (ids: readonly string[], scores: readonly number[], k: number) =>
  ids
    .map((id, i) => ({ id, score: scores[i]! }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, k)
    .map(({ id }) => id);
const kept = (heap: BestFirst, ids: readonly string[]) => {
  heap.sort();
  return Array.from(heap.items.subarray(0, heap.size), (item) => ids[item]);
};

describe('BestFirst', () => {
  it('keeps the best, equal scores by id', () => {
    const scores = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 12 }), (values, k) => {
        const ids = idsOf(values.length);
        const heap = new BestFirst(12, ids);
        heap.clear(k);
        values.forEach((value, item) => value >= heap.bar && heap.offer(item, value));
        expect(kept(heap, ids)).toEqual(sorted(ids, values, k));
      }),
    );
  });

  it('finds the best of a long dense array, also where most are refused or lowered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2048, max: 6000 }),
        fc.integer(),
        fc.integer({ min: 1, max: 5 }),
        (count, seed, step) => {
          const ids = idsOf(count);
          const values = Float64Array.from({ length: count }, (_, i) => Math.abs(Math.sin(seed + i * i)) - 0.3);
          const weigh = (item: number, value: number) => (item % step === 0 ? value / (1 + (item % 3)) : 0);
          const heap = new BestFirst(50, ids);
          heap.clear();
          heap.offerAll(values, count, weigh);
          const weighed = Array.from(values, (value, item) => (value > 0 ? weigh(item, value) : 0));
          expect(kept(heap, ids)).toEqual(sorted(ids, weighed, 50));
        },
      ),
      { numRuns: 50 },
    );
  });
});

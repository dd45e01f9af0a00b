import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aVectorDocument } from '../testing/builders.js';
import { checkVector, compareIds, roundCosine } from './check-vector.js';
import { TopK } from './top-k.js';
import { VectorTable } from './vector-table.js';

const hits = fc.array(
  fc.record({ productId: fc.string({ maxLength: 3 }), score: fc.integer({ min: -4, max: 4 }).map((n) => n / 4) }),
  { maxLength: 60 },
);

describe('TopK', () => {
  it('is the head of a full sort, ties by id', () => {
    fc.assert(
      fc.property(hits, fc.integer({ min: 0, max: 12 }), (all, k) => {
        const best = new TopK(k);
        for (const { productId, score } of all) best.offer(productId, score);
        const sorted = [...all].sort((a, b) => b.score - a.score || compareIds(a.productId, b.productId));
        expect(best.take()).toEqual(sorted.slice(0, k));
      }),
    );
  });
});

describe('VectorTable', () => {
  it('finds what comparing everything finds, through growth and replacement', () => {
    const dimensions = 7;
    const table = new VectorTable(dimensions);
    const model = { modelId: 'm', dimensions };
    const vectorOf = (n: number) =>
      checkVector(
        Float32Array.from({ length: dimensions }, (_, i) => Math.sin(1 + n * (i + 1))),
        model,
        'it',
      );
    const documents = Array.from({ length: 2500 }, (_, n) =>
      aVectorDocument({ productId: `p-${n}`, vector: vectorOf(n), categories: [`c-${n % 4}`], sellable: n % 3 !== 0 }),
    );
    for (const document of documents) table.put({ ...document, vector: vectorOf(1), categories: ['before'] });
    for (const document of documents) table.put(document);
    const query = vectorOf(0.5);
    const expected = documents
      .filter(({ categories, sellable }) => sellable && categories[0] !== 'c-1')
      .map(({ productId, vector }) => ({
        productId,
        score: roundCosine(vector.reduce((sum, value, i) => sum + value * query[i]!, 0)),
      }))
      .sort((a, b) => b.score - a.score || compareIds(a.productId, b.productId));
    expect(table.nearest(query, 40, { categories: ['c-0', 'c-2', 'c-3'] })).toEqual(expected.slice(0, 40));
    expect(table.nearest(query, 5, { categories: ['before'] })).toEqual([]);
    expect(table.size).toBe(2500);
  });
});

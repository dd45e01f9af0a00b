import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Best } from './best.js';

describe('Best', () => {
  it('keeps what sorting everything would keep, smaller items first among equals', () => {
    const scores = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 20 }), (offered, limit) => {
        const best = new Best(limit);
        offered.forEach((score, item) => best.offer(item, score));
        const sorted = offered
          .map((score, item) => ({ score, item }))
          .sort((a, b) => b.score - a.score || a.item - b.item);
        const expected = sorted.slice(0, limit);
        expect(best.drain()).toEqual({ items: expected.map((e) => e.item), scores: expected.map((e) => e.score) });
        expect(best.drain().items).toEqual([]);
      }),
    );
  });
});

import type { RecommendedItem } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { differences } from './same-list.js';

const list = (...items: readonly (readonly [string, number])[]): RecommendedItem[] =>
  items.map(([productId, score]) => ({
    productId,
    sku: productId,
    score,
    reason: { code: 'trending', text: 'Popular now' },
    product: { title: productId, price: 1 },
  }));

describe('differences', () => {
  it('finds none where only ties stand in another order', () => {
    expect(differences(list(['a', 1], ['b', 0.5], ['c', 0.5]), list(['a', 1], ['c', 0.5001], ['b', 0.5]))).toEqual([]);
  });

  it('lets either of a tie at the end be named', () => {
    expect(differences(list(['a', 1], ['b', 0.5]), list(['a', 1], ['c', 0.5]))).toEqual([]);
  });

  it('names what is missing, in another order, or has another score', () => {
    expect(differences(list(['a', 1], ['b', 0.5]), list(['a', 1]))).toHaveLength(1);
    expect(differences(list(['a', 1], ['b', 0.5]), list(['b', 1], ['a', 0.5]))).not.toEqual([]);
    expect(differences(list(['a', 1], ['b', 0.6], ['d', 0.5]), list(['a', 1], ['c', 0.6], ['d', 0.5]))).toHaveLength(2);
    expect(differences(list(['a', 1], ['b', 0.6]), list(['a', 1], ['b', 0.7]))).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { BASKET_ITEMS, basketOf } from './basket.js';

const lines = Array.from({ length: 400 }, (_, i) => `sku-${i}`);

describe('basketOf', () => {
  it('names each product once, in order', () => {
    expect(basketOf('o-1', ['b', 'a', 'b'])).toEqual({ kept: ['b', 'a'], rest: [] });
  });

  it('keeps fifty of a wholesale order, the same ones whatever the order of its lines', () => {
    const { kept, rest } = basketOf('o-1', lines);
    expect(kept).toHaveLength(BASKET_ITEMS);
    expect(new Set([...kept, ...rest]).size).toBe(400);
    expect([...basketOf('o-1', lines.toReversed()).kept].sort()).toEqual([...kept].sort());
  });

  it('favours no product over many orders', () => {
    const times = new Map<string, number>();
    for (let order = 0; order < 400; order += 1)
      for (const id of basketOf(`o-${order}`, lines).kept) times.set(id, (times.get(id) ?? 0) + 1);
    // 50 expected each, deviation below 7
    expect(Math.min(...times.values())).toBeGreaterThan(20);
    expect(Math.max(...times.values())).toBeLessThan(85);
  });
});

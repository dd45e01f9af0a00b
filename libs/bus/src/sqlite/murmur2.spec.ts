import { describe, expect, it } from 'vitest';
import { partitionOf } from './murmur2.js';

describe('partitionOf', () => {
  it('spreads keys', () => {
    const counts = Array.from({ length: 6 }, () => 0);
    for (let n = 0; n < 6_000; n += 1) counts[partitionOf(`p-${n}`, 6)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
  });
});

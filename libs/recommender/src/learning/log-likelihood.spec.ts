import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLikelihoodRatio } from './log-likelihood.js';

describe('logLikelihoodRatio', () => {
  it.each([
    [10, 20, 30, 1000],
    [1, 1, 1, 200],
    [3, 4, 3, 50],
  ])('is 2·ΣO·ln(O/E) for %d of %d and %d in %d orders', (both, first, second, all) => {
    const cells = [
      [both, (first * second) / all],
      [first - both, (first * (all - second)) / all],
      [second - both, ((all - first) * second) / all],
      [all - first - second + both, ((all - first) * (all - second)) / all],
    ] as const;
    const expected = 2 * cells.reduce((sum, [o, e]) => sum + (o > 0 ? o * Math.log(o / e) : 0), 0);
    expect(logLikelihoodRatio(both, first, second, all)).toBeCloseTo(expected, 8);
  });

  it('knows a value computed elsewhere', () => {
    expect(logLikelihoodRatio(10, 20, 30, 1000)).toBeCloseTo(46.496606, 6);
  });

  it('is 0 for what chance explains, and for what avoids each other', () => {
    expect(logLikelihoodRatio(10, 100, 100, 1000)).toBe(0);
    expect(logLikelihoodRatio(1, 100, 100, 1000)).toBe(0);
  });

  it('grows with the evidence at the same proportions, and is never negative or not a number', () => {
    expect(logLikelihoodRatio(20, 40, 60, 2000)).toBeCloseTo(2 * logLikelihoodRatio(10, 20, 30, 1000), 6);
    const count = fc.double({ min: 0.001, max: 500, noNaN: true });
    fc.assert(
      fc.property(count, count, count, count, (both, a, b, rest) => {
        expect(logLikelihoodRatio(both, both + a, both + b, both + a + b + rest)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

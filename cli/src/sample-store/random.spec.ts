import { describe, expect, it } from 'vitest';
import { cumulate, exp, hash, ln, Random } from './random.js';

describe('Random', () => {
  it('gives the same numbers for the same seed, for ever', () => {
    const random = new Random('a');
    expect([random.bits(), random.bits(), random.bits()]).toEqual([2957200906, 3439438262, 676465752]);
    expect(hash('shopkeeper')).toBe(1307125145);
  });

  it('gives forks that do not depend on what was drawn before', () => {
    const [one, other] = [new Random('a'), new Random('a')];
    one.bits();
    expect(one.fork('x').bits()).toBe(other.fork('x').bits());
    expect(one.fork('x').bits()).not.toBe(one.fork('y').bits());
  });

  it('is even, normal and exponential about as it should be', () => {
    const random = new Random('moments');
    const n = 20_000;
    const mean = (draw: () => number) => Array.from({ length: n }, draw).reduce((sum, x) => sum + x, 0) / n;
    expect(mean(() => random.unit())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(() => random.exponential(5)) - 5)).toBeLessThan(0.2);
    expect(mean(() => random.weighted(cumulate([1, 0, 3])))).toBeCloseTo(1.5, 1);
  });

  it('draws every whole number of a range and no other', () => {
    const random = new Random('int');
    expect(new Set(Array.from({ length: 500 }, () => random.int(2, 5)))).toEqual(new Set([2, 3, 4, 5]));
  });

  it('samples without repeating', () => {
    const sample = new Random('sample').sample([1, 2, 3, 4, 5], 4);
    expect(new Set(sample).size).toBe(4);
  });
});

describe('ln and exp', () => {
  it.each([1e-9, 0.1, 0.5, 0.75, 1, 1.5, 2, Math.E, 10, 12345.678])('of %d agree with the engine', (x) => {
    expect(ln(x)).toBeCloseTo(Math.log(x), 12);
    expect(exp(ln(x)) / x).toBeCloseTo(1, 12);
    expect(exp(-x % 20)).toBeCloseTo(Math.exp(-x % 20), 12);
  });
});

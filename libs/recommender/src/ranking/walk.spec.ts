import { describe, expect, it } from 'vitest';
import { contentRow } from './content.js';
import { aShelf, row } from './testing/a-shelf.js';
import { Walk } from './walk.js';
import type { Shelf } from './shelf.js';

function walk(shelf: Shelf, seeds: Record<string, number>, content?: ReturnType<typeof contentRow>) {
  const into = new Float64Array(shelf.capacity);
  const products = Object.keys(seeds).map((id) => shelf.find(id));
  const rows = content && new Map([[products[0]!, content]]);
  new Walk(shelf).run(products, Object.values(seeds), into, rows);
  return (productId: string) => into[shelf.find(productId)]!;
}

describe('Walk', () => {
  it('adds what one and two steps reach, as computed by hand', () => {
    const shelf = aShelf({ a: {}, b: {}, c: {}, d: {} });
    row(shelf, 'transition', 'a', { b: 0.5 });
    row(shelf, 'covisit', 'a', { b: 0.75, c: 0.25 });
    row(shelf, 'covisit', 'b', { d: 0.5, a: 0.5 });
    row(shelf, 'covisit', 'c', { d: 1 });
    const score = walk(shelf, { a: 1 });
    // v0 = {a: 0.5, b: 0.25}
    // v1 = a·{b: 0.75, c: 0.25} + b·{d: 0.5, a: 0.5} = {b: 0.375, c: 0.125, d: 0.125, a: 0.125}
    // v2 = b·{d, a} + c·{d: 1} + a·{b: 0.75, c: 0.25} = {d: 0.1875 + 0.125, a: 0.1875, b: 0.09375, c: 0.03125}
    expect(score('a')).toBeCloseTo(0.3 * 0.5 + 0.21 * 0.125 + 0.147 * 0.1875, 6);
    expect(score('b')).toBeCloseTo(0.3 * 0.25 + 0.21 * 0.375 + 0.147 * 0.09375, 6);
    expect(score('c')).toBeCloseTo(0.21 * 0.125 + 0.147 * 0.03125, 6);
    expect(score('d')).toBeCloseTo(0.21 * 0.125 + 0.147 * 0.3125, 6);
  });

  it('weighs seeds', () => {
    const shelf = aShelf({ a: {}, b: {}, c: {}, d: {} });
    row(shelf, 'covisit', 'a', { c: 1 });
    row(shelf, 'covisit', 'b', { d: 1 });
    const score = walk(shelf, { a: 0.8, b: 0.2 });
    expect(score('c') / score('d')).toBeCloseTo(4, 6);
  });

  it('walks on from the fifty that hold most', () => {
    const shelf = aShelf({ seed: {} });
    const neighbours = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n-${i}`, (60 - i) / 2000]));
    row(shelf, 'transition', 'seed', neighbours);
    for (let i = 0; i < 60; i++) row(shelf, 'covisit', `n-${i}`, { [`far-${i}`]: 1 });
    const score = walk(shelf, { seed: 1 });
    // The seed itself is one of the fifty.
    expect(score('far-48')).toBeGreaterThan(0);
    expect(score('far-49')).toBe(0);
  });

  it('starts also from content neighbours, the more the less is known of a seed', () => {
    const shelf = aShelf({ cold: {}, warm: {}, like: {} });
    const content = contentRow(shelf, [{ productId: 'like', score: 0.9 }]);
    expect(walk(shelf, { cold: 1 }, content)('like')).toBeCloseTo(0.3 * 0.5, 6);
    row(shelf, 'transition', 'warm', Object.fromEntries(Array.from({ length: 38 }, (_, i) => [`n-${i}`, 0.01])));
    expect(walk(shelf, { warm: 1 }, content)('like')).toBeCloseTo(0.3 * 0.5 * (2 / 40), 6);
  });

  it('gives the same to the last bit, whatever numbers the products got', () => {
    const ids = Array.from({ length: 80 }, (_, i) => `p-${i}`);
    const scores = (order: readonly string[]) => {
      const shelf = aShelf(Object.fromEntries(order.map((id) => [id, {}])));
      ids.forEach((id, i) => {
        const near = Array.from({ length: 30 }, (_, k) => [ids[(i * 7 + k * k + 1) % 80]!, 0.1 / (k + 1)] as const);
        row(shelf, 'covisit', id, Object.fromEntries(near));
        row(shelf, 'transition', id, Object.fromEntries(near));
      });
      return ids.map(walk(shelf, { 'p-0': 0.5, 'p-9': 0.3, 'p-5': 0.2 }));
    };
    expect(scores([...ids].reverse())).toEqual(scores(ids));
  });

  it('starts anew at each run', () => {
    const shelf = aShelf({ a: {}, b: {} });
    row(shelf, 'covisit', 'a', { b: 1 });
    const shared = new Walk(shelf);
    const into = new Float64Array(shelf.capacity);
    shared.run([shelf.find('a')], [1], into);
    shared.run([shelf.find('b')], [1], into);
    expect(into[shelf.find('a')]).toBe(0);
  });
});

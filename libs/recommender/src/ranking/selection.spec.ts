import { describe, expect, it } from 'vitest';
import { select, SELECTION, type Limits } from './selection.js';
import { aShelf, type Goods } from './testing/a-shelf.js';

interface Candidate extends Goods {
  readonly id: string;
  readonly r: number;
  readonly as?: 'reminder' | 'novelty';
}

function pick(candidates: readonly Candidate[], limits: Partial<Limits> = {}): string[] {
  const shelf = aShelf(Object.fromEntries(candidates.map(({ id, r: _, as: __, ...goods }) => [id, goods])));
  const products = Int32Array.from(candidates, ({ id }) => shelf.find(id));
  const relevance = new Float64Array(shelf.capacity);
  candidates.forEach(({ id, r }) => (relevance[shelf.find(id)] = r));
  const is = (kind: Candidate['as']) => (product: number) =>
    candidates.find(({ id }) => id === shelf.id(product))?.as === kind;
  const pool = {
    products,
    final: Float64Array.from(candidates, ({ r }) => Math.log(r)),
    count: candidates.length,
    relevance,
    isReminder: is('reminder'),
    isNovelty: is('novelty'),
  };
  const full = { limit: 10, theta: 0, reminders: 0.2, novelties: 0.1, ...limits };
  return select(shelf, pool, full).map((place) => candidates[place]!.id);
}
const several = (count: number, each: (i: number) => Partial<Candidate> = () => ({})): Candidate[] =>
  Array.from({ length: count }, (_, i) => ({ id: `p-${i}`, r: 1 - i / 100, ...each(i) }));

describe('select', () => {
  it('keeps the order of relevance without diversity', () => {
    expect(pick(several(4))).toEqual(['p-0', 'p-1', 'p-2', 'p-3']);
  });

  it('brings another category and brand forward, the more so the greater θ', () => {
    const candidates = [
      { id: 'a', r: 1, categories: ['x'] },
      { id: 'b', r: 0.9, categories: ['x'] },
      { id: 'c', r: 0.7, categories: ['y'] },
    ];
    expect(pick(candidates, { theta: 0.1 })).toEqual(['a', 'c', 'b']);
    expect(pick(candidates, { theta: 0.05 })).toEqual(['a', 'b', 'c']);
    const brands = candidates.map((candidate, i) => ({
      ...candidate,
      categories: ['x'],
      brand: i < 2 ? 'same' : 'other',
    }));
    expect(pick(brands, { theta: 0.2 })).toEqual(['a', 'c', 'b']);
  });

  it('shows three of a family at most, near-duplicates by title and brand too', () => {
    const family = pick(several(8, (i) => (i < 5 ? { family: 'f' } : {})));
    expect(family).toEqual(['p-0', 'p-1', 'p-2', 'p-5', 'p-6', 'p-7']);
    expect(pick(several(5, () => ({ title: ' The Same ', brand: 'b' })))).toHaveLength(SELECTION.perFamily);
    expect(pick(several(5, (i) => ({ title: 'the same', brand: `b-${i}` })))).toHaveLength(5);
  });

  it('keeps reminders within their share while there is anything else', () => {
    const candidates = several(10, (i) => (i < 4 ? { as: 'reminder' } : {}));
    expect(pick(candidates, { limit: 5 })).toEqual([
      'p-0',
      'p-4',
      'p-5',
      'p-6',
      'p-7',
      ...pick(candidates, { limit: 5 }).slice(5),
    ]);
    expect(pick(candidates.slice(0, 5), { limit: 5 })).toHaveLength(5);
  });

  it('gives new products their share at the end of the list, not more', () => {
    const candidates = several(30, (i) => (i > 24 || i === 2 ? { as: 'novelty' } : {}));
    expect(pick(candidates).slice(0, 10)).toEqual(several(10).map(({ id }) => id));
    const late = several(30, (i) => (i > 24 ? { as: 'novelty' } : {}));
    expect(pick(late).slice(8, 10)).toEqual(['p-8', 'p-25']);
    expect(pick(late, { novelties: 0 }).slice(8, 10)).toEqual(['p-8', 'p-9']);
  });

  it('keeps the first places for the relevant, also against diversity', () => {
    const candidates = [...several(6, () => ({ categories: ['x'] })), { id: 'weak', r: 0.19, categories: ['y'] }];
    expect(pick(candidates, { theta: 0.9 }).indexOf('weak')).toBe(5);
    expect(pick(candidates.slice(4), { theta: 0.9 })).toHaveLength(3);
  });

  it('adds a reserve behind the list', () => {
    expect(pick(several(60), { limit: 3 })).toHaveLength(3 + SELECTION.reserve);
    expect(pick([])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Categories } from './categories.js';
import { Trend } from './trend.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-01-15T12:00:00.000Z');
const rate = (halfLife: number, age: number): number => (2 ** (-age / halfLife) * Math.LN2) / halfLife;
const shop = (placed: Record<number, string[]>): { categories: Categories; trend: Trend } => {
  const categories = new Categories();
  for (const [product, paths] of Object.entries(placed)) categories.place(Number(product), paths);
  return { categories, trend: new Trend(categories) };
};

describe('Trend', () => {
  it('scores as computed by hand', () => {
    const { trend } = shop({ 1: ['a'] });
    trend.add(1, 6, NOW - 20 * DAY);
    trend.add(1, 1, NOW);
    const week = 6 * rate(7, 20) + rate(7, 0);
    const month = 6 * rate(30, 20) + rate(30, 0);
    const popularity = 0.2 * (6 * rate(1, 20) + rate(1, 0)) + 0.3 * week + 0.5 * month;
    const ratio = (week + 0.1) / (month + 0.1);
    expect(ratio).toBeLessThan(2);
    expect(trend.row(0, NOW).scores[0]).toBeCloseTo(popularity * ratio, 8);
  });

  it('prefers what rises to what is as popular over the month and falls', () => {
    const { trend } = shop({ 1: ['a'], 2: ['a'] });
    for (let day = 0; day < 30; day += 1) {
      trend.add(1, day < 15 ? 8 : 2, NOW - (30 - day) * DAY);
      trend.add(2, day < 15 ? 2 : 8, NOW - (30 - day) * DAY);
    }
    expect(trend.row(0, NOW).items).toEqual([2, 1]);
  });

  it('does not let the ratio run away', () => {
    const { trend } = shop({ 1: ['a'] });
    trend.add(1, 1000, NOW);
    const popularity = 1000 * (0.2 * rate(1, 0) + 0.3 * rate(7, 0) + 0.5 * rate(30, 0));
    expect(trend.row(0, NOW).scores[0]).toBeCloseTo(popularity * 2, 6);
  });

  it('has a row for the shop and for every category above a product', () => {
    const { categories, trend } = shop({ 1: ['garden/tools/spades'], 2: ['garden/pots'], 3: ['kitchen'] });
    for (const product of [1, 2, 2, 3, 3, 3]) trend.add(product, 1, NOW);
    const row = (path: string) => trend.row(categories.find(path) as number, NOW).items;
    expect(row('*')).toEqual([3, 2, 1]);
    expect(row('garden')).toEqual([2, 1]);
    expect(row('garden/tools')).toEqual([1]);
    expect(row('garden/tools/spades')).toEqual([1]);
    expect(row('kitchen')).toEqual([3]);
  });

  it('follows a product that moves, and forgets one that is no longer sold', () => {
    const { categories, trend } = shop({ 1: ['garden'], 2: ['garden'] });
    trend.add(1, 1, NOW);
    trend.add(2, 1, NOW);
    categories.place(1, ['kitchen']);
    categories.remove(2);
    expect(trend.row(categories.find('garden') as number, NOW).items).toEqual([]);
    expect(trend.row(categories.find('kitchen') as number, NOW).items).toEqual([1]);
    expect(trend.row(0, NOW).items).toEqual([1]);
  });

  it('knows nothing of products that the catalogue does not', () => {
    const { trend } = shop({});
    trend.add(5, 1, NOW);
    expect(trend.row(0, NOW).items).toEqual([]);
  });

  it('takes weight back at the moment it was given, never below 0', () => {
    const { trend } = shop({ 1: [], 2: [] });
    trend.add(1, 6, NOW - 20 * DAY);
    trend.add(1, 1, NOW);
    trend.add(1, -6, NOW - 20 * DAY);
    trend.add(2, 1, NOW);
    const { scores } = trend.row(0, NOW);
    expect(scores[0]).toBeCloseTo(scores[1] as number, 8);
    trend.add(2, -9, NOW);
    expect(trend.row(0, NOW).items).toEqual([1]);
  });

  it('survives years', () => {
    const { trend } = shop({ 1: [], 2: [] });
    trend.add(1, 5, NOW);
    trend.add(2, 1, NOW + 900 * DAY);
    trend.add(1, 5, NOW);
    expect(trend.row(0, NOW + 900 * DAY).items).toEqual([2]);
  });
});

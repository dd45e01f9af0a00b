import { describe, expect, it } from 'vitest';
import { BoughtTogether } from './bought-together.js';
import { logLikelihoodRatio } from './log-likelihood.js';

const DAY = 86_400_000;
const TAU = 730 * DAY;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const nothing = () => false;
const orders = (model: BoughtTogether, times: number, items: readonly number[], at = START): void => {
  for (let i = 0; i < times; i += 1) model.fold(items, at);
};

describe('BoughtTogether', () => {
  it('scores a pair by the root of its likelihood ratio, half an order held back', () => {
    const model = new BoughtTogether(TAU);
    orders(model, 8, [1, 2]);
    orders(model, 4, [1]);
    orders(model, 10, [2, 3]);
    orders(model, 78, [4, 5]);
    const row = model.row(1, START, nothing);
    expect(row.items).toEqual([2]);
    expect(row.scores[0]).toBeCloseTo(Math.sqrt(logLikelihoodRatio(7.5, 12, 18, 100)), 5);
  });

  it('does not take bestsellers for companions', () => {
    const model = new BoughtTogether(TAU);
    // 9 is in nine of ten orders, whatever else is in them.
    orders(model, 20, [1, 2, 9]);
    orders(model, 3, [1, 2]);
    orders(model, 70, [7, 9]);
    orders(model, 7, [7]);
    expect(model.row(1, START, nothing).items).toEqual([2]);
  });

  it('has rows for a shop with few orders, but not from a single coincidence of popular products', () => {
    const model = new BoughtTogether(TAU);
    orders(model, 2, [1, 2]);
    orders(model, 2, [1, 3]);
    orders(model, 1, [1, 4]);
    for (let i = 0; i < 195; i += 1) model.fold([10 + (i % 20), 4], START);
    const row = model.row(1, START, nothing);
    expect(row.items).toEqual([2, 3]);
    expect(row.scores.every((score) => score > 1.6)).toBe(true);
  });

  it('leaves the merely likely out where there are ten certain ones', () => {
    const model = new BoughtTogether(TAU);
    const certain = Array.from({ length: 12 }, (_, i) => 100 + i);
    for (const item of certain) orders(model, 5, [1, item]);
    orders(model, 2, [1, 50]);
    orders(model, 12, [50, 51]);
    orders(model, 400, [60, 61]);
    const row = model.row(1, START, nothing);
    expect(row.items).toHaveLength(12);
    expect(row.items).not.toContain(50);
    expect(Math.min(...row.scores)).toBeGreaterThan(3.3);
  });

  it('takes back what was returned: the whole order, or one product of it', () => {
    const with2 = new BoughtTogether(TAU);
    const returned = new BoughtTogether(TAU);
    for (const model of [with2, returned]) {
      orders(model, 6, [1, 2, 3]);
      orders(model, 50, [8, 9]);
    }
    orders(returned, 1, [1, 2, 3]);
    returned.takeBack([1, 2, 3], [], START);
    expect(returned.row(1, START, nothing)).toEqual(with2.row(1, START, nothing));
    for (let i = 0; i < 6; i += 1) returned.takeBack([2], [1, 3], START);
    expect(returned.row(1, START, nothing).items).toEqual([3]);
    expect(returned.row(2, START, nothing).items).toEqual([]);
    returned.takeBack([2], [1, 3], START);
    expect(returned.row(2, START, nothing).items).toEqual([]);
  });

  it('lets old orders fade', () => {
    const model = new BoughtTogether(TAU);
    orders(model, 6, [1, 2], START);
    orders(model, 6, [1, 3], START + TAU);
    orders(model, 60, [8, 9], START + TAU);
    const row = model.row(1, START + TAU, nothing);
    expect(row.items).toEqual([3, 2]);
    expect(row.scores[1]).toBeCloseTo(
      Math.sqrt(logLikelihoodRatio(6 / Math.E - 0.5, 6 + 6 / Math.E, 6 / Math.E, 66 + 6 / Math.E)),
      4,
    );
  });

  it('takes no inherited count for evidence when a row is full', () => {
    const model = new BoughtTogether(TAU);
    orders(model, 20, [0, 1]);
    for (let i = 0; i < 3000; i += 1) model.fold([0, 10 + i], START);
    orders(model, 20_000, [8000, 8001]);
    const row = model.row(0, START, nothing);
    expect(row.items[0]).toBe(1);
    // The last comer inherited several orders, and was in one.
    expect(model.row(0, START, (item) => item < 3009).items).toEqual([]);
  });
});

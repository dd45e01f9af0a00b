import { describe, expect, it } from 'vitest';
import { Figures, FIGURES } from './figures.js';
import { ago, aShelf, DAY, NOW, put, row, type Goods } from './testing/a-shelf.js';

function figuresOf(goods: Record<string, Goods>, prepare?: (shelf: ReturnType<typeof aShelf>) => void) {
  const shelf = aShelf(goods);
  prepare?.(shelf);
  const figures = new Figures(shelf);
  figures.refresh(NOW);
  return { shelf, figures, of: (z: Float32Array, id: string) => z[shelf.find(id)]! };
}
const many = (count: number, goods: (i: number) => Goods) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p-${i}`, goods(i)]));

describe('Figures', () => {
  it('compares the contribution of a piece with its category only', () => {
    const { figures, of } = figuresOf({
      low: { price: 10, cost: 9, categories: ['a'] },
      high: { price: 10, cost: 1, categories: ['a'] },
      dear: { price: 900, cost: 100, categories: ['b'] },
      unknown: { offers: [{ sku: 'u', price: 10, stock: 1, availability: 'in_stock' }], categories: ['a'] },
    });
    expect(of(figures.margin, 'high')).toBeGreaterThan(0);
    expect(of(figures.margin, 'low')).toBeCloseTo(-of(figures.margin, 'high'), 6);
    expect(of(figures.margin, 'dear')).toBe(0);
    expect(of(figures.margin, 'unknown')).toBe(0);
  });

  it('trusts the spread of a small category less', () => {
    const pair = { x: { price: 10, cost: 8, categories: ['small'] }, y: { price: 10, cost: 7, categories: ['small'] } };
    const others = many(40, (i) => ({ price: 100, cost: 100 - (i % 9) * 10, categories: ['large'] }));
    expect(Math.abs(figuresOf(pair).of(figuresOf(pair).figures.margin, 'x'))).toBeCloseTo(1, 5);
    const { figures, of } = figuresOf({ ...pair, ...others });
    expect(Math.abs(of(figures.margin, 'x'))).toBeLessThan(0.1);
  });

  it('clips to two deviations', () => {
    const { figures, of } = figuresOf(many(30, (i) => ({ price: i === 0 ? 5000 : 10, cost: 5 })));
    expect(of(figures.margin, 'p-0')).toBe(2);
  });

  it('sees dead stock above and scarce stock below average, untracked stock as average', () => {
    const goods = { dead: { stock: 400 }, scarce: { stock: 1 }, untracked: { stock: null }, brisk: { stock: 40 } };
    const { figures, of } = figuresOf(goods, (shelf) => {
      row(shelf, 'trend', 'garden/hand-tools', { brisk: FIGURES.weightPerSale * 10 });
    });
    expect(of(figures.cover, 'dead')).toBeGreaterThan(0);
    expect(of(figures.cover, 'scarce')).toBeLessThan(0);
    expect(of(figures.cover, 'brisk')).toBeLessThan(of(figures.cover, 'scarce'));
    expect(of(figures.cover, 'untracked')).toBe(0);
  });

  it('ranks trend within the category; what is not in the row is below its last', () => {
    const { figures, of } = figuresOf({ hot: {}, mild: {}, cold: {} }, (shelf) => {
      row(shelf, 'trend', 'garden/hand-tools', { hot: 9, mild: 3 });
    });
    expect(of(figures.trend, 'hot')).toBeGreaterThan(of(figures.trend, 'mild'));
    expect(of(figures.trend, 'mild')).toBeGreaterThan(of(figures.trend, 'cold'));
  });

  it('calls nothing new after a first import', () => {
    const recent = { firstSeenAt: ago(DAY) };
    expect(figuresOf(many(10, () => recent)).figures.newest).toHaveLength(0);
    const { shelf, figures } = figuresOf(many(10, (i) => (i === 3 ? recent : {})));
    expect([...figures.newest]).toEqual([shelf.find('p-3')]);
  });

  it('is refreshed once a second at most', () => {
    const { shelf, figures } = figuresOf({ a: { price: 10, cost: 5 }, b: { price: 10, cost: 5 } });
    put(shelf, 'a', { price: 10, cost: 1 }, 2);
    figures.refresh(NOW + 500);
    expect(figures.margin[shelf.find('a')]).toBe(0);
    figures.refresh(NOW + 1000);
    expect(figures.margin[shelf.find('a')]).toBeGreaterThan(0);
  });
});

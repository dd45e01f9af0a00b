import { Placement, RecommendedItem } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { contentRow } from './content.js';
import { itemsOf } from './items.js';
import { profileOf } from './profile.js';
import { Ranking } from './ranking.js';
import { Shelf } from './shelf.js';
import { passStockGate } from './stock-gate.js';
import { aDeed, ago, aShelf, DAY, idsOf, NOW, recommend, row } from './testing/a-shelf.js';

const GARDEN = { categories: ['garden/tools'] };
const KITCHEN = { categories: ['kitchen/pans'] };

/** Two departments with company of their own. */
function shop(): Shelf {
  const shelf = aShelf({
    trowel: GARDEN,
    rake: GARDEN,
    spade: GARDEN,
    gloves: { categories: ['garden/clothing'], price: 4 },
    seeds: { categories: ['garden/plants'] },
    pan: KITCHEN,
    pot: { ...KITCHEN, brand: 'Fernhill' },
    lid: { ...KITCHEN, price: 3 },
    gone: { ...GARDEN, stock: 0 },
  });
  row(shelf, 'covisit', 'trowel', { rake: 0.5, spade: 0.25, gone: 0.125, pan: 0.05 });
  row(shelf, 'transition', 'trowel', { rake: 0.5, spade: 0.25 });
  row(shelf, 'covisit', 'pan', { pot: 0.6, lid: 0.3 });
  row(shelf, 'bought-together', 'trowel', { gloves: 12, seeds: 8, gone: 20 });
  row(shelf, 'bought-together', 'pan', { lid: 9 });
  row(shelf, 'trend', '*', { pot: 9, rake: 5, gone: 4 });
  row(shelf, 'trend', 'garden/tools', { spade: 5, rake: 2 });
  return shelf;
}
const profile = (shelf: Shelf, ...evidence: Parameters<typeof profileOf>[1]) => profileOf(shelf, evidence, NOW);

describe('similar', () => {
  it('shows what is viewed with the product, near things first, and says so', () => {
    const items = recommend(shop(), { placement: 'similar', products: ['trowel'] });
    expect(items.slice(0, 2)).toMatchObject([
      { productId: 'rake', score: 1, reason: { code: 'viewed-together', because: 'trowel' } },
      { productId: 'spade', reason: { text: 'Often chosen together with “trowel”' } },
    ]);
    expect(items.map(({ productId }) => productId)).not.toContain('trowel');
  });

  it('goes by content for a product without company', () => {
    const shelf = shop();
    const ranking = new Ranking(shelf);
    const outset = ranking.begin({ placement: 'similar', products: ['seeds'], limit: 3, now: NOW });
    expect(outset.contentWanted).toEqual([shelf.find('seeds')]);
    const hits = [
      { productId: 'gloves', score: 0.8 },
      { productId: 'gone', score: 0.7 },
      { productId: 'unheard-of', score: 0.6 },
    ];
    const list = ranking.rank(outset, new Map([[shelf.find('seeds'), contentRow(shelf, hits)]]));
    const [first] = itemsOf(shelf, list, passStockGate(shelf, list).passed);
    expect(first).toMatchObject({ productId: 'gloves', reason: { code: 'similar', because: 'seeds' } });
  });
});

describe('bought-together and cart', () => {
  it('puts what is in the same orders before what is in the same visits', () => {
    const items = recommend(shop(), { placement: 'bought-together', products: ['trowel'] });
    expect(items.slice(0, 2)).toMatchObject([
      { productId: 'gloves', reason: { code: 'bought-together', because: 'trowel' } },
      { productId: 'seeds' },
    ]);
  });

  it('does not call a twin a complement', () => {
    const shelf = aShelf({ red: { family: 'f' }, blue: { family: 'f' }, lace: {} });
    row(shelf, 'bought-together', 'red', { blue: 9, lace: 5 });
    expect(idsOf(shelf, { placement: 'bought-together', products: ['red'] })).toEqual(['lace']);
  });

  it('completes the whole cart, the one that is known when none is given', () => {
    const shelf = shop();
    const asked = idsOf(shelf, { placement: 'cart', products: ['trowel', 'pan'] });
    expect(asked.slice(0, 3).sort()).toEqual(['gloves', 'lid', 'seeds']);
    expect(asked).not.toContain('pan');
    const carted = profile(
      shelf,
      aDeed('pan', { kind: 'cart-add', weight: 3 }),
      aDeed('trowel', { kind: 'cart-add', weight: 3 }),
    );
    expect(idsOf(shelf, { placement: 'cart', profile: carted })).toEqual(asked);
  });
});

describe('bought-together for a product without company', () => {
  it('goes by what is viewed with things like it, and claims no more', () => {
    const shelf = aShelf({ cold: GARDEN, like: GARDEN, far: KITCHEN });
    row(shelf, 'covisit', 'like', { far: 0.9 });
    const ranking = new Ranking(shelf);
    const outset = ranking.begin({ placement: 'bought-together', products: ['cold'], limit: 3, now: NOW });
    const content = contentRow(shelf, [{ productId: 'like', score: 0.8 }]);
    const list = ranking.rank(outset, new Map([[shelf.find('cold'), content]]));
    const [first, second] = itemsOf(shelf, list, passStockGate(shelf, list).passed);
    expect([first, second]).toMatchObject([
      { productId: 'far', reason: { text: 'Often chosen by shoppers on a similar path', because: 'cold' } },
      { productId: 'like', reason: { code: 'similar', because: 'cold' } },
    ]);
  });
});

describe('home', () => {
  it('shows an unknown shopper what the shop turns to', () => {
    const items = recommend(shop(), { limit: 2 });
    expect(items).toMatchObject([{ productId: 'pot', reason: { code: 'trending' } }, { productId: 'rake' }]);
  });

  it('follows the open session at once', () => {
    const shelf = shop();
    const before = idsOf(shelf, { limit: 3 });
    const after = idsOf(shelf, { limit: 3, profile: profile(shelf, aDeed('trowel')) });
    expect(after).not.toEqual(before);
    expect(after[0]).toBe('rake');
  });

  it('reminds of a few things and says why', () => {
    const shelf = shop();
    const reasons = recommend(shelf, {
      profile: profile(shelf, aDeed('trowel'), aDeed('lid', { kind: 'cart-add', weight: 3 })),
    });
    expect(reasons.find(({ productId }) => productId === 'trowel')?.reason.code).toBe('recently-viewed');
    expect(reasons.find(({ productId }) => productId === 'lid')?.reason.code).toBe('in-your-cart');
  });

  it('holds back what was just bought, and its kind a little', () => {
    const shelf = shop();
    row(shelf, 'covisit', 'gloves', { rake: 0.5, pot: 0.49 });
    const seen = aDeed('gloves', { occurredAt: ago(DAY), sessionId: 's-0' });
    const bought = (when: number) =>
      aDeed('rake', { kind: 'order', weight: 6, occurredAt: ago(when), sessionId: 's-0' });
    const place = (when: number) => idsOf(shelf, { profile: profile(shelf, seen, bought(when)) }).indexOf('rake');
    expect(place(2 * DAY)).toBeGreaterThan(place(400 * DAY));
  });

  it('gives a new product a place', () => {
    const goods = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`p-${i}`, {}]));
    const shelf = aShelf({ ...goods, fresh: { firstSeenAt: ago(2 * DAY) } });
    row(shelf, 'trend', '*', Object.fromEntries(Object.keys(goods).map((id, i) => [id, 50 - i])));
    const items = recommend(shelf, {});
    expect(items).toHaveLength(10);
    expect(items.filter(({ reason }) => reason.code === 'new')).toMatchObject([{ productId: 'fresh' }]);
  });
});

describe('still-considering', () => {
  it('shows what was looked at and not bought, and nothing else', () => {
    const shelf = shop();
    const evidence = [
      aDeed('pan'),
      aDeed('lid', { kind: 'cart-add', weight: 3, occurredAt: ago(DAY), sessionId: 's-0' }),
      aDeed('rake', { kind: 'order', weight: 6, occurredAt: ago(DAY), sessionId: 's-0' }),
      aDeed('rake', { occurredAt: ago(2 * DAY), sessionId: 's-0' }),
      aDeed('gone', { occurredAt: ago(DAY), sessionId: 's-0' }),
    ];
    const items = recommend(shelf, { placement: 'still-considering', profile: profile(shelf, ...evidence) });
    expect(items.map(({ productId, reason }) => [productId, reason.code])).toEqual([
      ['lid', 'in-your-cart'],
      ['pan', 'still-considering'],
    ]);
    expect(recommend(shelf, { placement: 'still-considering' })).toEqual([]);
  });
});

describe('filters', () => {
  const filtered = (filter: Parameters<typeof recommend>[1]['filter'], over = {}) =>
    idsOf(shop(), { limit: 50, filter, ...over }).sort();

  it('takes a category with all below it, and nothing that only begins alike', () => {
    expect(filtered({ categories: ['garden'] })).toEqual(['gloves', 'rake', 'seeds', 'spade', 'trowel']);
    expect(filtered({ categories: ['garden/tools/'] })).toEqual(['rake', 'spade', 'trowel']);
    expect(filtered({ categories: ['gard', 'nowhere'] })).toEqual([]);
    expect(filtered({ categories: ['garden/plants', 'kitchen'] })).toEqual(['lid', 'pan', 'pot', 'seeds']);
  });

  it('takes brands, prices, and all of them together', () => {
    expect(filtered({ brands: ['Fernhill', 'Other'] })).toEqual(['pot']);
    expect(filtered({ brands: ['Other'] })).toEqual([]);
    expect(filtered({ price: { max: 4 } })).toEqual(['gloves', 'lid']);
    expect(filtered({ price: { min: 3.5, max: 4 } })).toEqual(['gloves']);
    expect(filtered({ price: { max: 4 }, categories: ['kitchen'] })).toEqual(['lid']);
    expect(filtered({ categories: [], brands: [] })).toHaveLength(8);
  });

  it('never shows what is excluded', () => {
    expect(filtered({ categories: ['garden'] }, { exclude: ['rake', 'unheard-of'] })).not.toContain('rake');
  });
});

describe('with little to go by', () => {
  it.each(Placement.options)('%s has an empty list in an empty shop', (placement) => {
    expect(
      recommend(new Shelf(), { placement, products: ['p'], exclude: ['q'], filter: { categories: ['c'] } }),
    ).toEqual([]);
  });

  it.each(['home', 'similar', 'bought-together', 'cart'] as const)(
    '%s shows something before anything is learned',
    (placement) => {
      const shelf = aShelf({ a: GARDEN, b: KITCHEN, c: GARDEN, d: { ...GARDEN, stock: 0 } });
      const items = recommend(shelf, { placement, products: ['unheard-of'] });
      expect(items.map(({ productId }) => productId).sort()).toEqual(['a', 'b', 'c']);
      expect(items[0]!.reason.code).toBe('new');
    },
  );

  it('prefers the same category when it must fill up', () => {
    const shelf = aShelf({ a: KITCHEN, b: GARDEN, c: GARDEN, d: KITCHEN });
    expect(idsOf(shelf, { placement: 'similar', products: ['d'], limit: 1 })).toEqual(['a']);
    expect(idsOf(shelf, { placement: 'similar', products: ['c'], limit: 1 })).toEqual(['b']);
  });

  it('answers items as the contract has them', () => {
    const shelf = shop();
    for (const placement of Placement.options) {
      const items = recommend(shelf, {
        placement,
        products: ['trowel'],
        profile: profile(shelf, aDeed('pan'), aDeed('rake')),
      });
      for (const item of items) expect(RecommendedItem.parse(JSON.parse(JSON.stringify(item)))).toBeTruthy();
    }
  });
});

describe('reasons', () => {
  it('names the seed that leads there, of several', () => {
    const shelf = shop();
    const items = recommend(shelf, { profile: profile(shelf, aDeed('pan'), aDeed('trowel')) });
    expect(items.find(({ productId }) => productId === 'spade')?.reason).toMatchObject({ because: 'trowel' });
  });

  it('names none when the way leads over other products', () => {
    const shelf = aShelf({ a: {}, b: {}, between: { stock: 0 }, far: {} });
    row(shelf, 'covisit', 'a', { between: 0.5 });
    row(shelf, 'covisit', 'b', { between: 0.5 });
    row(shelf, 'covisit', 'between', { far: 1 });
    const items = recommend(shelf, { placement: 'cart', products: ['a', 'b'] });
    expect(items[0]).toMatchObject({ productId: 'far', reason: { code: 'viewed-together' } });
    expect(items[0]!.reason.because).toBeUndefined();
  });

  it('names the category of a trend, and shortens long titles', () => {
    const shelf = shop();
    const trending = recommend(shelf, { filter: { categories: ['garden/tools'] } });
    expect(trending[0]?.reason).toEqual({
      code: 'trending-in-category',
      text: 'Popular in tools right now',
      because: 'garden/tools',
    });
    const long = aShelf({ a: { title: 'x'.repeat(300) }, b: {} });
    row(long, 'covisit', 'a', { b: 1 });
    expect(recommend(long, { placement: 'similar', products: ['a'] })[0]!.reason.text.length).toBeLessThan(100);
  });
});

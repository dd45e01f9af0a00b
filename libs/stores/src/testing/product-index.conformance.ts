import { expect, it } from 'vitest';
import type { ProductDocument, ProductIndex, ProductQuery } from '../product-index.js';
import { aProductDocument } from './builders.js';
import { freshStore, type Opened } from './fixture.js';

/** What every ProductIndex does. */
export function productIndexConformance(open: () => Promise<Opened<ProductIndex>>): void {
  const products = freshStore(open);
  const put = async (...documents: Partial<ProductDocument>[]) => {
    const outcomes = await products().index(documents.map(aProductDocument));
    await products().refresh();
    return outcomes;
  };
  const search = (query: Partial<ProductQuery>) => products().search({ text: '', limit: 10, ...query });
  const find = async (query: Partial<ProductQuery>) => (await search(query)).hits.map(({ productId }) => productId);

  it('is empty at first', async () => {
    expect(await search({ text: 'trowel', facets: ['category', 'brand'] })).toEqual({
      total: 0,
      hits: [],
      facets: { category: [], brand: [] },
    });
    expect(await products().revisions(['p-1'])).toEqual(new Map());
    expect(await products().count()).toBe(0);
    expect(await products().index([])).toEqual([]);
  });

  it('finds words of every field, stemmed, without case and accents', async () => {
    await put({
      title: 'Café trowels',
      description: 'Planting',
      brand: 'Fernhill',
      attributes: ['colour green'],
      skus: ['AB-123'],
    });
    for (const text of ['cafe', 'TROWEL', 'planted', 'fernhill', 'green', 'AB-123', 'tools', 'trowel nonsense'])
      expect(await find({ text }), text).toEqual(['p-1']);
    expect(await find({ text: 'spade' })).toEqual([]);
  });

  it('puts a title before a description, and both words before one', async () => {
    await put(
      { productId: 'description', title: 'Garden set', description: 'With a trowel for the garden' },
      { productId: 'title', title: 'Trowel set', description: 'With everything for the garden' },
      { productId: 'both', title: 'Steel trowel', description: 'Stainless steel, for the garden' },
      ...Array.from({ length: 10 }, (_, n) => ({ productId: `other-${n}`, title: 'Rake', description: 'For leaves' })),
    );
    expect(await find({ text: 'trowel' })).toHaveLength(3);
    expect((await find({ text: 'trowel' })).at(-1)).toBe('description');
    expect((await find({ text: 'steel trowel' }))[0]).toBe('both');
    const { hits } = await search({ text: 'trowel' });
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  });

  it('takes text as words, never as a query language', async () => {
    await put(
      { productId: 'p-1', title: 'Trowel', description: '' },
      { productId: 'p-2', title: 'Spade', description: '' },
    );
    const hostile = ['trowel"', '"trowel', 'trowel AND (', 'title:trowel', 'trowel*', '-trowel', '^trowel', 'NEAR(trowel)', "trowel' OR 1=1", '{"match_all":{}} trowel', 'trowel\u0000']; // prettier-ignore
    for (const text of hostile) expect(await find({ text }), text).toEqual(['p-1']);
    for (const text of ['*', '"', '???', 'title:', '()', '\\']) expect((await find({ text })).length, text).toBe(0);
    expect(await find({ text: 'NOT trowel spade' })).toHaveLength(2);
    expect(await find({ text: `trowel ${'x '.repeat(5000)}` })).toEqual(['p-1']);
  });

  it('answers an empty text with all that passes, ties by product id', async () => {
    await put(...['c', 'B', 'a', 'b'].map((productId) => ({ productId })));
    for (const text of ['', '  ']) expect(await find({ text })).toEqual(['B', 'a', 'b', 'c']);
    expect(await find({ text: 'trowel' })).toEqual(['B', 'a', 'b', 'c']);
  });

  it('pages through ties without a gap or a double', async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `p-${String(n).padStart(2, '0')}`);
    await put(...ids.map((productId) => ({ productId })));
    const pages = await Promise.all([0, 10, 20].map((offset) => search({ text: 'trowel', offset, limit: 10 })));
    expect(pages.flatMap(({ hits }) => hits.map(({ productId }) => productId))).toEqual(ids);
    expect(pages.map(({ total }) => total)).toEqual([25, 25, 25]);
    expect(await search({ text: 'trowel', limit: 0 })).toMatchObject({ total: 25, hits: [] });
  });

  it('filters by category and what is below it, brand and price', async () => {
    await put(
      { productId: 'tool', categories: ['garden/hand-tools'], brand: 'Fernhill', price: 10 },
      { productId: 'hose', categories: ['garden/water/hoses', 'sale'], brand: 'Aqua', price: 20 },
      { productId: 'gardening-book', categories: ['gardening'], brand: null, price: 30 },
      { productId: 'priceless', categories: [], brand: 'Fernhill', price: null },
    );
    const filtered = (filter: ProductQuery['filter']) => find({ filter });
    expect(await filtered({ categories: ['garden'] })).toEqual(['hose', 'tool']);
    expect(await filtered({ categories: ['garden/water', 'gardening'] })).toEqual(['gardening-book', 'hose']);
    expect(await filtered({ categories: ['water'] })).toEqual([]);
    expect(await filtered({ brands: ['Fernhill', 'Nobody'] })).toEqual(['priceless', 'tool']);
    expect(await filtered({ price: { min: 10, max: 20 } })).toEqual(['hose', 'tool']);
    expect(await filtered({ price: { min: 20.01 } })).toEqual(['gardening-book']);
    expect(await filtered({ categories: ['garden'], brands: ['Aqua'], price: { max: 20 } })).toEqual(['hose']);
    expect(await filtered({ categories: [], brands: [], price: {} })).toHaveLength(4);
  });

  it('does not find what is sold out unless asked', async () => {
    await put({ productId: 'p-1', sellable: false }, { productId: 'p-2' });
    expect(await find({ text: 'trowel' })).toEqual(['p-2']);
    expect(await find({ text: 'trowel', sellableOnly: false })).toEqual(['p-1', 'p-2']);
  });

  it('counts facets over all hits, most first, ties by value', async () => {
    await put(
      { productId: 'p-1', categories: ['garden/tools', 'garden/gifts'], brand: 'B' },
      { productId: 'p-2', categories: ['garden/tools'], brand: 'A' },
      { productId: 'p-3', categories: ['home'], brand: null },
      { productId: 'p-4', categories: ['hidden'], brand: 'C', sellable: false },
    );
    const { facets, hits } = await search({ text: 'trowel', limit: 1, facets: ['category', 'brand'] });
    expect(hits).toHaveLength(1);
    expect(facets['category']).toEqual([
      { value: 'garden', count: 2 },
      { value: 'garden/tools', count: 2 },
      { value: 'garden/gifts', count: 1 },
      { value: 'home', count: 1 },
    ]);
    expect(facets['brand']).toEqual([
      { value: 'A', count: 1 },
      { value: 'B', count: 1 },
    ]);
  });

  it('keeps the newest revision, whatever the order; equal ones are written again', async () => {
    expect(await put({ revision: 2, title: 'Spade', contentHash: 'two' })).toEqual(['indexed']);
    expect(await put({ revision: 1, title: 'Trowel' })).toEqual(['stale']);
    expect(await find({ text: 'spade' })).toEqual(['p-1']);
    expect(await find({ text: 'trowel' })).toEqual([]);
    expect(await products().revisions(['p-1', 'p-2'])).toEqual(new Map([['p-1', { revision: 2, contentHash: 'two' }]]));
    expect(await put({ revision: 2, title: 'Rake' })).toEqual(['indexed']);
    expect(await find({ text: 'rake' })).toEqual(['p-1']);
    expect(await find({ text: 'spade' })).toEqual([]);
    expect(await products().count()).toBe(1);
  });

  it('settles a batch that has a product twice', async () => {
    expect(await put({ revision: 2, title: 'Spade' }, { revision: 1, title: 'Trowel' })).toEqual(['indexed', 'stale']);
    expect(await find({ text: 'spade' })).toEqual(['p-1']);
  });

  it('never finds a removed product, and no older news brings it back', async () => {
    await put({ revision: 1 });
    await put({ revision: 3, removed: true });
    expect(await put({ revision: 2 })).toEqual(['stale']);
    expect(await find({ text: 'trowel', sellableOnly: false })).toEqual([]);
    expect(await find({ sellableOnly: false })).toEqual([]);
    expect(await products().count()).toBe(1);
    await put({ revision: 4 });
    expect(await find({ text: 'trowel' })).toEqual(['p-1']);
  });

  it('forgets purged products altogether', async () => {
    await put({ productId: 'p-1' }, { productId: 'p-2' });
    await products().purge(['p-1', 'unknown']);
    await products().purge(['p-1']);
    await products().refresh();
    expect(await find({ text: 'trowel' })).toEqual(['p-2']);
    expect(await products().revisions(['p-1'])).toEqual(new Map());
  });

  it('rebuilds beside the live index, and searches see it only after the swap', async () => {
    await put({ productId: 'old', title: 'Trowel' });
    const rebuild = await products().rebuild();
    expect(await rebuild.index([aProductDocument({ productId: 'new', title: 'Trowel' })])).toEqual(['indexed']);
    expect(await rebuild.count()).toBe(1);
    const answers: string[] = [];
    let swapped = false;
    const searching = (async () => {
      do answers.push((await find({ text: 'trowel' })).join());
      while (!swapped);
    })();
    expect(await find({ text: 'trowel' })).toEqual(['old']);
    await rebuild.swap();
    swapped = true;
    await searching;
    expect(await find({ text: 'trowel' })).toEqual(['new']);
    expect(answers.filter((answer) => answer !== 'old' && answer !== 'new')).toEqual([]);
    expect(await products().count()).toBe(1);
    expect(await put({ productId: 'later', title: 'Trowel' })).toEqual(['indexed']);
    expect(await find({ text: 'trowel' })).toEqual(['later', 'new']);
  });

  it('has after the swap what was indexed during the rebuild', async () => {
    const rebuild = await products().rebuild();
    await rebuild.index([aProductDocument({ productId: 'p-1', revision: 1 })]);
    await put({ productId: 'p-1', revision: 2, title: 'Spade' }, { productId: 'p-2', revision: 1, title: 'Spade' });
    await rebuild.swap();
    expect(await find({ text: 'spade' })).toEqual(['p-1', 'p-2']);
    expect(await find({ text: 'trowel' })).toEqual([]);
  });

  it('leaves the live index alone when a rebuild is abandoned', async () => {
    await put({ productId: 'old' });
    const rebuild = await products().rebuild();
    await rebuild.index([aProductDocument({ productId: 'new' })]);
    await rebuild.abandon();
    await rebuild.abandon();
    expect(await find({ text: 'trowel' })).toEqual(['old']);
  });
}

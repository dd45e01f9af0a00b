import { expect, it } from 'vitest';
import type { VectorDocument, VectorFilter, VectorIndex } from '../vector-index.js';
import { aVectorAt, aVectorDocument } from './builders.js';
import { freshStore, type Opened } from './fixture.js';

const MODEL = { modelId: 'model-a', dimensions: 4 };
const OTHER = { modelId: 'model-b', dimensions: 6 };

/** What every VectorIndex does. */
export function vectorIndexConformance(open: () => Promise<Opened<VectorIndex>>): void {
  const vectors = freshStore(open);
  const put = async (...documents: Partial<VectorDocument>[]) => {
    const outcomes = await vectors().put(MODEL.modelId, documents.map(aVectorDocument));
    await vectors().refresh();
    return outcomes;
  };
  const ready = async (...documents: Partial<VectorDocument>[]) => {
    await vectors().prepare(MODEL);
    if (documents.length > 0) await put(...documents);
    await vectors().activate(MODEL.modelId);
  };
  const nearest = (degrees: number, k: number, filter?: VectorFilter) =>
    vectors().nearest(MODEL.modelId, aVectorAt(degrees), k, filter);
  const find = async (degrees: number, k: number, filter?: VectorFilter) =>
    (await nearest(degrees, k, filter)).map(({ productId }) => productId);

  it('has no model at first', async () => {
    expect(await vectors().live()).toBeNull();
    expect(await vectors().models()).toEqual([]);
    expect(await vectors().neighbours('p-1', 5)).toEqual([]);
    await expect(nearest(0, 5)).rejects.toMatchObject({ code: 'STORE_MODEL_UNKNOWN' });
    await expect(put({})).rejects.toMatchObject({ code: 'STORE_MODEL_UNKNOWN' });
    await expect(vectors().activate('model-a')).rejects.toMatchObject({ code: 'STORE_MODEL_UNKNOWN' });
  });

  it('answers nothing from an empty index', async () => {
    await ready();
    expect(await nearest(0, 5)).toEqual([]);
    expect(await vectors().neighbours('p-1', 5)).toEqual([]);
    expect(await vectors().count('model-a')).toBe(0);
    expect(await vectors().entries('model-a', ['p-1'])).toEqual(new Map());
    expect(await vectors().put('model-a', [])).toEqual([]);
  });

  it('finds the nearest by cosine, best first', async () => {
    await ready(
      { productId: 'at-40', vector: aVectorAt(40) },
      { productId: 'at-180', vector: aVectorAt(180) },
      { productId: 'at-10', vector: aVectorAt(10) },
      { productId: 'at-90', vector: aVectorAt(90) },
    );
    const hits = await nearest(0, 10);
    expect(hits.map(({ productId }) => productId)).toEqual(['at-10', 'at-40', 'at-90', 'at-180']);
    for (const [i, degrees] of [10, 40, 90, 180].entries())
      expect(hits[i]!.score).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 5);
    expect(await find(0, 2)).toEqual(['at-10', 'at-40']);
    expect(await find(0, 0)).toEqual([]);
  });

  it('orders ties by product id, at the edge of the list too', async () => {
    await ready(...['c', 'B', 'a', 'd', 'b'].map((productId) => ({ productId, vector: aVectorAt(20) })));
    expect(await find(0, 10)).toEqual(['B', 'a', 'b', 'c', 'd']);
    expect(await find(0, 3)).toEqual(['B', 'a', 'b']);
  });

  it('filters within the search: a narrow filter still fills the list', async () => {
    const far = Array.from({ length: 5 }, (_, n) => ({
      productId: `far-${n}`,
      vector: aVectorAt(120 + n),
      categories: ['rare/kind'],
    }));
    const near = Array.from({ length: 200 }, (_, n) => ({ productId: `near-${n}`, vector: aVectorAt(n / 10) }));
    await ready(...near, ...far, {
      productId: 'sold-out',
      vector: aVectorAt(121),
      categories: ['rare'],
      sellable: false,
    });
    expect(await find(0, 5, { categories: ['rare'] })).toEqual(['far-0', 'far-1', 'far-2', 'far-3', 'far-4']);
    expect(await find(0, 2, { categories: ['rare', 'nothing'], exclude: ['far-0'] })).toEqual(['far-1', 'far-2']);
    expect(await find(0, 6, { categories: ['rare'], sellableOnly: false })).toContain('sold-out');
    expect(await find(0, 5, { categories: ['nothing'] })).toEqual([]);
    expect(await find(0, 1, { categories: [] })).toEqual(['near-0']);
  });

  it('finds the neighbours of a product, itself left out', async () => {
    await ready(
      { productId: 'p-1', vector: aVectorAt(0), sellable: false },
      { productId: 'p-2', vector: aVectorAt(30) },
      { productId: 'p-3', vector: aVectorAt(10) },
    );
    const neighbours = async (id: string, k: number, filter?: VectorFilter) =>
      (await vectors().neighbours(id, k, filter)).map(({ productId }) => productId);
    expect(await neighbours('p-1', 5)).toEqual(['p-3', 'p-2']);
    expect(await neighbours('p-1', 5, { exclude: ['p-3'] })).toEqual(['p-2']);
    expect(await neighbours('p-2', 1, { sellableOnly: false })).toEqual(['p-3']);
    expect(await neighbours('unknown', 5)).toEqual([]);
  });

  it('refuses what is not a vector of the model', async () => {
    await ready();
    const bad: [Float32Array, string][] = [
      [aVectorAt(0, 5), 'STORE_DIMENSION_MISMATCH'],
      [new Float32Array(4), 'STORE_VECTOR_INVALID'],
      [new Float32Array([Number.NaN, 0, 0, 1]), 'STORE_VECTOR_INVALID'],
      [new Float32Array([Number.POSITIVE_INFINITY, 0, 0, 1]), 'STORE_VECTOR_INVALID'],
    ];
    for (const [vector, code] of bad) {
      await expect(put({ vector })).rejects.toMatchObject({ code, retriable: false });
      await expect(vectors().nearest('model-a', vector, 3)).rejects.toMatchObject({ code, retriable: false });
    }
    expect(await vectors().count('model-a')).toBe(0);
  });

  it('brings a vector to unit length, so that a score is always a cosine', async () => {
    await ready({ productId: 'p-1', vector: aVectorAt(60).map((value) => value * 7) });
    expect((await nearest(0, 1))[0]?.score).toBeCloseTo(0.5, 5);
  });

  it('keeps a product without a vector as an entry that is never found', async () => {
    await ready({ productId: 'p-1', vector: aVectorAt(0) }, { productId: 'p-2', vector: aVectorAt(5) });
    await put({ productId: 'p-1', revision: 2, vector: new Float32Array(0) });
    expect(await find(0, 5)).toEqual(['p-2']);
    expect(await vectors().neighbours('p-1', 5)).toEqual([]);
    expect((await vectors().entries('model-a', ['p-1'])).get('p-1')?.revision).toBe(2);
  });

  it('keeps the newest revision, whatever the order; equal ones are written again', async () => {
    await ready({ revision: 2, vector: aVectorAt(0), contentHash: 'two', categories: ['garden'] });
    expect(await put({ revision: 1, vector: aVectorAt(90) })).toEqual(['stale']);
    expect((await nearest(0, 1))[0]?.score).toBeCloseTo(1, 5);
    expect(await vectors().entries('model-a', ['p-1', 'p-2'])).toEqual(
      new Map([['p-1', { revision: 2, contentHash: 'two', sellable: true, removed: false }]]),
    );
    expect(await put({ revision: 2, vector: aVectorAt(90), categories: ['home'] })).toEqual(['indexed']);
    expect((await nearest(0, 1))[0]?.score).toBeCloseTo(0, 5);
    expect(await find(0, 1, { categories: ['garden'] })).toEqual([]);
    expect(await find(0, 1, { categories: ['home'] })).toEqual(['p-1']);
    expect(await vectors().count('model-a')).toBe(1);
  });

  it('never finds a removed product, and no older news brings it back', async () => {
    await ready({ revision: 1 });
    await put({ revision: 3, removed: true });
    expect(await put({ revision: 2 })).toEqual(['stale']);
    expect(await find(0, 5, { sellableOnly: false })).toEqual([]);
  });

  it('changes what can be bought without touching the vector', async () => {
    await ready({ productId: 'p-1' }, { productId: 'p-2', vector: aVectorAt(10) });
    await vectors().setSellable('model-a', [
      { productId: 'p-1', sellable: false },
      { productId: 'p-2', sellable: true },
      { productId: 'unknown', sellable: true },
    ]);
    await vectors().refresh();
    expect(await find(0, 5)).toEqual(['p-2']);
    expect(await find(0, 5, { sellableOnly: false })).toEqual(['p-1', 'p-2']);
    expect((await vectors().entries('model-a', ['p-1'])).get('p-1')).toMatchObject({ sellable: false, revision: 1 });
    await vectors().setSellable('model-a', [{ productId: 'p-1', sellable: true }]);
    await vectors().refresh();
    expect(await find(0, 5)).toEqual(['p-1', 'p-2']);
    expect(await vectors().count('model-a')).toBe(2);
    // Guarded by its revision as before.
    expect(await put({ productId: 'p-1', revision: 1, sellable: false })).toEqual(['indexed']);
  });

  it('fills a second model beside the live one and changes over in one step', async () => {
    await ready({ productId: 'old' });
    await vectors().prepare(MODEL);
    await vectors().prepare(OTHER);
    await expect(vectors().prepare({ ...OTHER, dimensions: 8 })).rejects.toMatchObject({
      code: 'STORE_DIMENSION_MISMATCH',
    });
    await vectors().put('model-b', [aVectorDocument({ productId: 'new', vector: aVectorAt(0, 6) })]);
    await vectors().refresh();
    expect(await vectors().live()).toEqual(MODEL);
    expect(await find(0, 5)).toEqual(['old']);
    await expect(vectors().nearest('model-b', aVectorAt(0, 6), 5)).rejects.toMatchObject({
      code: 'STORE_MODEL_UNKNOWN',
    });
    await vectors().activate('model-b');
    expect(await vectors().live()).toEqual(OTHER);
    await expect(nearest(0, 5)).rejects.toMatchObject({ code: 'STORE_MODEL_UNKNOWN' });
    const found = await vectors().nearest('model-b', aVectorAt(0, 6), 5);
    expect(found.map(({ productId }) => productId)).toEqual(['new']);
    const ids = async () => (await vectors().models()).map(({ modelId }) => modelId).sort();
    expect(await ids()).toEqual(['model-a', 'model-b']);
    await vectors().drop('model-a');
    await vectors().drop('model-a');
    expect(await ids()).toEqual(['model-b']);
    expect(await vectors().live()).toEqual(OTHER);
  });
}

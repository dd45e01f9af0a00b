import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from './elasticsearch/connect.js';
import { openStores } from './open-stores.js';
import type { Stores } from './stores.js';
import { wordsOf } from './text/words.js';
import { aProductDocument, aVectorDocument } from './testing/index.js';

const url = inject('elasticsearchUrl');
const DIMENSIONS = 48;
const NOUNS = ['trowel', 'spade', 'rake', 'hose', 'gloves', 'bench', 'lamp', 'kettle', 'rug', 'shelf'];
const KINDS = ['steel', 'oak', 'folding', 'long-handled', 'red', 'small', 'heavy', 'garden', "children's", 'café'];

/** A generator of numbers in [0, 1), the same each time (mulberry32). */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const next = random(7);
const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
const aRandomVector = () => Float32Array.from({ length: DIMENSIONS }, () => next() + next() + next() - 1.5);

const documents = Array.from({ length: 400 }, (_, n) =>
  aProductDocument({
    productId: `p-${n}`,
    title: `${pick(KINDS)} ${pick(NOUNS)}`,
    description: `${pick(NOUNS)} ${pick(KINDS)} ${pick(KINDS)}`,
    categories: [`c-${n % 5}/d-${n % 15}`],
    brand: `brand-${n % 7}`,
    attributes: [],
    price: n % 50,
    sellable: n % 6 !== 0,
  }),
);
const vectors = documents.map(({ productId, categories, sellable }, n) =>
  // Every tenth is a copy of the first: ties.
  aVectorDocument({ productId, categories, sellable, vector: n % 10 === 0 ? new Float32Array(DIMENSIONS).fill(1) : aRandomVector() }),
); // prettier-ignore

/** The same documents give the same order, whichever store holds them. */
describe.skipIf(!url)('SQLite and Elasticsearch', () => {
  const prefix = `test-${randomBytes(6).toString('hex')}-`;
  let dataDir: string;
  let both: readonly Stores[];
  const onBoth = <T>(ask: (stores: Stores) => Promise<T>) => Promise.all(both.map(ask));

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-stores-'));
    both = [await openStores({ dataDir }), await openStores({ url: url!, dataDir, prefix })];
    await onBoth(async (stores) => {
      await stores.products.index(documents);
      await stores.products.refresh();
      await stores.vectors.prepare({ modelId: 'm', dimensions: DIMENSIONS });
      await stores.vectors.put('m', vectors);
      await stores.vectors.activate('m');
      await stores.vectors.refresh();
    });
  });
  afterAll(async () => {
    await onBoth((stores) => stores.close());
    await rm(dataDir, { recursive: true });
    const client = connect(url!);
    await client.indices.delete({ index: Object.keys(await client.indices.get({ index: `${prefix}*` })) });
    await client.close();
  });

  it.each([
    ['all', {}],
    ['in a category', { categories: ['c-3'] }],
    ['in a narrow category, sold out too', { categories: ['c-3/d-3'], sellableOnly: false }],
    ['without some', { exclude: ['p-1', 'p-2', 'p-3'] }],
  ])('find the same neighbours: %s', async (_name, filter) => {
    for (let n = 0; n < 12; n++) {
      const vector = aRandomVector();
      const [ours, theirs] = await onBoth((stores) => stores.vectors.nearest('m', vector, 25, filter));
      expect(theirs!.map(({ productId }) => productId)).toEqual(ours!.map(({ productId }) => productId));
      for (const [i, hit] of ours!.entries()) expect(theirs![i]!.score).toBeCloseTo(hit.score, 5);
      const [near, alsoNear] = await onBoth((stores) => stores.vectors.neighbours(`p-${n}`, 25, filter));
      expect(alsoNear!.map(({ productId }) => productId)).toEqual(near!.map(({ productId }) => productId));
    }
  });

  it.each(['', 'trowel', 'red spade', "Children's CAFE lamps", 'long-handled', 'nothing like it'])(
    'find the same products with the same counts: %j',
    async (text) => {
      const [ours, theirs] = await onBoth((stores) =>
        stores.products.search({ text, limit: 400, filter: { price: { max: 40 } }, facets: ['category', 'brand'] }),
      );
      expect(theirs!.total).toBe(ours!.total);
      expect(theirs!.facets).toEqual(ours!.facets);
      const ids = ({ hits }: { hits: readonly { productId: string }[] }) => hits.map(({ productId }) => productId);
      expect([...ids(theirs!)].sort()).toEqual([...ids(ours!)].sort());
      if (wordsOf(text).length < 2) expect(ids(theirs!).slice(0, 5)).toEqual(ids(ours!).slice(0, 5));
    },
  );
});

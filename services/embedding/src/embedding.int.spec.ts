import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus } from '@shopkeeper/bus';
import { OfferChanged, ProductUpserted, recordOf, TOPICS, type ProductContent } from '@shopkeeper/contracts';
import { aContent, A_MOMENT } from '@shopkeeper/contracts/testing';
import { createLogger, Health, Metrics, runConsumer } from '@shopkeeper/platform';
import {
  applyContent,
  applyOffer,
  applyRemoval,
  encode,
  deserializeEncoder,
  queryText,
  toOffer,
  toProduct,
  type ProductState,
} from '@shopkeeper/recommender';
import { openStores, type Stores } from '@shopkeeper/stores';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddingModule } from './embedding.module.js';
import { EncoderLife } from './encoder-life.js';

const SOURCE = { source: '/services/catalog-sync' };
const KINDS = [
  ['garden/hand-tools', 'trowel', 'steel for soil and beds'],
  ['kitchen/baking', 'rolling pin', 'for dough and the oven'],
  ['bath/towels', 'hand towel', 'soft washed cotton'],
] as const;
const kindOf = (n: number) => KINDS[n % KINDS.length]!;
const contentOf = (n: number, over: Partial<ProductContent> = {}) => {
  const [category, thing, description] = kindOf(n);
  return aContent({ title: `${thing} ${n}`, description, categories: [category], brand: `Brand ${n % 7}`, ...over });
};
const at = (minute: number) => new Date(Date.parse(A_MOMENT) + minute * 60_000).toISOString();

let directory: string;
let bus: EventBus;
let stores: Stores;
let app: INestMicroservice;
let health: Health;

const logger = createLogger({ service: 'embedding', level: 'silent' });
async function start(): Promise<void> {
  bus = await openBus({ dataDir: directory });
  await bus.createTopics(TOPICS);
  stores = await openStores({ dataDir: directory });
  health = new Health();
  const { catalog, vectors, artifacts } = stores;
  const settings = { dimensions: 16, quietMs: 50, longestMs: 500 };
  app = await runConsumer({
    module: EmbeddingModule.forRoot({ catalog, vectors, artifacts, logger, metrics: new Metrics(), health, settings }),
    strategy: new BusServer({ bus, service: 'embedding' }),
    logger,
  });
}
async function stop(): Promise<void> {
  await app.close();
  await bus.close();
  await stores.close();
}
const life = () => app.get(EncoderLife);

async function change(id: string, next: (state: ProductState | null) => ProductState): Promise<ProductState> {
  const stored = (await stores.catalog.read([id])).get(id);
  const state = next(stored?.state ?? null);
  expect(await stores.catalog.write([{ state, expected: stored?.version ?? null }])).toEqual(['written']);
  await bus.publish([
    recordOf(ProductUpserted, toProduct(state), SOURCE),
    recordOf(OfferChanged, toOffer(state), SOURCE),
  ]);
  return state;
}
const add = async (from: number, to: number) => {
  for (let n = from; n < to; n += 1)
    await change(`p-${n}`, (state) =>
      applyOffer(applyContent(state, { productId: `p-${n}`, observedAt: at(0), content: contentOf(n) }), {
        productId: `p-${n}`,
        observedAt: at(0),
        offer: { price: 5, stock: 3 },
      }),
    );
};
const model = async () => (await stores.vectors.live())!;
const entry = async (id: string) => (await stores.vectors.entries((await model()).modelId, [id])).get(id);
const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
const fitted = (count: number) =>
  eventually(async () => {
    expect(await stores.vectors.live()).not.toBeNull();
    expect(await stores.vectors.count((await model()).modelId)).toBe(count);
    await life().settled();
  });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedding-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
});

describe('the first fit', () => {
  it('comes after a quiet moment and gives every product a vector', async () => {
    expect(await stores.vectors.live()).toBeNull();
    await add(0, 30);
    await fitted(30);
    const neighbours = await stores.vectors.neighbours('p-3', 5);
    expect(neighbours.map(({ productId }) => Number(productId.slice(2)) % 3)).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves a model that reads queries', async () => {
    await add(0, 30);
    await fitted(30);
    const { modelId } = await model();
    const artifact = (await stores.artifacts.get('encoder', modelId))!;
    const query = encode(deserializeEncoder(artifact.bytes), queryText('rolling pins'))!;
    const [best] = await stores.vectors.nearest(modelId, query, 1);
    expect(Number(best!.productId.slice(2)) % 3).toBe(1);
  });

  it('works for a single product', async () => {
    await add(0, 1);
    await fitted(1);
    expect((await model()).dimensions).toBe(1);
  });

  it('reads the products that were there before the service', async () => {
    await add(0, 12);
    await stop();
    await start();
    await fitted(12);
  });
});

describe('afterwards', () => {
  beforeEach(async () => {
    await add(0, 30);
    await fitted(30);
  });

  it('a new product is found by its vector', async () => {
    await add(30, 31);
    await eventually(async () => expect(await entry('p-30')).toBeDefined());
    const [nearest] = await stores.vectors.neighbours('p-30', 1);
    expect(Number(nearest!.productId.slice(2)) % 3).toBe(0);
  });

  it('content that changes is encoded again, content that does not is left alone', async () => {
    const put = vi.spyOn(stores.vectors, 'put');
    const observed = { productId: 'p-4', content: contentOf(4) };
    await change('p-4', (state) => applyContent(state, { ...observed, observedAt: at(1) }));
    const changed = await change('p-5', (state) =>
      applyContent(state, { productId: 'p-5', observedAt: at(1), content: contentOf(5, { title: 'other towel' }) }),
    );
    await eventually(async () => expect((await entry('p-5'))!.contentHash).toBe(changed.contentHash));
    expect(put.mock.calls.flatMap(([, documents]) => documents.map(({ productId }) => productId))).toEqual(['p-5']);
  });

  it('what sells out or is removed is not found any more, and comes back', async () => {
    const put = vi.spyOn(stores.vectors, 'put');
    const told = (minute: number, stock: number) =>
      change('p-3', (state) => applyOffer(state, { productId: 'p-3', observedAt: at(minute), offer: { stock } }));
    await told(1, 0);
    await eventually(async () => expect((await entry('p-3'))!.sellable).toBe(false));
    await told(2, 4);
    await eventually(async () => expect((await entry('p-3'))!.sellable).toBe(true));
    expect(put).not.toHaveBeenCalled();

    await change('p-3', (state) => applyRemoval(state!, { productId: 'p-3', observedAt: at(3) }));
    await eventually(async () => expect((await entry('p-3'))!.removed).toBe(true));
    await change('p-3', (state) => applyContent(state, { productId: 'p-3', observedAt: at(4), content: contentOf(3) }));
    await eventually(async () => expect(await entry('p-3')).toMatchObject({ removed: false, sellable: true }));
  });

  it('a catalogue that has outgrown its encoder gets a new one, and the old one goes', async () => {
    const old = await model();
    await add(30, 45);
    await fitted(45);
    expect(await model()).toEqual(old);
    await add(45, 46);
    await eventually(async () => expect((await model()).modelId).not.toBe(old.modelId));
    await fitted(46);
    expect(await stores.vectors.models()).toHaveLength(1);
    expect(await stores.artifacts.list('encoder')).toHaveLength(1);
  });

  it('a restart goes on with the same model, and catches up', async () => {
    const before = await model();
    await stop();
    stores = await openStores({ dataDir: directory });
    // As after a crash between the two: the state has moved on, its event was handled, the vector was not written.
    const stored = (await stores.catalog.read(['p-9'])).get('p-9')!;
    const state = applyOffer(stored.state, { productId: 'p-9', observedAt: at(1), offer: { stock: 0 } });
    await stores.catalog.write([{ state, expected: stored.version }]);
    await stores.close();
    await start();
    expect(await model()).toEqual(before);
    await eventually(async () => expect((await entry('p-9'))!.sellable).toBe(false));
  });

  it('a model that is lost is fitted anew', async () => {
    const { modelId } = await model();
    await stores.artifacts.remove('encoder', modelId);
    await stop();
    await start();
    await eventually(async () => expect(await stores.artifacts.list('encoder')).toHaveLength(1));
    await fitted(30);
  });
});

describe('a fit that fails', () => {
  it('is told to health and tried again', async () => {
    const put = vi.spyOn(stores.artifacts, 'put').mockRejectedValueOnce(new Error('disk full'));
    await add(0, 3);
    await eventually(async () => expect((await health.report()).checks['embedding']?.detail).toMatch(/disk full/));
    await fitted(3);
    expect(put).toHaveBeenCalledTimes(2);
    expect((await health.report()).checks['embedding']).toEqual({ status: 'ok' });
  });
});

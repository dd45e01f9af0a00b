import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus } from '@shopkeeper/bus';
import {
  ErasureRequested,
  ModelManifestPublished,
  ModelRowPublished,
  OfferChanged,
  ProductUpserted,
  RecommendResponse,
  SignalRecorded,
  tombstoneOf,
  recordOf,
  TOPICS,
  type RecommendRequest,
} from '@shopkeeper/contracts';
import { aContent, anOffer, aProduct, aSignal, aVariantOffer } from '@shopkeeper/contracts/testing';
import { createLogger, Health, Metrics, runConsumer } from '@shopkeeper/platform';
import { openStores, type Stores } from '@shopkeeper/stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RankingModule, Recommendations } from './index.js';

const source = '/services/test';
const logger = createLogger({ service: 'ranking', level: 'silent' });
let dataDir: string;
let bus: EventBus;
let stores: Stores;
let service: INestMicroservice;
let health: Health;
let metrics: Metrics;

async function start(): Promise<void> {
  health = new Health();
  metrics = new Metrics();
  const server = new BusServer({ bus, service: 'ranking' });
  service = await runConsumer({
    module: RankingModule.forRoot({ ...stores, server, logger, metrics, health }),
    strategy: server,
    logger,
  });
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ranking-'));
  bus = await openBus({ dataDir });
  stores = await openStores({ dataDir });
  await bus.createTopics(TOPICS);
  await start();
});
afterEach(async () => {
  await service.close();
  await bus.close();
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

const put = (productId: string, category = 'garden/tools', revision = 1) =>
  bus.publish([
    recordOf(
      ProductUpserted,
      aProduct({ productId, revision, content: aContent({ title: productId, categories: [category] }) }),
      { source },
    ),
    recordOf(OfferChanged, anOffer({ productId, revision }), { source }),
  ]);
const row = (generator: ModelRowPublished['generator'], subject: string, products: string[]) =>
  recordOf(
    ModelRowPublished,
    { generator, subject, epoch: 'e-1', products, scores: products.map((_, i) => 1 / (i + 2)) },
    { source },
  );
const ask = async (over: Partial<RecommendRequest> = {}): Promise<RecommendResponse> =>
  RecommendResponse.parse(
    JSON.parse(await service.get(Recommendations).recommend({ placement: 'home', limit: 10, ...over })),
  );
const idsOf = async (over: Partial<RecommendRequest> = {}) => (await ask(over)).items.map(({ productId }) => productId);
const view = (productId: string, shopperId = 's-1') =>
  aSignal({
    signalId: `sig-${productId}-${shopperId}`,
    shopperId,
    items: [{ productId }],
    occurredAt: new Date().toISOString(),
  });

describe('ranking on the embedded bus and stores', () => {
  it('answers an empty shop with an empty list', async () => {
    expect(await ask()).toMatchObject({ items: [], epoch: 'none', degraded: [] });
    expect(await health.report()).toMatchObject({ checks: { ranking: { status: 'ok' } } });
  });

  it('lists what the log says, sold out at once when the log says so, and counts', async () => {
    for (const productId of ['a', 'b', 'c']) await put(productId);
    await bus.publish([
      row('covisit', 'a', ['b', 'c']),
      recordOf(
        ModelManifestPublished,
        { model: 'walk', epoch: 'e-1', publishedAt: new Date().toISOString(), signals: 1, rows: 1, positions: {} },
        { source },
      ),
    ]);
    const similar = { placement: 'similar' as const, products: ['a'] };
    await expect.poll(() => idsOf(similar)).toEqual(['b', 'c']);
    expect(await ask(similar)).toMatchObject({
      epoch: 'e-1',
      items: [
        {
          productId: 'b',
          sku: 'b',
          reason: { code: 'viewed-together', because: 'a' },
          product: { price: 12.5, currency: 'EUR' },
        },
        {},
      ],
      degraded: [],
    });
    await bus.publish([
      recordOf(
        OfferChanged,
        anOffer({ productId: 'b', revision: 2, offers: [aVariantOffer({ sku: 'b', stock: 0 })] }),
        { source },
      ),
    ]);
    await expect.poll(() => idsOf(similar)).toEqual(['c']);
    await bus.publish([tombstoneOf(ProductUpserted, 'c', { source }), tombstoneOf(OfferChanged, 'c', { source })]);
    await expect.poll(() => idsOf(similar)).toEqual([]);
    const text = await metrics.registry.metrics();
    expect(text).toMatch(/shopkeeper_ranking_lists_total\{placement="similar"\} \d+/);
    expect(text).toMatch(/shopkeeper_ranking_empty_lists_total\{placement="similar"\} \d+/);
  });

  it('reads all again after a restart, and is ready only then', async () => {
    for (let i = 0; i < 500; i++) await put(`p-${i}`);
    await bus.publish([row('trend', '*', ['p-7', 'p-3'])]);
    await service.close();
    await start();
    await expect.poll(async () => (await health.report()).status, { interval: 1 }).toBe('ok');
    expect((await idsOf()).slice(0, 2)).toEqual(['p-7', 'p-3']);
  });

  it("changes a shopper's list with the next deed, also of one who was unknown a moment ago, until erased", async () => {
    for (const productId of ['a', 'b', 'c', 'd']) await put(productId);
    await bus.publish([row('covisit', 'a', ['b']), row('covisit', 'c', ['d']), row('trend', '*', ['a', 'c'])]);
    const shopper = { anonymousId: 'a-1' };
    const first = () => idsOf({ shopper }).then(([id]) => id);
    await expect.poll(first).toBe('a');
    await stores.shoppers.claim('a:a-1', 's-1');
    await bus.publish([recordOf(SignalRecorded, view('a'), { source })]);
    await expect.poll(first).toBe('b');
    await bus.publish([recordOf(SignalRecorded, view('c'), { source })]);
    await expect.poll(first).toBe('d');
    await stores.shoppers.erase('s-1', new Date().toISOString());
    await bus.publish([
      recordOf(ErasureRequested, { shopperId: 's-1', requestedAt: new Date().toISOString() }, { source }),
    ]);
    await expect.poll(first).toBe('a');
  });

  it('goes by content where nothing is learned yet', async () => {
    for (const productId of ['a', 'b', 'c']) await put(productId);
    const { vectors } = stores;
    await vectors.prepare({ modelId: 'm', dimensions: 2 });
    const document = (productId: string, x: number, y: number) => ({
      productId,
      revision: 1,
      contentHash: 'h',
      vector: Float32Array.of(x, y),
      categories: ['garden/tools'],
      sellable: true,
      removed: false,
    });
    await vectors.put('m', [document('a', 1, 0), document('b', 0.6, 0.8), document('c', 0.8, 0.6)]);
    await vectors.activate('m');
    await expect.poll(() => idsOf({ placement: 'similar', products: ['a'] })).toEqual(['c', 'b']);
    expect((await ask({ placement: 'similar', products: ['a'] })).items[0]?.reason).toMatchObject({
      code: 'similar',
      because: 'a',
    });
  });
});

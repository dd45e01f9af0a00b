import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus, type LogRecord } from '@shopkeeper/bus';
import {
  CATALOG_CHANGE,
  CATALOG_IMPORT,
  CATALOG_OFFER,
  CATALOG_PRODUCT,
  CatalogItem,
  deadLetterTopic,
  type OfferObserved,
  ProductUpserted,
  recordOf,
  TOPICS,
  tombstoneOf,
  type CatalogCommand,
  type EventDeclaration,
  type OfferChanged,
  type Topic,
} from '@shopkeeper/contracts';
import { A_MOMENT } from '@shopkeeper/contracts/testing';
import { createLogger, Metrics, runConsumer } from '@shopkeeper/platform';
import { changeToCommand, itemToCommands } from '@shopkeeper/recommender';
import { openStores, type Stores } from '@shopkeeper/stores';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CatalogSyncModule } from './catalog-sync.module.js';

const logger = createLogger({ service: 'catalog-sync', level: 'silent' });
const record = ({ event, payload }: CatalogCommand, topic: Topic) =>
  recordOf(event as EventDeclaration<unknown>, payload as unknown, { source: '/test', topic });
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

let directory: string;
let bus: EventBus;
let stores: Stores;
let app: INestMicroservice;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-sync-'));
  bus = await openBus({ dataDir: directory });
  await bus.createTopics(TOPICS);
  stores = await openStores({ dataDir: directory });
  const { catalog, products } = stores;
  app = await runConsumer({
    module: CatalogSyncModule.forRoot({ bus, catalog, products, logger, metrics: new Metrics() }),
    strategy: new BusServer({ bus, service: 'catalog-sync' }),
    logger,
  });
});
afterEach(async () => {
  await app.close();
  await bus.close();
  await stores.close();
  await rm(directory, { recursive: true, force: true });
});

/** Collects what a topic says from now on. */
async function listen(...topics: Topic[]): Promise<LogRecord[]> {
  const heard: LogRecord[] = [];
  await bus.subscribe({
    group: 'test',
    mode: 'reader',
    topics,
    handle: async (records) => {
      heard.push(...records);
      return records.map(() => 'done' as const);
    },
  });
  return heard;
}
const bodies = <T>(records: readonly LogRecord[]) => records.map(({ value }) => JSON.parse(String(value)) as T);
const item = (n: number) =>
  CatalogItem.parse({
    productId: `p-${n}`,
    observedAt: A_MOMENT,
    title: `Trowel ${n}`,
    categories: ['garden/hand-tools'],
    price: 10 + (n % 50),
    variants: [
      { sku: `p-${n}-s`, stock: n % 3 },
      { sku: `p-${n}-m`, stock: 5 },
    ],
  });
const importItems = (from: number, to: number) =>
  bus.publish(
    Array.from({ length: to - from }, (_, i) => itemToCommands(item(from + i), A_MOMENT))
      .flat()
      .map((command) => record(command, CATALOG_IMPORT)),
  );
const tell = (sku: string, stock: number, now = new Date().toISOString()) =>
  bus.publish([record(changeToCommand({ type: 'offer', sku, offer: { stock } }, now), CATALOG_CHANGE)]);

describe('an import', () => {
  it('ends in states, events and the search index', async () => {
    const heard = await listen(CATALOG_PRODUCT, CATALOG_OFFER);
    await importItems(0, 300);
    await eventually(async () => {
      await stores.products.refresh();
      const { total } = await stores.products.search({ text: 'trowel', limit: 1 });
      expect(total).toBe(300);
    });
    expect(await stores.catalog.count()).toBe(300);
    await eventually(() => expect(new Set(heard.map(({ topic, key }) => `${topic} ${key}`)).size).toBe(600));
  });

  it('seen twice changes no state', async () => {
    await importItems(0, 20);
    await eventually(async () => expect(await stores.catalog.count()).toBe(20));
    const before = (await stores.catalog.read(['p-7'])).get('p-7')!;
    const heard = await listen(CATALOG_OFFER);
    await importItems(0, 20);
    await eventually(() => expect(heard.length).toBeGreaterThanOrEqual(40));
    expect((await stores.catalog.read(['p-7'])).get('p-7')).toEqual(before);
  });
});

describe('news', () => {
  it('of stock by sku reaches the offer topic and the index', async () => {
    await importItems(0, 3);
    await eventually(async () => expect(await stores.products.count()).toBe(3));
    const heard = await listen(CATALOG_OFFER);
    await tell('p-1-s', 0);
    await tell('p-1-m', 0);
    await eventually(() => {
      const last = bodies<OfferChanged>(heard.filter(({ key }) => key === 'p-1')).at(-1);
      expect(last?.offers.map(({ stock }) => stock)).toEqual([0, 0]);
    });
    await eventually(async () => {
      await stores.products.refresh();
      const { hits } = await stores.products.search({ text: 'trowel', limit: 10 });
      expect(hits.map(({ productId }) => productId).sort()).toEqual(['p-0', 'p-2']);
    });
  });

  it('does not wait behind an import', async () => {
    await importItems(0, 1);
    await eventually(async () => expect(await stores.catalog.count()).toBe(1));
    const write = stores.catalog.write.bind(stores.catalog);
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const spy = vi.spyOn(stores.catalog, 'write').mockImplementation(async (writes) => {
      if (writes.some(({ state }) => state.productId !== 'p-0')) await held;
      return write(writes);
    });
    await importItems(1, 500);
    await eventually(() => expect(spy).toHaveBeenCalled());
    await tell('p-0-m', 0);
    await eventually(async () => {
      const { state } = (await stores.catalog.read(['p-0'])).get('p-0')!;
      expect(state.variants['p-0-m']?.stock?.value).toBe(0);
    });
    expect(await stores.catalog.count()).toBe(1);
    release();
    await eventually(async () => expect(await stores.catalog.count()).toBe(500));
  });

  it('from the future is a dead letter; its neighbours are applied', async () => {
    await importItems(0, 1);
    const group = 'catalog-sync-change';
    await bus.createTopics([deadLetterTopic(CATALOG_CHANGE.name, group)]);
    const dead = await listen(deadLetterTopic(CATALOG_CHANGE.name, group));
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await tell('p-0-m', 1, later);
    await tell('p-0-m', 2);
    await eventually(() => expect(dead).toHaveLength(1));
    expect(bodies<OfferObserved>(dead)[0]!.observedAt).toBe(later);
    await eventually(async () => {
      const { state } = (await stores.catalog.read(['p-0'])).get('p-0')!;
      expect(state.variants['p-0-m']?.stock?.value).toBe(2);
    });
  });
});

describe('the projection', () => {
  it('forgets a product whose tombstone comes and whose state is gone', async () => {
    await importItems(0, 2);
    await eventually(async () => expect(await stores.products.count()).toBe(2));
    await stores.catalog.purge(['p-1']);
    await bus.publish([tombstoneOf(ProductUpserted, 'p-1', { source: '/test' })]);
    await eventually(async () => expect(await stores.products.count()).toBe(1));
  });
});

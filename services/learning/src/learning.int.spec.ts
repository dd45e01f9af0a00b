import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus } from '@shopkeeper/bus';
import {
  ModelManifestPublished,
  ModelRowPublished,
  ProductUpserted,
  recordOf,
  SignalRecorded,
  TOPICS,
  type OutgoingRecord,
} from '@shopkeeper/contracts';
import { aContent, aProduct, aSignal } from '@shopkeeper/contracts/testing';
import { createLogger, Health, Metrics, runConsumer } from '@shopkeeper/platform';
import { LearningModel as Model } from '@shopkeeper/recommender';
import { openStores, type Stores } from '@shopkeeper/stores';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEARNING_SERVICE_DEFAULTS, LearningModule } from './index.js';
import { LearningRun } from './learning-run.js';

const FAST = { ...LEARNING_SERVICE_DEFAULTS.rhythm, publishEveryMs: 20 };
const SOURCE = { source: '/services/user-signal' };

const products = Array.from({ length: 30 }, (_, i) => `p-${i}`);
const aCatalogue = (): OutgoingRecord[] =>
  products.map((productId, i) =>
    recordOf(ProductUpserted, aProduct({ productId, content: aContent({ categories: [`c-${i % 3}`] }) }), SOURCE),
  );
const someSignals = (from: number, to: number): SignalRecorded[] =>
  Array.from({ length: to - from }, (_, n) => {
    const i = from + n;
    const session = Math.floor(i / 6);
    const items = [{ productId: products[(i * 7 + session) % 30] as string }];
    const at = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
    const deed = { signalId: `sig-${i}`, shopperId: `sh-${session}`, sessionId: `s-${session}`, seq: (i % 6) + 1 };
    return i % 6 === 5
      ? aSignal({
          ...deed,
          kind: 'order',
          weight: 6,
          orderId: `o-${i}`,
          items: [...items, { productId: 'p-1' }],
          occurredAt: at,
        })
      : aSignal({ ...deed, items, occurredAt: at });
  });

describe('learning on the embedded log and stores', () => {
  let dataDir: string;
  let bus: EventBus;
  let stores: Stores;
  let app: INestMicroservice | undefined;
  const rows = new Map<string, ModelRowPublished | null>();
  let manifest: ModelManifestPublished | undefined;

  const open = async (folder: string) => {
    bus = await openBus({ dataDir: folder });
    await bus.createTopics(TOPICS);
    rows.clear();
    manifest = undefined;
    await bus.subscribe({
      group: 'test',
      topics: TOPICS.filter(({ name }) => name.startsWith('model.')),
      mode: 'reader',
      handle: async (records) => {
        for (const { topic, key, value } of records) {
          const payload: unknown = value && JSON.parse(value.toString());
          if (topic === 'model.manifest.v1') manifest = ModelManifestPublished.schema.parse(payload);
          else rows.set(key ?? '', payload === null ? null : ModelRowPublished.schema.parse(payload));
        }
        return records.map(() => 'done' as const);
      },
    });
  };
  const start = async (): Promise<LearningRun> => {
    const logger = createLogger({ service: 'learning', level: 'silent' });
    const strategy = new BusServer({ bus, service: 'learning' });
    const module = LearningModule.forRoot({
      bus,
      positions: strategy,
      artifacts: stores.artifacts,
      logger,
      metrics: new Metrics(),
      health: new Health(),
      settings: { ...LEARNING_SERVICE_DEFAULTS, rhythm: FAST },
    });
    app = await runConsumer({ module, strategy, logger });
    return app.get(LearningRun);
  };
  const stop = async () => {
    await app?.close();
    app = undefined;
  };
  const publish = (signals: readonly SignalRecorded[]) =>
    bus.publish(signals.map((signal) => recordOf(SignalRecorded, signal, SOURCE)));
  const folded = (run: LearningRun, signals: number) =>
    expect.poll(() => run.learner.model.signals, { timeout: 10_000 }).toBe(signals);

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'learning-'));
    stores = await openStores({ dataDir: join(dataDir, 'stores') });
    await open(join(dataDir, 'log'));
  });
  afterEach(async () => {
    await stop();
    await bus.close();
    await stores.close();
    await rm(dataDir, { recursive: true });
  });

  it('turns signals into rows, and a manifest that says what they are made of', async () => {
    await bus.publish(aCatalogue());
    await start();
    await publish(someSignals(0, 120));
    await expect.poll(() => manifest?.signals, { timeout: 10_000 }).toBe(120);
    await expect.poll(() => rows.get('covisit:p-7')?.products.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(rows.get('transition:p-7')?.products).toEqual(expect.arrayContaining([expect.stringMatching(/^p-/)]));
    expect(rows.get('trend:*')?.products.length).toBe(30);
    expect(rows.get('trend:c-1')?.products.length).toBe(10);
    expect(manifest).toMatchObject({ model: 'learning', epoch: 'learning-1-120' });
    const offsets = Object.entries(manifest?.positions ?? {}).filter(([name]) => name.startsWith('shopper.signal'));
    expect(offsets.reduce((sum, [, next]) => sum + next, 0)).toBe(120);
  });

  it('goes on after a restart as if there had been none', async () => {
    await bus.publish(aCatalogue());
    await folded(await publishAnd(start(), 0, 200), 200);
    await stop();
    await publish(someSignals(200, 260));
    const subscribe = vi.spyOn(bus, 'subscribe');
    const run = await publishAnd(start(), 260, 400);
    await folded(run, 400);
    const readOn = subscribe.mock.calls.find(([{ group }]) => group === 'learning')?.[0].startAt ?? new Map();
    const read = [...readOn].filter(([name]) => name.startsWith('shopper.signal'));
    expect(read.reduce((sum, [, next]) => sum + next, 0)).toBe(200);
    const straight = new Model();
    for (const product of products.map((productId, i) =>
      aProduct({ productId, content: aContent({ categories: [`c-${i % 3}`] }) }),
    ))
      straight.foldProduct(product.productId, product);
    for (const signal of someSignals(0, 400)) straight.fold(signal);
    for (const generator of ['covisit', 'transition', 'bought-together'] as const)
      for (const product of products) {
        const [got, expected] = [run.learner.model, straight].map((model) => model.row(generator, product));
        expect(got?.products.length).toBe(expected?.products.length);
        const scores = new Map(got?.products.map((id, i) => [id, got.scores[i] as number]));
        expected?.products.forEach((id, i) => expect(scores.get(id)).toBeCloseTo(expected.scores[i] as number, 3));
      }
    expect(await stores.artifacts.list('learning')).toHaveLength(1);
  });

  it('heals a crash between folding and publishing', async () => {
    const run = await start();
    let die: (error: Error) => void = () => undefined;
    const death = new Promise<void>((_, reject) => (die = reject));
    const publishRows = bus.publish.bind(bus);
    bus.publish = (records) => (records[0]?.topic === 'model.row.v1' ? death : publishRows(records));
    await publishAnd(Promise.resolve(run), 0, 60);
    await folded(run, 60);
    die(new Error('the process dies here'));
    await stop();
    expect(rows.size).toBe(0);
    bus.publish = publishRows;
    await start();
    await expect.poll(() => rows.get('covisit:p-7')?.products.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it('learns from the beginning when the snapshot is of another log', async () => {
    await folded(await publishAnd(start(), 0, 120), 120);
    await expect.poll(() => manifest?.signals, { timeout: 10_000 }).toBe(120);
    await stop();
    await bus.close();
    await open(join(dataDir, 'another-log'));
    await folded(await publishAnd(start(), 500, 560), 60);
    await expect.poll(() => manifest?.signals, { timeout: 10_000 }).toBe(60);
  });

  it('learns from the beginning when the snapshot cannot be read', async () => {
    await folded(await publishAnd(start(), 0, 120), 120);
    await stop();
    const latest = await stores.artifacts.latest('learning');
    if (!latest) throw new Error('no snapshot was saved');
    await stores.artifacts.put({ ...latest, bytes: latest.bytes.slice(0, 100) });
    await folded(await start(), 120);
  });

  async function publishAnd(starting: Promise<LearningRun>, from: number, to: number): Promise<LearningRun> {
    const run = await starting;
    await publish(someSignals(from, to));
    return run;
  }
});

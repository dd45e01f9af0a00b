import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus } from '@shopkeeper/bus';
import {
  ErasureRequested,
  SHOPPER_EVENT,
  SHOPPER_SIGNAL,
  ShopperEventReceived,
  TOPICS,
  deadLetterTopic,
  recordOf,
  type SignalRecorded,
} from '@shopkeeper/contracts';
import { Metrics, createLogger, runConsumer } from '@shopkeeper/platform';
import { openStores, type Stores } from '@shopkeeper/stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShopperQuestions, UserSignalModule } from './index.js';
import { aView, minutesLater } from './testing/recording.js';

let dataDir: string;
let bus: EventBus;
let stores: Stores;
let service: INestMicroservice;
let signals: (SignalRecorded & { partition: number })[];

async function start(): Promise<void> {
  bus = await openBus({ dataDir });
  stores = await openStores({ dataDir });
  await bus.createTopics([...TOPICS, deadLetterTopic(SHOPPER_EVENT.name, 'user-signal')]);
  const logger = createLogger({ service: 'user-signal', level: 'silent' });
  const metrics = new Metrics();
  const { shoppers, catalog } = stores;
  service = await runConsumer({
    module: UserSignalModule.forRoot({ bus, shoppers, catalog, logger, metrics }),
    strategy: new BusServer({ bus, service: 'user-signal' }),
    logger,
  });
  signals = [];
  await bus.subscribe({
    group: 'watch',
    topics: [SHOPPER_SIGNAL],
    mode: 'reader',
    handle: async (records) => {
      for (const { value, partition } of records) {
        signals.push({ ...(JSON.parse(String(value)) as SignalRecorded), partition });
      }
      return records.map(() => 'done');
    },
  });
}
async function stop(): Promise<void> {
  await service.close();
  await bus.close();
  await stores.close();
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'user-signal-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

const source = '/services/gateway';
const send = (...events: readonly ShopperEventReceived[]) =>
  bus.publish(events.map((event) => recordOf(ShopperEventReceived, event, { source })));
const memoryOf = (id: string) => service.get(ShopperQuestions).memory(id);
const remembered = async (id: string) => (await memoryOf(id))?.evidence.length ?? 0;

describe('user-signal on the embedded bus and stores', () => {
  it('turns events into signals and a memory', async () => {
    await send(
      aView('a', 0),
      aView('a', 1, { event: 'Product Added', userId: 'u' }),
      aView('a', 2, { properties: {} }),
    );
    await expect.poll(() => remembered('u')).toBe(2);
    expect(signals.map(({ kind, seq, weight }) => [kind, seq, weight])).toEqual([
      ['view', 1, 1],
      ['cart-add', 2, 3],
    ]);
    expect(await memoryOf('a')).toMatchObject({ carts: [{ productId: 'p-1', outcome: 'lapsed' }] });
  });

  it('keeps the order of each shopper over all partitions', async () => {
    const devices = Array.from({ length: 60 }, (_, n) => `device-${n}`);
    for (let minute = 0; minute < 10; minute++) await send(...devices.map((device) => aView(device, minute)));
    await expect.poll(() => signals.length, { timeout: 20_000 }).toBe(600);
    // Pseudonyms are random: a partition may get none of them.
    expect(new Set(signals.map(({ partition }) => partition)).size).toBeGreaterThan(SHOPPER_SIGNAL.partitions / 2);
    for (const shopperId of new Set(signals.map((signal) => signal.shopperId))) {
      const own = signals.filter((signal) => signal.shopperId === shopperId);
      expect(own.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(own.map(({ occurredAt }) => occurredAt)).toEqual(own.map((_, minute) => minutesLater(minute)));
    }
  });

  it('goes on after a restart where it was, without saying anything twice', async () => {
    const events = [aView('a', 0), aView('a', 1)];
    await send(...events);
    await expect.poll(() => remembered('a')).toBe(2);
    await stop();
    await start();
    await send(...events, aView('a', 2));
    await expect.poll(() => remembered('a')).toBe(3);
    expect(signals.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(new Set(signals.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('forgets', async () => {
    await send(aView('a', 0, { userId: 'u' }));
    await expect.poll(() => remembered('u')).toBe(1);
    const shopperId = (await memoryOf('u'))!.shopperId;
    await bus.publish([recordOf(ErasureRequested, { shopperId, requestedAt: minutesLater(1) }, { source })]);
    await expect.poll(() => memoryOf('u')).toBeNull();
    await send(aView('a', 0.5), aView('a', 2));
    await expect.poll(() => remembered('a')).toBe(1);
    expect((await memoryOf('a'))?.shopperId).not.toBe(shopperId);
    expect(await memoryOf(shopperId)).toBeNull();
  });
});

import type { Topic } from '@shopkeeper/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aGroup, aRecord, aTopic, numberOf, Probe, someRecords } from '../testing/scratch.js';
import { SqliteEventBus } from './sqlite-event-bus.js';

describe('retention and compaction of SqliteEventBus', () => {
  let dataDir: string;
  let bus: SqliteEventBus;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'bus-'));
    bus = await SqliteEventBus.open({ dataDir, cleanEveryMs: 20 });
  });
  afterEach(async () => {
    await bus.close();
    await rm(dataDir, { recursive: true });
  });

  const begin = async (over: Partial<Topic>) => {
    const topic = aTopic(over);
    await bus.createTopics([topic]);
    return topic;
  };
  const readAll = async (topic: Topic) => {
    const probe = new Probe();
    const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'reader', handle: probe.handle });
    await running.caughtUp();
    await running.close();
    return probe.records;
  };

  it('removes what is older than the retention, and offsets go on where they were, also after a new start', async () => {
    const topic = await begin({ partitions: 1, retentionMs: 150 });
    await bus.publish(someRecords(topic, 1_200));
    expect((await readAll(topic)).length).toBe(1_200);
    await expect.poll(() => readAll(topic), { timeout: 10_000 }).toEqual([]);
    await bus.close();
    bus = await SqliteEventBus.open({ dataDir });
    await bus.publish(someRecords(topic, 1));
    expect((await readAll(topic)).map(({ offset }) => offset)).toEqual([1_200]);
  });

  it('keeps the last record of every key of a compacted topic, in order, while it is read and written', async () => {
    const topic = await begin({ partitions: 2, cleanup: 'compact' });
    const follower = new Probe();
    const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: follower.handle });
    const records = someRecords(topic, 6_000, 40);
    for (let at = 0; at < records.length; at += 200) await bus.publish(records.slice(at, at + 200));
    await expect.poll(async () => (await readAll(topic)).length, { timeout: 20_000 }).toBeLessThan(2_200);
    const left = await readAll(topic);
    const last = new Map(left.map((record) => [record.key, numberOf(record)]));
    expect(last.size).toBe(40);
    for (const [key, n] of last) expect(n).toBe(5_960 + Number(key!.slice(2)));
    for (const partition of [0, 1]) {
      const offsets = left.filter((record) => record.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    }
    await expect.poll(() => running.lag()).toBe(0);
    await running.close();
  });

  it('keeps tombstones as long as the topic says, then removes the key whole', async () => {
    const [short, long] = [
      await begin({ partitions: 1, cleanup: 'compact', retentionMs: 1 }),
      await begin({ partitions: 1, cleanup: 'compact' }),
    ];
    for (const topic of [short, long]) {
      await bus.publish([aRecord(topic, { key: 'gone' }), aRecord(topic, { key: 'gone', value: null })]);
      await sleep(5);
      await bus.publish(someRecords(topic, 1_500, 3));
    }
    const ofGone = async (topic: Topic) =>
      (await readAll(topic)).filter(({ key }) => key === 'gone').map(({ value }) => value);
    await expect.poll(() => ofGone(short), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => ofGone(long), { timeout: 10_000 }).toEqual([null]);
  });

  it('a backlog leaves the event loop to others', async () => {
    const topic = await begin({ partitions: 12 });
    await bus.publish(someRecords(topic, 20_000, 500));
    let handled = 0;
    const group = aGroup();
    const running = await bus.subscribe({
      group,
      topics: [topic],
      mode: 'shared',
      handle: async (records) => {
        // Some 20 µs of work for each record.
        const until = performance.now() + records.length * 0.02;
        while (performance.now() < until);
        handled += records.length;
        return records.map(() => 'done');
      },
    });
    let turns = 0;
    let done = false;
    const caughtUp = running.caughtUp().then(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await caughtUp;
    expect(handled).toBe(20_000);
    // One piece of work per turn, of at most 500 records and less where those take long: not the twelve partitions at once.
    expect(turns).toBeGreaterThan(20_000 / 500);
    await running.close();
  });
});

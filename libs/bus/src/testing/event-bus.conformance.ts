import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBus } from '../event-bus.js';
import { groupConformance } from './groups.conformance.js';
import { outcomeConformance } from './outcomes.conformance.js';
import { readerConformance } from './readers.conformance.js';
import { aGroup, allDone, aRecord, aTopic, gate, numberOf, Probe, someRecords, type LogUnderTest } from './scratch.js';

/** What every adapter of the bus has to hold. `make` gives a log that nobody else uses, or one that is shared by topic. */
export function eventBusConformance(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`${name} as a log`, () => {
    let log: LogUnderTest;
    let bus: EventBus;
    beforeAll(async () => {
      log = await make();
      bus = await log.open();
    });
    afterAll(() => log.remove());

    const begin = async (count = 0, over: Parameters<typeof aTopic>[0] = {}) => {
      const topic = aTopic(over);
      await bus.createTopics([topic]);
      if (count > 0) await bus.publish(someRecords(topic, count));
      return topic;
    };

    it('makes the topics that are missing, with their partitions, and says which', async () => {
      const [first, second] = [aTopic({ partitions: 2 }), aTopic({ partitions: 5, cleanup: 'compact' })];
      expect(await bus.createTopics([first])).toEqual([first.name]);
      expect(await bus.createTopics([first, second])).toEqual([second.name]);
      expect(await bus.createTopics([first, second])).toEqual([]);
      const probe = new Probe();
      await bus.publish(someRecords(second, 200, 200));
      const running = await bus.subscribe({ group: aGroup(), topics: [second], mode: 'reader', handle: probe.handle });
      await running.caughtUp();
      expect(new Set(probe.records.map(({ partition }) => partition)).size).toBe(5);
      await running.close();
    });

    it('hands over what was published as bytes: key, value, headers, time', async () => {
      const topic = await begin();
      const probe = new Probe();
      const payload = { title: 'Gießkanne 🪴', tags: ['a', null, 1.5], nested: { deep: true } };
      const record = aRecord(topic, { value: JSON.stringify(payload), headers: { ce_type: 'a.b', 'x-ü': 'ä€' } });
      const before = Date.now();
      await bus.publish([record]);
      payload.tags.push('changed afterwards');
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: probe.handle });
      await running.caughtUp();
      const [got] = probe.records;
      expect(got).toMatchObject({ topic: topic.name, key: 'k-1', offset: 0, headers: record.headers });
      expect(Buffer.isBuffer(got!.value)).toBe(true);
      expect(got!.value!.toString()).toBe(record.value);
      expect(got!.timestamp).toBeGreaterThanOrEqual(before - 1000);
      expect(got!.timestamp).toBeLessThanOrEqual(Date.now() + 1000);
      await running.close();
    });

    it('delivers a tombstone as one', async () => {
      const topic = await begin(0, { cleanup: 'compact' });
      const probe = new Probe();
      await bus.publish([aRecord(topic, { key: 'gone', value: null }), aRecord(topic, { key: 'empty', value: '' })]);
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: probe.handle });
      await running.caughtUp();
      expect(probe.records.find(({ key }) => key === 'gone')!.value).toBeNull();
      expect(probe.records.find(({ key }) => key === 'empty')!.value).toEqual(Buffer.alloc(0));
      await running.close();
    });

    it('keeps the order of a key, and a key in one partition', async () => {
      const topic = await begin(0, { partitions: 6 });
      const probe = new Probe();
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: probe.handle });
      const records = someRecords(topic, 600, 20);
      for (let at = 0; at < records.length; at += 50) await bus.publish(records.slice(at, at + 50));
      await expect.poll(() => probe.records.length, { timeout: 20_000 }).toBe(600);
      for (let key = 0; key < 20; key += 1) {
        const mine = probe.records.filter((record) => record.key === `k-${key}`);
        expect(mine.map(numberOf)).toEqual(Array.from({ length: 30 }, (_, n) => key + n * 20));
        expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
      }
      await running.close();
    });

    it('does not run handlers inside the publisher’s call', async () => {
      const topic = await begin();
      const probe = new Probe();
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: probe.handle });
      for (let n = 0; n < 20; n += 1) {
        const calls = probe.batches.length;
        const published = bus.publish([aRecord(topic)]);
        expect(probe.batches.length).toBe(calls);
        await published;
      }
      await expect.poll(() => probe.records.length, { timeout: 20_000 }).toBe(20);
      await running.close();
    });

    it('a blocked handler does not block publishers', async () => {
      const topic = await begin(1);
      const { opened, open } = gate();
      const probe = new Probe(async (records) => (await opened, allDone(records)));
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'shared', handle: probe.handle });
      await expect.poll(() => probe.batches.length, { timeout: 20_000 }).toBe(1);
      await bus.publish(someRecords(topic, 10));
      open();
      await expect.poll(() => probe.records.length, { timeout: 20_000 }).toBe(11);
      await running.close();
    });

    it('gives no more records at once than asked, of one partition', async () => {
      const topic = await begin(100);
      const probe = new Probe();
      const running = await bus.subscribe({
        group: aGroup(),
        topics: [topic],
        mode: 'shared',
        maxBatch: 7,
        handle: probe.handle,
      });
      await running.caughtUp();
      expect(probe.records.length).toBe(100);
      expect(Math.max(...probe.batches.map(({ size }) => size))).toBe(7);
      await running.close();
    });

    it('answers with codes what cannot be done', async () => {
      const [topic, missing] = [await begin(), aTopic()];
      await expect(bus.publish([aRecord(missing)])).rejects.toMatchObject({
        code: 'BUS_TOPIC_UNKNOWN',
        retriable: false,
      });
      const mixed = bus.publish([aRecord(topic), aRecord(missing)]);
      await expect(mixed).rejects.toMatchObject({ code: 'BUS_TOPIC_UNKNOWN' });
      const asked = bus.subscribe({ group: aGroup(), topics: [missing], mode: 'shared', handle: new Probe().handle });
      await expect(asked).rejects.toMatchObject({ code: 'BUS_TOPIC_UNKNOWN' });
      const invalid = { ...aRecord(topic), value: undefined as unknown as string };
      await expect(bus.publish([invalid])).rejects.toMatchObject({ code: 'BUS_RECORD_INVALID' });
      await expect(bus.publish([])).resolves.toBeUndefined();
      await expect(bus.ping()).resolves.toBeUndefined();
    });

    it('refuses everything once it is closed', async () => {
      const own = await make();
      const closed = await own.open();
      await closed.close();
      await expect(closed.publish([])).rejects.toMatchObject({ code: 'BUS_CLOSED' });
      await expect(closed.ping()).rejects.toMatchObject({ code: 'BUS_CLOSED' });
      await expect(closed.close()).resolves.toBeUndefined();
      await own.remove();
    });

    outcomeConformance(() => bus);
    readerConformance(() => bus);
  });
  groupConformance(name, make);
}

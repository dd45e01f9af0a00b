import { describe, expect, it } from 'vitest';
import type { EventBus, Subscription } from '../event-bus.js';
import { aGroup, aTopic, numberOf, Probe, someRecords } from './scratch.js';

const SLOW = { timeout: 20_000 };

/** Subscriptions of mode `reader`. */
export function readerConformance(busOf: () => EventBus): void {
  const begin = async (count: number) => {
    const topic = aTopic({ partitions: 2 });
    await busOf().createTopics([topic]);
    if (count > 0) await busOf().publish(someRecords(topic, count));
    return topic;
  };
  const read = async (subscription: Omit<Subscription, 'mode' | 'handle' | 'group'>, group = aGroup()) => {
    const probe = new Probe();
    const running = await busOf().subscribe({ group, mode: 'reader', handle: probe.handle, ...subscription });
    return { probe, running };
  };

  describe('readers', () => {
    it('each reads every partition from the beginning, then what comes', async () => {
      const [topic, group] = [await begin(30), aGroup()];
      const readers = await Promise.all([read({ topics: [topic] }, group), read({ topics: [topic] }, group)]);
      await Promise.all(readers.map(({ running }) => running.caughtUp()));
      for (const { probe } of readers) expect(probe.records.length).toBe(30);
      await busOf().publish(someRecords(topic, 5));
      for (const { probe } of readers) await expect.poll(() => probe.records.length, SLOW).toBe(35);
      for (const { running } of readers) await running.close();
    });

    it('starts where it is told; partitions that are not named start at the beginning', async () => {
      const topic = await begin(40);
      const first = await read({ topics: [topic] });
      await first.running.caughtUp();
      const place = `${topic.name}/1`;
      const end = first.running.positions().get(place)!;
      expect(end).toBe(first.probe.records.filter(({ partition }) => partition === 1).length);
      await first.running.close();

      const second = await read({ topics: [topic], startAt: new Map([[place, end - 3]]) });
      await second.running.caughtUp();
      const of = (partition: number, { records }: Probe) =>
        records.filter((record) => record.partition === partition).map(numberOf);
      expect(of(1, second.probe)).toEqual(of(1, first.probe).slice(-3));
      expect(of(0, second.probe)).toEqual(of(0, first.probe));
      expect(second.running.positions()).toEqual(first.running.positions());
      await second.running.close();
    });

    it('has caught up at once when it starts at the end, and gets what comes', async () => {
      const topic = await begin(10);
      const first = await read({ topics: [topic] });
      await first.running.caughtUp();
      const second = await read({ topics: [topic], startAt: first.running.positions() });
      await second.running.caughtUp();
      const third = await read({ topics: [topic], from: 'end' });
      await third.running.caughtUp();
      expect([second.probe.records.length, third.probe.records.length]).toEqual([0, 0]);
      await busOf().publish(someRecords(topic, 4));
      await expect.poll(() => second.probe.numbers.sort(), SLOW).toEqual([0, 1, 2, 3]);
      await expect.poll(() => third.probe.numbers.sort(), SLOW).toEqual([0, 1, 2, 3]);
      for (const { running } of [first, second, third]) await running.close();
    });

    it('has caught up with empty topics', async () => {
      const { running, probe } = await read({ topics: [await begin(0), await begin(0)] });
      await running.caughtUp();
      expect(probe.batches).toEqual([]);
      expect(await running.lag()).toBe(0);
      await running.close();
    });

    it('reads several topics and knows its positions in each', async () => {
      const topics = [await begin(12), await begin(7)];
      const { running, probe } = await read({ topics });
      await running.caughtUp();
      expect(probe.records.length).toBe(19);
      const sum = (name: string) =>
        [...running.positions()]
          .filter(([place]) => place.startsWith(`${name}/`))
          .reduce((total, [, next]) => total + next, 0);
      expect(topics.map(({ name }) => sum(name))).toEqual([12, 7]);
      await running.close();
    });

    it('a position behind the end of the log means another log: everything is read', async () => {
      const topic = await begin(6);
      const startAt = new Map([0, 1].map((partition) => [`${topic.name}/${partition}`, 1_000_000]));
      const { running, probe } = await read({ topics: [topic], startAt });
      await running.caughtUp();
      expect(probe.records.length).toBe(6);
      await running.close();
    });
  });
}

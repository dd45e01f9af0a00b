import type { Topic } from '@shopkeeper/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventBus, Subscription } from '../event-bus.js';
import { aGroup, allDone, aTopic, gate, numberOf, Probe, someRecords, type LogUnderTest } from './scratch.js';

const SLOW = { timeout: 30_000 };

/** Consumer groups: what they have handled survives closing, and members share it. */
export function groupConformance(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`${name}: groups`, () => {
    let log: LogUnderTest;
    let bus: EventBus;
    beforeEach(async () => {
      log = await make();
      bus = await log.open();
    });
    afterEach(() => log.remove());

    const begin = async (count: number, partitions = 1): Promise<Topic> => {
      const topic = aTopic({ partitions });
      await bus.createTopics([topic]);
      if (count > 0) await bus.publish(someRecords(topic, count, 24));
      return topic;
    };
    const join = (group: string, topic: Topic, probe: Probe, over: Partial<Subscription> = {}) =>
      bus.subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle, ...over });

    it('every group gets everything; a slow one does not delay another', async () => {
      const topic = await begin(30, 3);
      const { opened, open } = gate();
      const slow = new Probe(async (records) => (await opened, allDone(records)));
      const fast = new Probe();
      const slowly = await join(aGroup(), topic, slow);
      await expect.poll(() => slow.batches.length, SLOW).toBeGreaterThan(0);
      const fastly = await join(aGroup(), topic, fast);
      await fastly.caughtUp();
      await bus.publish(someRecords(topic, 10));
      await expect.poll(() => fast.records.length, SLOW).toBe(40);
      expect(await slowly.lag()).toBe(40);
      open();
      await expect.poll(() => slowly.lag(), SLOW).toBe(0);
      expect(slow.records.length).toBe(40);
      await Promise.all([slowly.close(), fastly.close()]);
    });

    it('goes on after a new start where it stood; what was not acknowledged comes again', async () => {
      const [topic, group] = [await begin(20), aGroup()];
      const first = new Probe((records) =>
        records.map((record) => (numberOf(record) < 12 ? 'done' : { retry: 'down' })),
      );
      await join(group, topic, first);
      await expect.poll(() => first.numbers.filter((n) => n === 12).length, SLOW).toBeGreaterThan(1);
      await bus.close();
      bus = await log.open();
      const second = new Probe();
      const running = await join(group, topic, second);
      await running.caughtUp();
      expect(second.numbers).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
      expect(await running.lag()).toBe(0);
      await bus.close();
      bus = await log.open();
      const third = new Probe();
      const again = await join(group, topic, third);
      await again.caughtUp();
      expect(third.records).toEqual([]);
    });

    it('close() takes nothing new, waits for the work in hand and keeps it', async () => {
      const [topic, group] = [await begin(1), aGroup()];
      const { opened, open } = gate();
      let finished = false;
      const slow = new Probe(async (records) => {
        await opened;
        finished = true;
        return allDone(records);
      });
      const running = await join(group, topic, slow);
      await expect.poll(() => slow.batches.length, SLOW).toBe(1);
      let closed = false;
      const closing = running.close().then(() => (closed = true));
      await bus.publish(someRecords(topic, 3));
      expect(closed).toBe(false);
      open();
      await closing;
      expect([finished, slow.records.length]).toEqual([true, 1]);
      const next = new Probe();
      const resumed = await join(group, topic, next);
      await resumed.caughtUp();
      expect(next.records.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    });

    it('a handler that waits for a dependency does not keep close() waiting', async () => {
      const [topic, group] = [await begin(1), aGroup()];
      const probe = new Probe((records) => records.map(() => ({ retry: 'down' })));
      const running = await join(group, topic, probe);
      await expect.poll(() => probe.batches.length, SLOW).toBeGreaterThanOrEqual(5);
      const began = performance.now();
      await running.close();
      expect(performance.now() - began).toBeLessThan(5000);
    });

    it('two members share the partitions, and one takes over when the other leaves', async () => {
      const [topic, group] = [await begin(0, 6), aGroup()];
      const [one, two] = [new Probe(), new Probe()];
      const first = await join(group, topic, one);
      const second = await join(group, topic, two);
      const wave = async (from: number) => {
        await bus.publish(someRecords(topic, from + 240, 24).slice(from));
      };
      const handled = () => new Set([...one.numbers, ...two.numbers]).size;
      // Members join one after the other: the wave is repeated until both take part.
      let sent = 0;
      await expect
        .poll(
          async () => {
            await wave(sent);
            sent += 240;
            await expect.poll(handled, SLOW).toBe(sent);
            return one.records.length > 0 && two.records.length > 0;
          },
          { timeout: 45_000 },
        )
        .toBe(true);
      const marks = [one.records.length, two.records.length] as const;
      await wave(sent);
      sent += 240;
      await expect.poll(handled, SLOW).toBe(sent);
      const partitionsOf = (probe: Probe, mark: number) =>
        new Set(probe.records.slice(mark).map(({ partition }) => partition));
      const [mine, yours] = [partitionsOf(one, marks[0]), partitionsOf(two, marks[1])];
      expect([mine.size, yours.size]).toEqual([3, 3]);
      expect([...mine].filter((partition) => yours.has(partition))).toEqual([]);

      await second.close();
      await wave(sent);
      sent += 240;
      await expect.poll(handled, SLOW).toBe(sent);
      await expect.poll(() => first.lag(), SLOW).toBe(0);
      await first.close();
    });

    it('tells a handler that its partition has moved, and gives the unfinished work to the other member', async () => {
      const [topic, group] = [await begin(0, 2), aGroup()];
      const aborted: number[] = [];
      const stuck = new Probe(
        (records, { signal, partition }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              aborted.push(partition);
              resolve(records.map(() => ({ retry: 'aborted' })));
            });
          }),
      );
      await join(group, topic, stuck);
      await bus.publish(someRecords(topic, 48, 24));
      await expect.poll(() => new Set(stuck.batches.map(({ partition }) => partition)).size, SLOW).toBe(2);
      const helper = new Probe();
      const second = await join(group, topic, helper);
      await expect.poll(() => aborted.length, SLOW).toBeGreaterThan(0);
      await expect.poll(() => helper.records.length, SLOW).toBeGreaterThan(0);
      const partition = helper.records[0]!.partition;
      const expected = stuck.records.filter((record) => record.partition === partition).map(({ offset }) => offset);
      await expect
        .poll(() => helper.records.map(({ offset }) => offset), SLOW)
        .toEqual(expect.arrayContaining(expected));
      await second.close();
    });
  });
}

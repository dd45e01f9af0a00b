import { deadLetterTopic, ShopkeeperError, type Topic } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import type { EventBus, LogRecord } from '../event-bus.js';
import { aGroup, allDone, aRecord, aTopic, numberOf, Probe, someRecords } from './scratch.js';

const SLOW = { timeout: 20_000 };

/** done, retry, poison, bug. */
export function outcomeConformance(busOf: () => EventBus): void {
  const begin = async (count: number, partitions = 1): Promise<Topic> => {
    const topic = aTopic({ partitions });
    await busOf().createTopics([topic]);
    await busOf().publish(someRecords(topic, count));
    return topic;
  };
  const lettersOf = async (topic: Topic, group: string): Promise<LogRecord[]> => {
    const probe = new Probe();
    const topics = [deadLetterTopic(topic.name, group)];
    const running = await busOf().subscribe({ group: aGroup(), topics, mode: 'reader', handle: probe.handle });
    await running.caughtUp();
    await running.close();
    return probe.records;
  };

  describe('outcomes', () => {
    it('waits while a dependency is down, longer each time, without limit and without dead letters, and says so', async () => {
      const [topic, group] = [await begin(3), aGroup()];
      let down = true;
      const probe = new Probe((records) => {
        if (down) throw new ShopkeeperError('STORE_UNAVAILABLE', 'the store is down', { retriable: true });
        return allDone(records);
      });
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await expect.poll(() => probe.batches.length, SLOW).toBeGreaterThanOrEqual(8);
      expect(running.health()).toMatchObject({ ok: false, detail: expect.stringContaining('the store is down') });
      expect(running.health().stopped ?? false).toBe(false);
      const pauses = probe.batches.slice(1, 6).map(({ at }, n) => at - probe.batches[n]!.at);
      expect(pauses[4]!).toBeGreaterThan(pauses[0]!);
      down = false;
      await running.caughtUp();
      expect(probe.records.slice(-3).map(numberOf)).toEqual([0, 1, 2]);
      await expect.poll(() => running.health().ok, SLOW).toBe(true);
      await running.close();
      await expect(lettersOf(topic, group)).rejects.toMatchObject({ code: 'BUS_TOPIC_UNKNOWN' });
    });

    it('on retry brings back that record and all after it, not those before', async () => {
      const [topic, group] = [await begin(10), aGroup()];
      let refusals = 2;
      const applied: number[] = [];
      const probe = new Probe((records) =>
        records.map((record) => {
          if (numberOf(record) === 4 && refusals > 0) return { retry: 'busy' };
          if (refusals === 0 || numberOf(record) < 4) applied.push(numberOf(record));
          return 'done';
        }),
      );
      const refuse = probe.handle;
      const running = await busOf().subscribe({
        group,
        topics: [topic],
        mode: 'shared',
        handle: async (records, context) => {
          const outcomes = await refuse(records, context);
          if (outcomes.some((outcome) => outcome !== 'done')) refusals -= 1;
          return outcomes;
        },
      });
      await running.caughtUp();
      expect(applied).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(probe.numbers.filter((n) => n === 3)).toHaveLength(1);
      expect(probe.numbers.filter((n) => n === 4)).toHaveLength(3);
      await running.close();
    });

    it('poison goes to the dead letters byte for byte with its headers; the neighbours are applied', async () => {
      const [topic, group] = [await begin(2), aGroup()];
      const bad = aRecord(topic, {
        key: 'k-bad',
        value: '{"n": 99,  "odd spacing": "ä€"',
        headers: { ce_type: 'x.y', trace: 't-1' },
      });
      await busOf().publish([bad, aRecord(topic, { key: 'k-null', value: null }), ...someRecords(topic, 1)]);
      const applied: (string | null)[] = [];
      const probe = new Probe((records) =>
        records.map((record) => {
          if (record.key === 'k-bad' || record.key === 'k-null')
            return { poison: 'does not fit', errorClass: 'PayloadInvalid' };
          applied.push(record.key);
          return 'done';
        }),
      );
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await running.caughtUp();
      expect(applied).toEqual(['k-0', 'k-1', 'k-0']);
      const letters = await lettersOf(topic, group);
      expect(letters.map(({ key }) => key)).toEqual(['k-bad', 'k-null']);
      expect(letters[0]!.value).toEqual(Buffer.from(bad.value!));
      expect(letters[1]!.value).toBeNull();
      expect(letters[0]!.headers).toMatchObject({
        ...bad.headers,
        'dlq-topic': topic.name,
        'dlq-partition': '0',
        'dlq-offset': '2',
        'dlq-timestamp': expect.stringMatching(/^\d+$/),
        'dlq-group': group,
        'dlq-error-class': 'PayloadInvalid',
        'dlq-error-message': 'does not fit',
        'dlq-attempts': '1',
      });
      expect(await running.lag()).toBe(0);
      await running.close();
    });

    it('a bug is isolated: only the guilty record goes to the dead letters, with the error’s class', async () => {
      const [topic, group] = [await begin(6), aGroup()];
      const applied = new Set<number>();
      const probe = new Probe((records) => {
        if (records.some((record) => numberOf(record) === 3)) throw new RangeError('cannot count to three');
        for (const record of records) applied.add(numberOf(record));
        return allDone(records);
      });
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await running.caughtUp();
      expect([...applied].sort()).toEqual([0, 1, 2, 4, 5]);
      const letters = await lettersOf(topic, group);
      expect(letters.map(numberOf)).toEqual([3]);
      expect(letters[0]!.headers).toMatchObject({
        'dlq-error-class': 'RangeError',
        'dlq-error-message': 'cannot count to three',
      });
      await running.close();
    });

    it('an answer of the wrong length is a bug, not an acknowledgement', async () => {
      const [topic, group] = [await begin(3), aGroup()];
      const probe = new Probe((records) => (records.length > 1 ? ['done'] : allDone(records)));
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await running.caughtUp();
      expect(probe.records.length).toBe(6);
      await running.close();
    });

    it('waits after a long run of bugs instead of draining the topic into the dead letters', async () => {
      const [topic, group] = [await begin(100), aGroup()];
      let broken = true;
      const probe = new Probe((records) => {
        if (broken) throw new TypeError('a bad deploy');
        return allDone(records);
      });
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await expect.poll(() => running.health().detail, SLOW).toContain('a bad deploy');
      broken = false;
      await running.caughtUp();
      expect((await lettersOf(topic, group)).length).toBe(50);
      await running.close();
    });

    it('a waiting partition does not hold up the others', async () => {
      const [topic, group] = [aTopic({ partitions: 2 }), aGroup()];
      await busOf().createTopics([topic]);
      await busOf().publish(someRecords(topic, 40, 20));
      const seen = new Set<number>();
      let stuck: number | undefined;
      const probe = new Probe((records, { partition }) => {
        stuck ??= partition;
        if (partition === stuck) return records.map(() => ({ retry: 'never' }));
        for (const record of records) seen.add(numberOf(record));
        return allDone(records);
      });
      const running = await busOf().subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
      await expect.poll(() => seen.size, SLOW).toBeGreaterThan(0);
      const other = [...running.positions()].filter(([place]) => place !== `${topic.name}/${stuck}`);
      expect(other.length).toBe(1);
      await expect
        .poll(() => [...running.positions()].find(([place]) => place === other[0]![0])![1], SLOW)
        .toBe(seen.size);
      expect(running.positions().get(`${topic.name}/${stuck}`) ?? 0).toBe(0);
      await running.close();
    });
  });
}

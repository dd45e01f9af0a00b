import { deadLetterTopic, SHOPPER_SIGNAL, type Topic } from '@shopkeeper/contracts';
import { ConfigResourceTypes, Partitioners, type Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LogRecord } from '../event-bus.js';
import { SILENT } from '../logger.js';
import { openBus } from '../open-bus.js';
import { aGroup, allDone, aRecord, aTopic, gate, Probe, someRecords } from '../testing/scratch.js';
import { kafkaClient } from './client.js';
import { KafkaEventBus } from './kafka-event-bus.js';

const url = inject('kafkaUrl');
const SLOW = { timeout: 30_000 };

describe.skipIf(!url)('KafkaEventBus on a real Kafka', () => {
  let bus: KafkaEventBus;
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = kafkaClient({ url: url!, clientId: 'test', logger: SILENT });
    bus = await KafkaEventBus.open({
      url: url!,
      tuning: { retryFirstMs: 10, retryMaxMs: 100, handleMaxMs: 1_500, closeGraceMs: 2_000 },
    });
  });
  afterAll(() => bus.close());

  const begin = async (over: Partial<Topic> = {}) => {
    const topic = aTopic(over);
    await bus.createTopics([topic]);
    return topic;
  };
  const withAdmin = async <T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const produce = async (topic: Topic, messages: object[], transaction = false) => {
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      ...(transaction && { transactionalId: topic.name, idempotent: true, maxInFlightRequests: 1 }),
    });
    await producer.connect();
    const batch = { topic: topic.name, messages: messages as { value: string }[] };
    if (transaction) {
      const open = await producer.transaction();
      await open.send(batch);
      await open.commit();
    } else await producer.send(batch);
    await producer.disconnect();
  };

  it('makes topics as they are declared', async () => {
    const kept = await begin({ partitions: 4, cleanup: 'compact', retentionMs: 3_600_000 });
    const long = await begin({ partitions: 2, retentionMs: SHOPPER_SIGNAL.retentionMs });
    const [compacted, timed, described] = await withAdmin(async (admin) => {
      const configOf = async ({ name }: Topic) => {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name }],
        });
        return Object.fromEntries(
          resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
        );
      };
      return [await configOf(kept), await configOf(long), await admin.fetchTopicMetadata({ topics: [kept.name] })];
    });
    expect(compacted).toMatchObject({
      'cleanup.policy': 'compact',
      'delete.retention.ms': '3600000',
      'message.timestamp.type': 'LogAppendTime',
      'compression.type': 'uncompressed',
    });
    expect(timed).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': String(long.retentionMs),
      'compression.type': 'gzip',
    });
    expect(described.topics[0]!.partitions.length).toBe(4);
  });

  it('dead letters keep bytes that are no text, in key, value and headers', async () => {
    const [topic, group] = [await begin({ partitions: 1 }), aGroup()];
    const bytes = Buffer.from([0, 255, 254, 1, 128]);
    await produce(topic, [{ key: bytes, value: bytes, headers: { raw: bytes, twice: ['a', 'b'] } }]);
    const seen: LogRecord[] = [];
    const handle = async (records: readonly LogRecord[]) => (
      seen.push(...records),
      records.map(() => ({ poison: 'not text' }))
    );
    const running = await bus.subscribe({ group, topics: [topic], mode: 'shared', handle });
    await running.caughtUp();
    await running.close();
    expect(seen[0]!.headers['twice']).toBe('b');

    const consumer = kafka.consumer({ groupId: aGroup() });
    await consumer.subscribe({ topics: [deadLetterTopic(topic.name, group).name], fromBeginning: true });
    const letters: { key: Buffer | null; value: Buffer | null; headers?: object }[] = [];
    await consumer.run({ eachMessage: async ({ message }) => void letters.push(message) });
    await expect.poll(() => letters.length, SLOW).toBe(1);
    await consumer.disconnect();
    expect(letters[0]).toMatchObject({
      key: bytes,
      value: bytes,
      headers: { raw: bytes, twice: [Buffer.from('a'), Buffer.from('b')] },
    });
  });

  it('commits past the control records of transactions, and catches up where only those are left', async () => {
    const [topic, group] = [await begin({ partitions: 1 }), aGroup()];
    await produce(
      topic,
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
      true,
    );
    const probe = new Probe();
    const running = await bus.subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
    const place = `${topic.name}/0`;
    // The marker that makes them readable is written after the commit was acknowledged.
    await expect.poll(() => running.positions().get(place), SLOW).toBe(3);
    expect(probe.records.map(({ value }) => String(value))).toEqual(['1', '2']);
    expect(await running.lag()).toBe(0);
    await running.close();

    const onlyControl = await bus.subscribe({
      group,
      topics: [topic],
      mode: 'reader',
      startAt: new Map([[place, 2]]),
      handle: probe.handle,
    });
    await onlyControl.caughtUp();
    expect(onlyControl.positions().get(place)).toBe(3);
    await bus.publish([aRecord(topic)]);
    await expect.poll(() => probe.records.length, SLOW).toBe(3);
    await onlyControl.close();
  });

  it('a handler that hangs gives its partitions to the other members', async () => {
    const [topic, group] = [await begin({ partitions: 1 }), aGroup()];
    const { opened, open } = gate();
    const hung = new Probe(async (records) => (await opened, allDone(records)));
    const first = await bus.subscribe({ group, topics: [topic], mode: 'shared', handle: hung.handle });
    await bus.publish(someRecords(topic, 3));
    await expect.poll(() => first.health().stopped, SLOW).toBe(true);
    expect(first.health().detail).toContain('has not answered');
    const probe = new Probe();
    const second = await bus.subscribe({ group, topics: [topic], mode: 'shared', handle: probe.handle });
    await second.caughtUp();
    expect(probe.numbers).toEqual([0, 1, 2]);
    open();
    await Promise.all([first.close(), second.close()]);
  });

  it('a handler that is slower than the session keeps its partition', async () => {
    const [topic, group] = [await begin({ partitions: 1 }), aGroup()];
    const probe = new Probe(async (records) => {
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      return allDone(records);
    });
    await bus.publish(someRecords(topic, 4));
    const running = await bus.subscribe({ group, topics: [topic], mode: 'shared', maxBatch: 1, handle: probe.handle });
    await running.caughtUp();
    expect(probe.numbers).toEqual([0, 1, 2, 3]);
    await running.close();
  });

  it('leaves no reader groups behind', async () => {
    const [topic, group] = [await begin(), aGroup()];
    const groups = () => withAdmin(async (admin) => (await admin.listGroups()).groups.map(({ groupId }) => groupId));
    const running = await bus.subscribe({ group, topics: [topic], mode: 'reader', handle: new Probe().handle });
    expect((await groups()).filter((name) => name.startsWith(`${group}.reader.`)).length).toBe(1);
    await running.close();
    expect((await groups()).filter((name) => name.startsWith(group))).toEqual([]);
  });

  it('a record that is too large fails alone', async () => {
    const topic = await begin();
    const large = aRecord(topic, { value: JSON.stringify('x'.repeat(3_000_000)) });
    const results = await Promise.allSettled([
      bus.publish([aRecord(topic)]),
      bus.publish([large]),
      bus.publish([aRecord(topic)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
      code: 'BUS_RECORD_INVALID',
      retriable: false,
    });
  });

  it('takes many records in one call', async () => {
    const topic = await begin({ partitions: 3 });
    await bus.publish(someRecords(topic, 20_000, 100));
    const probe = new Probe();
    const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'reader', handle: probe.handle });
    await running.caughtUp();
    expect(probe.records.length).toBe(20_000);
    await running.close();
  });
});

describe('openBus with a URL', () => {
  it('that leads nowhere answers unavailable, soon', async () => {
    const opened = openBus({ url: 'kafka://127.0.0.1:1', dataDir: '' });
    await expect(opened).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE', retriable: true });
  });

  it('that is none is a setting to mend, and its secrets are not repeated', async () => {
    for (const bad of ['redis://user:secret@host:1', 'kafka://host', 'kafka://user:secret@host:9092', 'kafka://']) {
      const opened = openBus({ url: bad, dataDir: '' });
      await expect(opened).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.not.stringContaining('secret'),
      });
    }
  });
});

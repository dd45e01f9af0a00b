import type { Topic } from '@shopkeeper/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusLogger } from '../logger.js';
import { busError, typeOf, unknownTopic } from './errors.js';

const DAY = 86_400_000;
const CREATE_TIMEOUT_MS = 15_000;
const COPIES = 3;
const ASK_ATTEMPTS = 8;
const ASK_PAUSE_MS = 50;

/** Offsets of one partition: records from `low` on are there, `high` is the next to be written. */
export interface Watermarks {
  readonly topic: string;
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** What the bus asks of the cluster's administration; remembers which topics exist. */
export class TopicAdmin {
  private readonly known = new Set<string>();

  constructor(
    private readonly admin: Admin,
    private readonly logger: BusLogger,
  ) {}

  /** Makes the missing ones; answers their names. */
  async create(topics: readonly Topic[]): Promise<readonly string[]> {
    return this.ask(async () => {
      await this.refresh();
      const missing = topics.filter(({ name }) => !this.known.has(name));
      if (missing.length === 0) return [];
      const { brokers } = await this.admin.describeCluster();
      const copies = Math.min(COPIES, brokers.length);
      const made: string[] = [];
      for (const topic of missing) if (await this.createOne(topic, copies)) made.push(topic.name);
      return made;
    });
  }

  /** Like `create`, without a question when all are known. */
  async ensure(topics: readonly Topic[]): Promise<void> {
    if (topics.some(({ name }) => !this.known.has(name))) await this.create(topics);
  }

  /** @throws ShopkeeperError BUS_TOPIC_UNKNOWN for the first that does not exist */
  async assertKnown(names: Iterable<string>): Promise<void> {
    const strange = [...new Set(names)].filter((name) => !this.known.has(name));
    if (strange.length === 0) return;
    await this.ask(() => this.refresh());
    const missing = strange.find((name) => !this.known.has(name));
    if (missing !== undefined) throw unknownTopic(missing);
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  watermarks(topics: readonly Topic[]): Promise<readonly Watermarks[]> {
    return this.ask(async () => {
      const all = await Promise.all(
        topics.map(async ({ name }) =>
          (await this.admin.fetchTopicOffsets(name)).map(({ partition, low, high }) => ({
            topic: name,
            partition,
            low: Number(low),
            high: Number(high),
          })),
        ),
      );
      return all.flat();
    });
  }

  /** The committed offsets of a group per `topic/partition`; partitions without one are absent. */
  committed(groupId: string, topics: readonly Topic[]): Promise<Map<string, number>> {
    return this.ask(async () => {
      const answers = await this.admin.fetchOffsets({ groupId, topics: topics.map(({ name }) => name) });
      const offsets = answers.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
      );
      return new Map(offsets.filter(([, offset]) => offset >= 0));
    });
  }

  /** Removes a group that nobody needs any more; a group that cannot be removed goes by itself, as it holds no offsets. */
  async removeGroup(groupId: string): Promise<void> {
    try {
      await this.admin.deleteGroups([groupId]);
    } catch (error) {
      this.logger.debug({ groupId, error: String(error) }, 'a reader group was not removed');
    }
  }

  async ping(): Promise<void> {
    await this.ask(() => this.admin.describeCluster());
  }

  private async createOne(topic: Topic, copies: number): Promise<boolean> {
    const config: ITopicConfig = {
      topic: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: copies,
      configEntries: Object.entries(configOf(topic, copies)).map(([name, value]) => ({ name, value })),
    };
    try {
      await this.admin.createTopics({ topics: [config], waitForLeaders: true, timeout: CREATE_TIMEOUT_MS });
      this.known.add(topic.name);
      return true;
    } catch (error) {
      // Somebody else was faster.
      if (typeOf(error) !== 'TOPIC_ALREADY_EXISTS' && !String(error).includes('already exists')) throw error;
      this.known.add(topic.name);
      return false;
    }
  }

  private async refresh(): Promise<void> {
    for (const name of await this.admin.listTopics()) this.known.add(name);
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await question();
      } catch (error) {
        // A topic just made, a leader or coordinator just moved: the client asks only once.
        if (attempt === ASK_ATTEMPTS || !passes(error)) throw busError(error);
        await sleep(ASK_PAUSE_MS * attempt);
      }
    }
  }
}

/** True for what the broker itself says to be of short duration. */
const passes = (error: unknown): boolean => {
  const { name, retriable } = (error ?? {}) as { name?: string; retriable?: boolean };
  return name === 'KafkaJSProtocolError' && retriable === true;
};

/** https://kafka.apache.org/documentation/#topicconfigs */
export function configOf(topic: Topic, copies: number): Record<string, string> {
  const shared = {
    'cleanup.policy': topic.cleanup,
    // A record's time is when the log took it, whatever the producer's clock says: retention depends on it.
    'message.timestamp.type': 'LogAppendTime',
    // A codec of some other producer that the client lacks would stop every consumer: the broker stores only what it can read.
    'compression.type': topic.cleanup === 'delete' && topic.retentionMs >= 30 * DAY ? 'gzip' : 'uncompressed',
    'min.insync.replicas': copies >= COPIES ? '2' : '1',
  };
  if (topic.cleanup === 'delete') return { ...shared, 'retention.ms': String(topic.retentionMs) };
  return {
    ...shared,
    'delete.retention.ms': String(topic.retentionMs),
    // Only closed segments are compacted: without these a small topic would never be.
    'segment.ms': String(6 * 3_600_000),
    'segment.bytes': String(64 * 1024 * 1024),
    'min.cleanable.dirty.ratio': '0.3',
  };
}

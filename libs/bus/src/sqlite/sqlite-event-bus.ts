import { deadLetterTopic, ShopkeeperError, type OutgoingRecord, type Topic } from '@shopkeeper/contracts';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterHeaders, type DeadLetter } from '../delivery/dead-letter.js';
import { TUNING, type DeliveryTuning } from '../delivery/tuning.js';
import { EventBus, type RunningSubscription, type Subscription } from '../event-bus.js';
import { SILENT, type BusLogger } from '../logger.js';
import { Checkpointer } from './checkpointer.js';
import { Cleaner } from './cleaner.js';
import { Consumption, type Progress } from './consumption.js';
import { takeDataDirectory, unusable, type Release } from './data-directory.js';
import { LogFile, type LogTopic, type Slot } from './log-file.js';
import { LogWriter, type Entry } from './log-writer.js';
import { SharedGroup } from './shared-group.js';
import { Turns } from './turns.js';

export interface SqliteEventBusOptions {
  readonly dataDir: string;
  readonly logger?: BusLogger;
  readonly tuning?: Partial<DeliveryTuning>;
  /** How often retention and compaction look for work, ms. Default 60,000. */
  readonly cleanEveryMs?: number;
}

/** The log of a single process, in `log.db` of its data directory. */
export class SqliteEventBus extends EventBus {
  private readonly turns = new Turns();
  private readonly consumptions = new Set<Consumption>();
  private readonly groups = new Map<string, SharedGroup>();
  private readonly writer: LogWriter;
  private readonly cleaner: Cleaner;
  private readonly checkpointer: Checkpointer;
  private readonly tuning: DeliveryTuning;
  private readonly logger: BusLogger;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly log: LogFile,
    private readonly release: Release,
    options: SqliteEventBusOptions,
  ) {
    super();
    this.logger = options.logger ?? SILENT;
    this.tuning = { ...TUNING, ...options.tuning };
    this.checkpointer = new Checkpointer(join(options.dataDir, 'log.db'), this.logger);
    this.writer = new LogWriter(log, (slots) => this.appended(slots));
    this.cleaner = new Cleaner(log, this.turns, this.logger, options.cleanEveryMs ?? 60_000);
  }

  /** @throws ShopkeeperError DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNWRITABLE */
  static async open(options: SqliteEventBusOptions): Promise<SqliteEventBus> {
    const release = takeDataDirectory(options.dataDir);
    try {
      return new SqliteEventBus(LogFile.open(join(options.dataDir, 'log.db')), release, options);
    } catch (error) {
      release();
      throw unusable(options.dataDir, error);
    }
  }

  createTopics(topics: readonly Topic[]): Promise<readonly string[]> {
    return this.guard(() => topics.filter((topic) => this.log.declare(topic)).map(({ name }) => name));
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.assertOpen();
    await this.writer.append(records.map((record) => entryOf(record, this.topic(record.topic))));
  }

  async subscribe(subscription: Subscription): Promise<RunningSubscription> {
    this.assertOpen();
    const topics = subscription.topics.map(({ name }) => this.topic(name));
    const group = subscription.mode === 'shared' ? this.group(subscription.group) : undefined;
    const progress = group ?? this.ownPositions(subscription);
    const consumption = new Consumption(
      {
        log: this.log,
        turns: this.turns,
        tuning: this.tuning,
        logger: this.logger,
        bury: (...args) => this.bury(...args),
      },
      subscription,
      topics,
      progress,
      async (self) => {
        this.consumptions.delete(self);
        group?.leave(self);
        await this.writer.drained();
      },
    );
    this.consumptions.add(consumption);
    if (group) group.join(consumption);
    else for (const slot of consumption.slots) consumption.start(slot);
    return consumption;
  }

  async ping(): Promise<void> {
    // After a failed write only a write can tell whether the disk is back.
    await this.guard(() => this.log.ping(this.writer.trouble !== undefined));
  }

  /** For tests: resolves once the shared group has handled everything that is in the topic now. */
  async settled(topic: Topic, group: string): Promise<void> {
    const ends = this.topic(topic.name).slots.map((slot) => [slot, slot.next] as const);
    const behind = () => ends.some(([slot, end]) => (this.groups.get(group)?.at(slot) ?? 0) < end);
    while (behind()) await sleep(2);
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    this.cleaner.stop();
    await Promise.all([...this.consumptions].map((consumption) => consumption.close()));
    await this.writer.drained();
    await this.checkpointer.stop();
    this.log.close();
    this.release();
  }

  private appended(slots: Iterable<Slot>): void {
    this.checkpointer.note();
    for (const slot of slots) for (const consumption of this.consumptions) consumption.wake(slot);
  }

  private group(name: string): SharedGroup {
    const known = this.groups.get(name);
    if (known) return known;
    const made = new SharedGroup(name, this.log, (...offset) => this.writer.saveOffset(...offset));
    this.groups.set(name, made);
    return made;
  }

  private ownPositions({ group, startAt, from }: Subscription): Progress {
    const positions = new Map<Slot, number>();
    const first = (slot: Slot): number => {
      const name = `${slot.topic.name}/${slot.partition}`;
      const asked = startAt?.get(name) ?? (from === 'end' ? slot.next : 0);
      if (asked <= slot.next) return asked;
      this.logger.warn(
        { group, partition: name, asked, end: slot.next },
        'the log ends before the position asked for; reading from the beginning',
      );
      return 0;
    };
    return {
      at: (slot) => {
        const known = positions.get(slot) ?? first(slot);
        positions.set(slot, known);
        return known;
      },
      move: (slot, next) => positions.set(slot, next),
    };
  }

  private async bury(letters: readonly DeadLetter[], group: string): Promise<void> {
    const entries = letters.map((letter): Entry => {
      const { record } = letter;
      const { name } = deadLetterTopic(record.topic, group);
      if (!this.log.topics.has(name)) this.log.declare(deadLetterTopic(record.topic, group));
      const headers = { ...record.headers, ...deadLetterHeaders(letter, group) };
      return { topic: this.topic(name), key: record.key, value: record.value, headers };
    });
    await this.writer.append(entries);
  }

  private topic(name: string): LogTopic {
    const topic = this.log.topics.get(name);
    if (topic) return topic;
    throw new ShopkeeperError('BUS_TOPIC_UNKNOWN', `Topic ${name} does not exist. Create it with: shopkeeper topics`);
  }

  private assertOpen(): void {
    if (this.closing) throw new ShopkeeperError('BUS_CLOSED', 'The bus is closed.');
  }

  private async guard<T>(work: () => T): Promise<T> {
    this.assertOpen();
    try {
      return work();
    } catch (error) {
      throw error instanceof ShopkeeperError ? error : unavailable(error);
    }
  }
}

const unavailable = (why: unknown): ShopkeeperError =>
  new ShopkeeperError(
    'BUS_UNAVAILABLE',
    `The log does not answer: ${why instanceof Error ? why.message : String(why)}`,
    {
      retriable: true,
      cause: why,
    },
  );

/** Checked before it joins a transaction with the records of others. */
function entryOf(record: OutgoingRecord, topic: LogTopic): Entry {
  const { key, value, headers } = record;
  if (typeof key === 'string' && (value === null || typeof value === 'string')) return { topic, key, value, headers };
  throw new ShopkeeperError(
    'BUS_RECORD_INVALID',
    `A record for ${record.topic} needs a key and a value that are text (or a null value).`,
  );
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter } from '../delivery/dead-letter.js';
import { PartitionDelivery } from '../delivery/partition-delivery.js';
import { retryDelay, type DeliveryTuning } from '../delivery/tuning.js';
import { within } from '../delivery/within.js';
import type { RunningSubscription, Subscription } from '../event-bus.js';
import type { BusLogger } from '../logger.js';
import { kafkaClient } from './client.js';
import { busError } from './errors.js';
import { OffsetCommitter } from './offset-committer.js';
import { PartitionWorker } from './partition-worker.js';
import { logRecord } from './records.js';
import type { TopicAdmin, Watermarks } from './topic-admin.js';

/** What consuming needs of the bus. */
export interface KafkaWorkshop {
  readonly url: string;
  readonly clientId: string;
  readonly topics: TopicAdmin;
  readonly tuning: DeliveryTuning;
  readonly logger: BusLogger;
  bury(letters: readonly DeadLetter[], group: string): Promise<void>;
}

const DEFAULT_BATCH = 500;
const JOIN_TIMEOUT_MS = 45_000;
const LOOK_EVERY_MS = 100;
const WATCH_EVERY_MS = 1_000;

type Place = `${string}/${number}`;
const placeOf = (topic: string, partition: number): Place => `${topic}/${partition}`;

/** One running subscription: a consumer of its own that fetches, and a worker per partition that it was given. */
export class KafkaConsumption implements RunningSubscription {
  private readonly groupId: string;
  private readonly consumer: Consumer;
  private readonly committer: OffsetCommitter;
  private readonly workers = new Map<Place, PartitionWorker>();
  /** Workers of lost partitions that still have work in hand. */
  private readonly finishing = new Map<Place, Promise<void>>();
  private readonly positionsRead = new Map<string, number>();
  private readonly ends = new Map<Place, number>();
  private readonly watchdog: NodeJS.Timeout;
  private trouble: string | undefined = 'not yet a member of its group';
  private stopped = false;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly workshop: KafkaWorkshop,
    private readonly subscription: Subscription,
  ) {
    const { group, mode } = subscription;
    this.groupId = mode === 'shared' ? group : `${group}.reader.${randomUUID()}`;
    // No client retry is endless: when it gives up, the client starts the consumer anew, and health tells.
    this.consumer = kafkaClient(workshop).consumer({
      groupId: this.groupId,
      sessionTimeout: 30_000,
      rebalanceTimeout: 60_000,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 1_048_576,
      maxBytes: 10_485_760,
      metadataMaxAge: 300_000,
      allowAutoTopicCreation: false,
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(true) },
    });
    this.committer = new OffsetCommitter((offsets) => this.consumer.commitOffsets(offsets), workshop.logger, this.groupId);
    this.watchdog = setInterval(() => this.watch(), WATCH_EVERY_MS);
    this.watchdog.unref();
  }

  /** Resolves when it is a member of its group. */
  static async start(workshop: KafkaWorkshop, subscription: Subscription): Promise<KafkaConsumption> {
    const made = new KafkaConsumption(workshop, subscription);
    try {
      await made.join();
      return made;
    } catch (error) {
      await made.close();
      throw busError(error);
    }
  }

  get group(): string {
    return this.subscription.group;
  }

  async caughtUp(): Promise<void> {
    for (;;) {
      if (this.closing) throw new ShopkeeperError('BUS_CLOSED', `${this.group} was closed before it had caught up`);
      const behind = () => [...this.ends].filter(([place, end]) => (this.positionsRead.get(place) ?? 0) < end);
      if (behind().length === 0) return;
      const others = behind().filter(([place]) => !this.workers.has(place));
      if (others.length > 0 && this.subscription.mode === 'shared') {
        const committed = await this.workshop.topics.committed(this.groupId, this.subscription.topics);
        if (behind().every(([place, end]) => !this.workers.has(place) && (committed.get(place) ?? 0) >= end)) return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  positions(): ReadonlyMap<string, number> {
    return new Map(this.positionsRead);
  }

  async lag(): Promise<number> {
    const { topics } = this.workshop;
    const [marks, committed] = await Promise.all([
      topics.watermarks(this.subscription.topics),
      this.subscription.mode === 'shared' ? topics.committed(this.groupId, this.subscription.topics) : new Map<string, number>(),
    ]);
    return marks.reduce((sum, { topic, partition, low, high }) => {
      const place = placeOf(topic, partition);
      const mine = this.workers.has(place) ? this.positionsRead.get(place) : undefined;
      return sum + Math.max(0, high - Math.max(low, mine ?? committed.get(place) ?? 0));
    }, 0);
  }

  health(): { readonly ok: boolean; readonly stopped?: boolean; readonly detail?: string } {
    const now = Date.now();
    const waiting = [...this.workers.values()].flatMap((worker) => worker.delivery.trouble(now) ?? []);
    const detail = [this.closing ? 'closed' : this.trouble, ...waiting].filter(Boolean).join('; ');
    return detail ? { ok: false, stopped: this.stopped || this.closing !== undefined, detail } : { ok: true };
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async join(): Promise<void> {
    const { topics, mode } = this.subscription;
    const marks = await this.workshop.topics.watermarks(topics);
    for (const { topic, partition, high } of marks) this.ends.set(placeOf(topic, partition), high);
    if (mode === 'reader') for (const mark of marks) this.positionsRead.set(placeOf(mark.topic, mark.partition), this.firstOf(mark));
    const { GROUP_JOIN, REBALANCING, CRASH, STOP, END_BATCH_PROCESS } = this.consumer.events;
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(GROUP_JOIN, ({ payload }) => {
        this.assign(payload.memberAssignment);
        resolve();
      });
    });
    this.consumer.on(REBALANCING, () => this.unassign());
    this.consumer.on(STOP, () => this.unassign());
    this.consumer.on(CRASH, ({ payload }) => this.crashed(payload.error, payload.restart));
    // A batch of nothing but records that nobody may see does not reach the handler, yet the position moves.
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      const worker = batchSize === 0 ? this.workers.get(placeOf(topic, partition)) : undefined;
      void worker?.expects().then((expected) => {
        const next = Number(lastOffset) + 1;
        if (next > expected) void worker.take([], expected, next);
      });
    });
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: topics.map(({ name }) => name), fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.onBatch(payload),
    });
    if (await within(joined, JOIN_TIMEOUT_MS)) return;
    throw new Error(`no member of ${this.groupId} after ${JOIN_TIMEOUT_MS} ms: ${this.trouble}`);
  }

  private firstOf({ topic, partition, low, high }: Watermarks): number {
    const place = placeOf(topic, partition);
    const asked = this.subscription.startAt?.get(place) ?? (this.subscription.from === 'end' ? high : low);
    if (asked >= low && asked <= high) return asked;
    const about = { group: this.group, place, asked, low, high };
    this.workshop.logger.warn(about, 'the topic does not hold the position asked for; reading from the beginning');
    return low;
  }

  /** A new assignment replaces the old one whole: the client knows no other way. */
  private assign(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.unassign();
    this.trouble = undefined;
    const committed = this.subscription.mode === 'shared' ? this.locate() : undefined;
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const place = placeOf(topic, partition);
        const own = this.positionsRead.get(place) ?? 0;
        const start = committed ? committed.then((offsets) => offsets.get(place) ?? 0) : Promise.resolve(own);
        const worker = this.worker(topic, partition, start, this.finishing.get(place));
        this.workers.set(place, worker);
        if (committed) continue;
        worker.sought();
        this.consumer.seek({ topic, partition, offset: String(own) });
      }
    }
    this.consumer.resume(this.consumer.paused());
  }

  /** The offsets that the group has committed, `low` where it has none; asks until Kafka answers. */
  private async locate(): Promise<Map<string, number>> {
    const { topics, tuning, logger } = this.workshop;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [marks, committed] = await Promise.all([
          topics.watermarks(this.subscription.topics),
          topics.committed(this.groupId, this.subscription.topics),
        ]);
        const places = marks.map(({ topic, partition, low }) => [placeOf(topic, partition), low] as const);
        return new Map(places.map(([place, low]) => [place, committed.get(place) ?? low]));
      } catch (error) {
        if (this.closing || this.stopped) return new Map();
        logger.warn({ group: this.group, error: String(error) }, 'committed offsets could not be read');
        await sleep(retryDelay(attempt, tuning));
      }
    }
  }

  /** Our partitions are not ours any more; what their handlers have in hand comes again elsewhere. */
  private unassign(): void {
    for (const [place, worker] of this.workers) {
      const finished = worker.stop(true).then(() => {
        if (this.finishing.get(place) === finished) this.finishing.delete(place);
      });
      this.finishing.set(place, finished);
    }
    this.workers.clear();
    this.committer.forget();
  }

  private worker(topic: string, partition: number, start: Promise<number>, after: Promise<void> | undefined): PartitionWorker {
    const { group, mode, maxBatch = DEFAULT_BATCH, handle } = this.subscription;
    const { tuning, logger, bury } = this.workshop;
    const move = (next: number) => {
      this.positionsRead.set(placeOf(topic, partition), next);
      if (mode === 'shared') this.committer.commit(topic, partition, next);
    };
    void start.then((offset) => this.positionsRead.set(placeOf(topic, partition), offset));
    const delivery = new PartitionDelivery({
      group,
      topic,
      partition,
      handle: (records, context) => handle(records, context),
      tuning,
      logger,
      deadLetter: (letters) => bury(letters, group),
      commit: move,
    });
    const onRoom = () => {
      if (!this.closing && !worker.stopped) this.consumer.resume([{ topic, partitions: [partition] }]);
    };
    const worker = new PartitionWorker({ topic, partition, start, maxBatch, delivery, after, onPosition: move, onRoom });
    return worker;
  }

  /** Nothing may escape from here: the client would retry, crash or restart with the group's partitions in hand. */
  private async onBatch({ batch, resolveOffset, pause, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const worker = this.workers.get(placeOf(topic, partition));
    try {
      if (!worker || worker.stopped || this.closing || !isRunning() || isStale()) return;
      const expected = await worker.expects();
      if (worker.stopped || isStale()) return;
      const from = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
      const last = batch.lastOffset();
      const records = batch.messages.map((message) => logRecord(topic, partition, message));
      if (!(await worker.take(records, from, Number(last) + 1))) {
        this.workshop.logger.warn({ group: this.group, topic, partition, from, expected }, 'fetched elsewhere than expected; seeking');
        this.consumer.seek({ topic, partition, offset: String(expected) });
        return;
      }
      resolveOffset(last);
      worker.paused = worker.full;
      if (worker.paused) pause();
    } catch (error) {
      this.workshop.logger.error({ group: this.group, topic, partition, error }, 'a fetched batch could not be taken');
    }
  }

  private crashed(error: Error, restart: boolean): void {
    this.unassign();
    this.trouble = `the consumer failed: ${error.message}`;
    this.stopped = !restart;
    const about = { group: this.group, restart, error };
    this.workshop.logger[restart ? 'warn' : 'error'](about, 'the consumer failed');
  }

  /** A handler that hangs keeps its partition for ever, as heartbeats go on without it: give the partitions to somebody else. */
  private watch(): void {
    const now = Date.now();
    const hung = [...this.workers.values()].find((worker) => worker.delivery.overdue(now));
    if (!hung || this.stopped || this.closing) return;
    this.stopped = true;
    this.trouble = hung.delivery.trouble(now);
    this.workshop.logger.error({ group: this.group, reason: this.trouble }, 'a handler hangs; leaving the group');
    this.consumer.stop().catch((error: unknown) => this.workshop.logger.error({ group: this.group, error }, 'the consumer did not stop'));
  }

  private async finish(): Promise<void> {
    clearInterval(this.watchdog);
    const { tuning, logger, topics } = this.workshop;
    const workers = [...this.workers.values()];
    const places = workers.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
    if (places.length > 0) this.consumer.pause(places);
    const finished = Promise.all([...workers.map((worker) => worker.stop(false)), ...this.finishing.values()]);
    if (!(await within(finished, tuning.closeGraceMs))) {
      for (const worker of workers) void worker.stop(true);
      if (!(await within(finished, tuning.closeGraceMs))) logger.error({ group: this.group }, 'a handler does not stop; closing without it');
    }
    await within(this.committer.flushed(), tuning.closeGraceMs);
    const left = this.consumer.disconnect().catch((error: unknown) => logger.warn({ group: this.group, error }, 'the consumer did not disconnect'));
    if (!(await within(left, tuning.closeGraceMs))) logger.warn({ group: this.group }, 'the consumer did not disconnect in time');
    if (this.subscription.mode === 'reader') await topics.removeGroup(this.groupId);
  }
}

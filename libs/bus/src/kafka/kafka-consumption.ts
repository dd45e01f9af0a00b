import type { Consumer, EachBatchPayload } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import type { DeadLetter } from '../delivery/dead-letter.js';
import type { DeliveryTuning } from '../delivery/tuning.js';
import { within } from '../delivery/within.js';
import type { RunningSubscription, Subscription } from '../event-bus.js';
import type { BusLogger } from '../logger.js';
import { consumerOf } from './client.js';
import { busError } from './errors.js';
import { OffsetCommitter } from './offset-committer.js';
import { PartitionWorker } from './partition-worker.js';
import { Progress } from './progress.js';
import { logRecord } from './records.js';
import { placeOf, readerStart, sharedStarts, type Place } from './start-positions.js';
import type { TopicAdmin } from './topic-admin.js';

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
const WATCH_EVERY_MS = 1_000;

/** One running subscription: a consumer of its own that fetches, and a worker per partition that it was given. */
export class KafkaConsumption implements RunningSubscription {
  private readonly groupId: string;
  private readonly consumer: Consumer;
  private readonly committer: OffsetCommitter;
  private readonly workers = new Map<Place, PartitionWorker>();
  /** Workers of lost partitions that still have work in hand. */
  private readonly finishing = new Map<Place, Promise<void>>();
  private readonly progress: Progress;
  private readonly watchdog: NodeJS.Timeout;
  private trouble: string | undefined = 'not yet a member of its group';
  private stopped = false;
  /** Aborted when it will not consume again. */
  private readonly gone = new AbortController();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly workshop: KafkaWorkshop,
    private readonly subscription: Subscription,
  ) {
    const { group, mode } = subscription;
    this.groupId = mode === 'shared' ? group : `${group}.reader.${randomUUID()}`;
    this.progress = new Progress(this.groupId, subscription, workshop.topics, (place) => this.workers.has(place));
    this.consumer = consumerOf(workshop, this.groupId);
    this.committer = new OffsetCommitter(
      (offsets) => this.consumer.commitOffsets(offsets),
      workshop.logger,
      this.groupId,
    );
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

  caughtUp(): Promise<void> {
    return this.progress.caughtUp(this.gone.signal);
  }

  positions(): ReadonlyMap<string, number> {
    return this.progress.positions();
  }

  lag(): Promise<number> {
    return this.progress.lag();
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
    this.progress.begin(marks);
    for (const mark of mode === 'reader' ? marks : []) {
      const start = readerStart(this.subscription, mark, this.workshop.logger);
      this.progress.move(placeOf(mark.topic, mark.partition), start);
    }
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

  /** A new assignment replaces the old one whole: the client knows no other way. */
  private assign(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.unassign();
    if (this.gone.signal.aborted) return;
    this.trouble = undefined;
    const committed = this.subscription.mode === 'shared' ? this.committed() : undefined;
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const place = placeOf(topic, partition);
        const own = this.progress.at(place);
        const start = committed ? committed.then((offsets) => offsets.get(place) ?? 0) : Promise.resolve(own);
        const worker = this.worker(topic, partition, start);
        this.workers.set(place, worker);
        if (committed) continue;
        worker.sought();
        this.consumer.seek({ topic, partition, offset: String(own) });
      }
    }
    this.fetching('resume', this.consumer.paused());
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

  private worker(topic: string, partition: number, start: Promise<number>): PartitionWorker {
    const { group, mode, maxBatch = DEFAULT_BATCH, handle } = this.subscription;
    const { tuning, logger, bury } = this.workshop;
    const place = placeOf(topic, partition);
    const worker: PartitionWorker = new PartitionWorker({
      start,
      maxBatch,
      after: this.finishing.get(place),
      delivery: {
        group,
        topic,
        partition,
        handle: (records, context) => handle(records, context),
        tuning,
        logger,
        deadLetter: (letters) => bury(letters, group),
      },
      onPosition: (next) => {
        this.progress.move(place, next);
        if (mode === 'shared') this.committer.commit(topic, partition, next);
      },
      onRoom: () => {
        if (!this.closing && !worker.stopped) this.fetching('resume', [{ topic, partitions: [partition] }]);
      },
      onBroken: (error) => this.leave(`a fault of the bus: ${String(error)}`),
    });
    void start.then((offset) => {
      if (this.workers.get(place) === worker) this.progress.move(place, offset);
    });
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
        this.workshop.logger.warn(
          { group: this.group, topic, partition, from, expected },
          'fetched elsewhere than expected; seeking',
        );
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
    if (!restart) this.stopForGood();
    const about = { group: this.group, restart, error };
    this.workshop.logger[restart ? 'warn' : 'error'](about, 'the consumer failed');
  }

  private committed(): Promise<ReadonlyMap<Place, number>> {
    const { topics: admin, tuning, logger } = this.workshop;
    return sharedStarts(this.groupId, this.subscription.topics, { admin, tuning, logger, stop: this.gone.signal });
  }

  private fetching(change: 'pause' | 'resume', places: { topic: string; partitions: number[] }[]): void {
    try {
      this.consumer[change](places);
    } catch (error) {
      // Between a failure and the client's new start there is no consumer: nothing is fetched, and it begins anew with all partitions.
      this.workshop.logger.debug({ group: this.group, change, error: String(error) }, 'no consumer at the moment');
    }
  }

  private stopForGood(): void {
    this.stopped = true;
    this.gone.abort();
  }

  /** Stops consuming for good: others may take the partitions. */
  private leave(why: string): void {
    const { logger } = this.workshop;
    this.stopForGood();
    this.trouble = why;
    logger.error({ group: this.group, reason: why }, 'leaving the group');
    this.consumer
      .stop()
      .catch((error: unknown) => logger.error({ group: this.group, error }, 'the consumer did not stop'));
  }

  /** A handler that hangs keeps its partition for ever, as heartbeats go on without it: give the partitions to somebody else. */
  private watch(): void {
    const now = Date.now();
    const hung = [...this.workers.values()].find((worker) => worker.delivery.overdue(now));
    if (!hung || this.stopped || this.closing) return;
    this.leave(`${hung.delivery.trouble(now)}`);
  }

  private async finish(): Promise<void> {
    clearInterval(this.watchdog);
    const { tuning, logger, topics } = this.workshop;
    const workers = [...this.workers.values()];
    const places = workers.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
    this.gone.abort();
    this.fetching('pause', places);
    const finished = Promise.all([...workers.map((worker) => worker.stop(false)), ...this.finishing.values()]);
    if (!(await within(finished, tuning.closeGraceMs))) {
      for (const worker of workers) void worker.stop(true);
      if (!(await within(finished, tuning.closeGraceMs)))
        logger.error({ group: this.group }, 'a handler does not stop; closing without it');
    }
    await within(this.committer.flushed(), tuning.closeGraceMs);
    const left = this.consumer
      .disconnect()
      .catch((error: unknown) => logger.warn({ group: this.group, error }, 'the consumer did not disconnect'));
    await within(left, tuning.closeGraceMs);
    if (this.subscription.mode === 'reader') await topics.removeGroup(this.groupId);
  }
}

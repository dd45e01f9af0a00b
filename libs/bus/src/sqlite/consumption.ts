import { ShopkeeperError } from '@shopkeeper/contracts';
import { PartitionDelivery } from '../delivery/partition-delivery.js';
import type { DeadLetter } from '../delivery/dead-letter.js';
import type { DeliveryTuning } from '../delivery/tuning.js';
import { within } from '../delivery/within.js';
import type { RunningSubscription, Subscription } from '../event-bus.js';
import type { BusLogger } from '../logger.js';
import type { LogFile, LogTopic, Slot } from './log-file.js';
import { PartitionReader } from './partition-reader.js';
import { BatchSize, type Turns } from './turns.js';

/** What consuming needs of the bus. */
export interface Workshop {
  readonly log: LogFile;
  readonly turns: Turns;
  readonly tuning: DeliveryTuning;
  readonly logger: BusLogger;
  /** Appends to the dead letter topics of the group. */
  bury(letters: readonly DeadLetter[], group: string): Promise<void>;
}

/** Where the partitions of a subscription stand: its own positions, or those of its group. */
export interface Progress {
  at(slot: Slot): number;
  move(slot: Slot, next: number): void;
}

const DEFAULT_BATCH = 500;

/** One running subscription: the readers of the partitions that it has at the moment. */
export class Consumption implements RunningSubscription {
  readonly slots: readonly Slot[];
  private readonly readers = new Map<Slot, PartitionReader>();
  private readonly ends: ReadonlyMap<Slot, number>;
  private readonly size: BatchSize;
  private readonly watchers = new Set<Watcher>();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly workshop: Workshop,
    readonly subscription: Subscription,
    topics: readonly LogTopic[],
    private readonly progress: Progress,
    private readonly onClose: (self: Consumption) => Promise<void>,
  ) {
    this.slots = topics.flatMap(({ slots }) => slots);
    this.ends = new Map(this.slots.map((slot) => [slot, slot.next]));
    this.size = new BatchSize(subscription.maxBatch ?? DEFAULT_BATCH);
  }

  get group(): string {
    return this.subscription.group;
  }

  /** Begins to read a partition from where it stands. */
  start(slot: Slot): void {
    const { log, turns, tuning, logger } = this.workshop;
    const move = (next: number) => {
      this.progress.move(slot, next);
      for (const { look } of this.watchers) look();
    };
    const delivery = new PartitionDelivery({
      group: this.group,
      topic: slot.topic.name,
      partition: slot.partition,
      handle: (records, context) => this.subscription.handle(records, context),
      tuning,
      logger,
      deadLetter: (letters) => this.workshop.bury(letters, this.group),
      commit: move,
    });
    const position = this.progress.at(slot);
    const reader = new PartitionReader({
      log,
      slot,
      position,
      turns,
      size: this.size,
      tuning,
      delivery,
      onPosition: move,
    });
    this.readers.set(slot, reader);
  }

  /** Gives a partition up; resolves when its work in hand is settled. */
  async stop(slot: Slot, lost: boolean): Promise<void> {
    const reader = this.readers.get(slot);
    await reader?.stop(lost);
    if (this.readers.get(slot) === reader) this.readers.delete(slot);
  }

  wake(slot: Slot): void {
    this.readers.get(slot)?.wake();
  }

  caughtUp(): Promise<void> {
    const reached = () => [...this.ends].every(([slot, end]) => this.progress.at(slot) >= end);
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!reached()) return;
        this.watchers.delete(watcher);
        resolve();
      };
      const watcher = { look, reject };
      this.watchers.add(watcher);
      look();
    });
  }

  /** Tells those who wait for `caughtUp` that another member of the group got on. */
  notice(): void {
    for (const { look } of this.watchers) look();
  }

  positions(): ReadonlyMap<string, number> {
    return new Map(this.slots.map((slot) => [`${slot.topic.name}/${slot.partition}`, this.progress.at(slot)]));
  }

  lag(): Promise<number> {
    return Promise.resolve(this.slots.reduce((sum, slot) => sum + slot.next - this.progress.at(slot), 0));
  }

  health(): { readonly ok: boolean; readonly stopped?: boolean; readonly detail?: string } {
    if (this.closing) return { ok: false, stopped: true, detail: 'closed' };
    const now = Date.now();
    const readers = [...this.readers.values()];
    const troubles = readers.flatMap((reader) => reader.trouble(now) ?? []);
    if (troubles.length === 0) return { ok: true };
    return { ok: false, stopped: readers.some(({ broken }) => broken), detail: troubles.join('; ') };
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    const { closeGraceMs } = this.workshop.tuning;
    const all = (lost: boolean) => Promise.all([...this.readers.keys()].map((slot) => this.stop(slot, lost)));
    const finished = all(false);
    if (!(await within(finished, closeGraceMs))) {
      void all(true);
      if (!(await within(finished, closeGraceMs))) {
        this.workshop.logger.error({ group: this.group }, 'a handler does not stop; closing without it');
      }
    }
    await this.onClose(this);
    const closed = new ShopkeeperError('BUS_CLOSED', `${this.group} was closed before it had caught up`);
    for (const { reject } of this.watchers) reject(closed);
    this.watchers.clear();
  }
}

/** Somebody who waits for `caughtUp`. */
interface Watcher {
  look(): void;
  reject(error: Error): void;
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import type { LogFile, LogTopic, Slot } from './log-file.js';
import { partitionOf } from './murmur2.js';

export interface Entry {
  readonly topic: LogTopic;
  readonly key: string | null;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

interface Publish {
  readonly entries: readonly Entry[];
  /** How many of them the log has. */
  at: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Longest stretch of writing per turn of the event loop. */
const BUDGET_MS = 6;
const LOOK_AT_CLOCK_EVERY = 64;
const OFFSETS_AGAIN_MS = 1000;

/** Group commit: what is published, and which offsets are committed, within one turn of the event loop becomes one transaction. */
export class LogWriter {
  private queue: Publish[] = [];
  private offsets = new Map<string, readonly [group: string, slotId: number, next: number]>();
  private scheduled = false;
  private idle: (() => void)[] = [];
  /** Why the last transaction failed; `undefined` while all is well. */
  trouble: string | undefined;

  constructor(
    private readonly log: LogFile,
    private readonly onAppended: (slots: Iterable<Slot>) => void,
  ) {}

  append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.queue.push({ entries, at: 0, resolve, reject });
      this.schedule();
    });
  }

  saveOffset(group: string, slotId: number, next: number): void {
    this.offsets.set(`${slotId} ${group}`, [group, slotId, next]);
    this.schedule();
  }

  /** Resolves when nothing waits to be written. */
  async drained(): Promise<void> {
    if (this.scheduled) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const written: Publish[] = [];
    const before = new Map<Slot, number>();
    const { offsets } = this;
    try {
      this.log.transaction(() => {
        for (const [group, slotId, next] of offsets.values()) this.log.saveOffset(group, slotId, next);
        this.write(written, before);
      });
      this.offsets = new Map();
      this.trouble = undefined;
      this.queue = this.queue.slice(written.filter(done).length);
      this.onAppended(before.keys());
      for (const publish of written) if (done(publish)) publish.resolve();
    } catch (error) {
      for (const [slot, next] of before) slot.next = next;
      this.fail(error, written);
    }
    this.next();
  };

  private write(written: Publish[], before: Map<Slot, number>): void {
    const timestamp = Date.now();
    const until = performance.now() + BUDGET_MS;
    for (const publish of this.queue) {
      written.push(publish);
      while (!done(publish)) {
        const { topic, key, value, headers } = publish.entries[publish.at]!;
        const slot = topic.slots[partitionOf(key, topic.slots.length)]!;
        if (!before.has(slot)) before.set(slot, slot.next);
        this.log.append(slot, timestamp, key, value, JSON.stringify(headers));
        publish.at += 1;
        if (publish.at % LOOK_AT_CLOCK_EVERY === 0 && performance.now() > until) return;
      }
      if (performance.now() > until) return;
    }
  }

  private fail(error: unknown, written: readonly Publish[]): void {
    this.trouble = error instanceof Error ? error.message : String(error);
    this.queue = this.queue.slice(written.length);
    const unavailable = new ShopkeeperError('BUS_UNAVAILABLE', `The log cannot be written: ${this.trouble}`, {
      retriable: true,
      cause: error,
    });
    for (const publish of written) publish.reject(unavailable);
  }

  private next(): void {
    if (this.queue.length > 0) {
      setImmediate(this.flush);
      return;
    }
    this.scheduled = false;
    if (this.offsets.size > 0) setTimeout(() => this.schedule(), OFFSETS_AGAIN_MS).unref();
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

const done = (publish: Publish): boolean => publish.at === publish.entries.length;

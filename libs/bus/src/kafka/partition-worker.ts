import { PartitionDelivery, type PartitionDeliveryOptions } from '../delivery/partition-delivery.js';
import type { LogRecord } from '../event-bus.js';

export interface PartitionWorkerOptions {
  /** Where the partition begins for us, once known. */
  readonly start: Promise<number>;
  readonly maxBatch: number;
  readonly delivery: Omit<PartitionDeliveryOptions, 'commit'>;
  /** The worker that had the partition before: it must have finished, or a partition would be handled twice at once. */
  readonly after: Promise<void> | undefined;
  /** Everything below the offset is settled. */
  readonly onPosition: (next: number) => void;
  /** Room for more. */
  readonly onRoom: () => void;
  /** A fault of ours ended the work. */
  readonly onBroken: (error: unknown) => void;
}

const FULL_BYTES = 1_000_000;

/**
 * Holds what was fetched of one partition and hands it over at the handler's pace. The client's fetch loop never waits for it: it goes on
 * with the other partitions and keeps the group membership alive.
 */
export class PartitionWorker {
  readonly topic: string;
  readonly partition: number;
  readonly delivery: PartitionDelivery;
  private readonly stopping = new AbortController();
  private readonly losing = new AbortController();
  private readonly buffer: LogRecord[] = [];
  private bytes = 0;
  private wakeUp: (() => void) | undefined;
  private settled: number | undefined;
  private fetched: number | undefined;
  private pastGap = false;
  /** The client does not fetch it, as there was no room. */
  paused = false;
  readonly finished: Promise<void>;

  constructor(private readonly options: PartitionWorkerOptions) {
    this.topic = options.delivery.topic;
    this.partition = options.delivery.partition;
    this.delivery = new PartitionDelivery({ ...options.delivery, commit: (next) => this.move(next) });
    this.finished = this.work().catch(options.onBroken);
  }

  /** Next offset to handle; `undefined` until known. */
  get position(): number | undefined {
    return this.settled;
  }

  get full(): boolean {
    return this.bytes >= FULL_BYTES || this.buffer.length >= 2 * this.options.maxBatch;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Resolves with the next offset it can take. */
  async expects(): Promise<number> {
    const start = await this.options.start;
    return this.fetched ?? start;
  }

  /**
   * Takes what was fetched from `from` up to before `next`. False when it does not follow on what came before: the caller seeks, and what
   * comes after a seek is taken, for between the two lie only records that are gone or that nobody may see.
   */
  async take(records: readonly LogRecord[], from: number, next: number): Promise<boolean> {
    const expected = await this.expects();
    if (from !== expected && !this.pastGap) {
      this.pastGap = true;
      return false;
    }
    this.pastGap = false;
    this.fetched = next;
    for (const record of records) {
      this.buffer.push(record);
      this.bytes += record.value?.length ?? 0;
    }
    this.wakeUp?.();
    return true;
  }

  /** The next batch comes from where we told the client to begin. */
  sought(): void {
    this.pastGap = true;
  }

  /** Begins nothing new; `lost`: the work in hand is not ours any more either. */
  stop(lost: boolean): Promise<void> {
    this.stopping.abort();
    if (lost) this.losing.abort();
    this.wakeUp?.();
    return this.finished;
  }

  private async work(): Promise<void> {
    const signals = { stop: this.stopping.signal, lost: this.losing.signal };
    await this.options.after;
    this.settled = await Promise.race([this.options.start, this.aborted()]);
    while (!this.stopped) {
      if (this.buffer.length === 0) {
        // Records at the end that nobody may see are settled as well.
        if (this.fetched !== undefined) this.move(this.fetched);
        await new Promise<void>((resolve) => (this.wakeUp = resolve));
        continue;
      }
      const batch = this.buffer.slice(0, this.options.maxBatch);
      const next = await this.delivery.deliver(batch, signals);
      const handled = batch.findIndex(({ offset }) => offset >= next);
      for (const { value } of this.buffer.splice(0, handled < 0 ? batch.length : handled))
        this.bytes -= value?.length ?? 0;
      this.move(next);
      if (this.paused && !this.full) {
        this.paused = false;
        this.options.onRoom();
      }
    }
  }

  private aborted(): Promise<undefined> {
    const { signal } = this.stopping;
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
  }

  /** Everything below the offset is settled; without effect once the partition is lost. */
  private move(next: number): void {
    if (this.settled === next || this.losing.signal.aborted) return;
    this.settled = next;
    this.options.onPosition(next);
  }
}

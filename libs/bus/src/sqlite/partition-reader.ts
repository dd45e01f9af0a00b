import { type PartitionDelivery } from '../delivery/partition-delivery.js';
import { pause, retryDelay, type DeliveryTuning } from '../delivery/tuning.js';
import type { LogRecord } from '../event-bus.js';
import type { LogFile, Slot } from './log-file.js';
import type { BatchSize, Turns } from './turns.js';

export interface PartitionReaderOptions {
  readonly log: LogFile;
  readonly slot: Slot;
  readonly position: number;
  readonly turns: Turns;
  readonly size: BatchSize;
  readonly tuning: DeliveryTuning;
  readonly delivery: PartitionDelivery;
  /** Called whenever everything below the offset is settled. */
  readonly onPosition: (next: number) => void;
}

/** Follows one partition of the log and hands it over in batches; sleeps at its end until woken. */
export class PartitionReader {
  private readonly stopping = new AbortController();
  private readonly lost = new AbortController();
  private wakeUp: (() => void) | undefined;
  private position: number;
  private readTrouble: string | undefined;
  /** True when it has ended by a fault of ours; nothing brings it back but a new start. */
  broken = false;
  private readonly finished: Promise<void>;

  constructor(private readonly options: PartitionReaderOptions) {
    this.position = options.position;
    this.finished = this.follow().catch((error: unknown) => {
      this.broken = true;
      this.readTrouble = `reading has ended: ${error instanceof Error ? error.message : String(error)}`;
    });
  }

  get next(): number {
    return this.position;
  }

  /** There are new records. */
  wake(): void {
    this.wakeUp?.();
  }

  trouble(now: number): string | undefined {
    return this.readTrouble ?? this.options.delivery.trouble(now);
  }

  /** Begins nothing new; resolves when the work in hand is settled. `lost`: the handler is told to stop as well. */
  async stop(lost: boolean): Promise<void> {
    this.stopping.abort();
    if (lost) this.lost.abort();
    this.wake();
    await this.finished;
  }

  private async follow(): Promise<void> {
    const { slot, turns, delivery } = this.options;
    const signals = { stop: this.stopping.signal, lost: this.lost.signal };
    let taken = 0;
    const measured = (busyMs: number) => this.options.size.measured(busyMs, taken);
    for (let failures = 0; !signals.stop.aborted;) {
      if (this.position >= slot.next) {
        await new Promise<void>((resolve) => (this.wakeUp = resolve));
        continue;
      }
      await turns.take(measured);
      if (signals.stop.aborted) return;
      const records = this.read();
      if (!records) {
        await pause(retryDelay(++failures, this.options.tuning), signals.stop);
        continue;
      }
      failures = 0;
      taken = records.length;
      if (records.length > 0) this.move(await delivery.deliver(records, signals));
      // Nothing left between here and the end: retention or compaction took it.
      else this.move(slot.next);
    }
  }

  private read(): LogRecord[] | undefined {
    try {
      const records = this.options.log.read(this.options.slot, this.position, this.options.size.current);
      this.readTrouble = undefined;
      return records;
    } catch (error) {
      this.readTrouble = `the log cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return undefined;
    }
  }

  private move(next: number): void {
    this.position = next;
    this.options.onPosition(next);
  }
}

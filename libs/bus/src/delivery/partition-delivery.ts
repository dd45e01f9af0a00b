import { isRetriable } from '@shopkeeper/contracts';
import type { BatchContext, LogRecord, Outcome, Subscription } from '../event-bus.js';
import type { BusLogger } from '../logger.js';
import { errorClassOf, messageOf, type DeadLetter } from './dead-letter.js';
import { pause, retryDelay, type DeliveryTuning } from './tuning.js';

export interface PartitionDeliveryOptions {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly handle: Subscription['handle'];
  readonly tuning: DeliveryTuning;
  readonly logger: BusLogger;
  /** Resolves once the dead letter topic has acknowledged all. */
  readonly deadLetter: (letters: readonly DeadLetter[]) => Promise<void>;
  /** Everything below this offset is settled. Must not throw: a lost commit only means redelivery. */
  readonly commit: (next: number) => Promise<void> | void;
}

export interface DeliverySignals {
  /** Aborted when no further attempt may begin (closing, partition moved). */
  readonly stop: AbortSignal;
  /** The handler's signal: aborted when the batch is no longer ours. */
  readonly lost: AbortSignal;
}

/** What an attempt settled: the records before `settled`, of which `letters` go to the dead letter topic. */
interface Attempt {
  readonly settled: number;
  readonly letters: readonly DeadLetter[];
  readonly retry?: string;
}

/**
 * Delivers the batches of one partition to a handler and carries out its outcomes. The same for every adapter:
 * effects first, then dead letters, then the commit; only a contiguous prefix is ever committed; the first retry brings back everything after it.
 */
export class PartitionDelivery {
  private bugs = 0;
  private busySince: number | undefined;
  private waitsFor: string | undefined;

  constructor(private readonly options: PartitionDeliveryOptions) {}

  /** Resolves when every record is settled, or soon after `stop`: with the next offset to handle. */
  async deliver(records: readonly LogRecord[], signals: DeliverySignals): Promise<number> {
    let rest = records;
    let attempts = 1;
    while (rest.length > 0 && !signals.stop.aborted) {
      const { settled, letters, retry } = await this.attempt(rest, attempts, signals.lost);
      const buried = await this.bury(letters, signals.stop);
      const end = buried ? settled : rest.findIndex((record) => record === letters[0]!.record);
      if (end > 0) await this.options.commit(rest[end - 1]!.offset + 1);
      rest = rest.slice(end);
      attempts = end > 0 ? 1 : attempts;
      if (retry !== undefined && !signals.stop.aborted)
        await this.wait(retry, attempts++, rest[0]!.offset, signals.stop);
      else this.waitsFor = undefined;
    }
    return rest[0]?.offset ?? records.at(-1)!.offset + 1;
  }

  /** Why it does not go on, if so. */
  trouble(now: number): string | undefined {
    const { topic, partition, tuning } = this.options;
    if (this.overdue(now)) return `${topic}/${partition}: a handler has not answered for ${tuning.handleMaxMs} ms`;
    return this.waitsFor === undefined ? undefined : `${topic}/${partition}: ${this.waitsFor}`;
  }

  /** True when the handler has had a batch for longer than it may. */
  overdue(now: number): boolean {
    return this.busySince !== undefined && now - this.busySince > this.options.tuning.handleMaxMs;
  }

  private async attempt(records: readonly LogRecord[], attempts: number, lost: AbortSignal): Promise<Attempt> {
    try {
      const outcomes = await this.call(records, lost);
      this.bugs = 0;
      return this.settle(records, outcomes, attempts);
    } catch (error) {
      // A handler that was told to stop may throw whatever it likes: that is neither a bug nor poison.
      if (lost.aborted) return { settled: 0, letters: [], retry: 'aborted' };
      if (isRetriable(error)) return { settled: 0, letters: [], retry: messageOf(error) };
      return this.isolate(records, attempts, lost);
    }
  }

  /** One by one: a bug that one record provokes must not take its neighbours along. */
  private async isolate(records: readonly LogRecord[], attempts: number, lost: AbortSignal): Promise<Attempt> {
    const letters: DeadLetter[] = [];
    for (const [index, record] of records.entries()) {
      try {
        const attempt = this.settle([record], await this.call([record], lost), attempts);
        this.bugs = 0;
        letters.push(...attempt.letters);
        if (attempt.retry !== undefined) return { settled: index, letters, retry: attempt.retry };
      } catch (error) {
        if (lost.aborted) return { settled: index, letters, retry: 'aborted' };
        if (isRetriable(error)) return { settled: index, letters, retry: messageOf(error) };
        const [errorClass, reason] = [errorClassOf(error), messageOf(error)];
        const { bugsInARow } = this.options.tuning;
        if (this.bugs >= bugsInARow) {
          const retry = `${bugsInARow} records in a row failed, stopped before the topic drains: ${errorClass}: ${reason}`;
          return { settled: index, letters, retry };
        }
        this.bugs += 1;
        this.options.logger.error({ ...this.place(record), errorClass, error }, 'a handler failed on a record');
        letters.push({ record, reason, errorClass, attempts });
      }
    }
    return { settled: records.length, letters };
  }

  private async call(records: readonly LogRecord[], signal: AbortSignal): Promise<readonly Outcome[]> {
    const { topic, partition, handle } = this.options;
    const context: BatchContext = { topic, partition, signal };
    this.busySince = Date.now();
    try {
      const outcomes = await handle(records, context);
      if (outcomes.length === records.length) return outcomes;
      throw new TypeError(`a handler answered ${outcomes.length} outcomes for ${records.length} records`);
    } finally {
      this.busySince = undefined;
    }
  }

  private settle(records: readonly LogRecord[], outcomes: readonly Outcome[], attempts: number): Attempt {
    const letters: DeadLetter[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome === 'done') continue;
      const record = records[index]!;
      if ('retry' in outcome) return { settled: index, letters, retry: outcome.retry };
      const { poison: reason, errorClass = 'Poison' } = outcome;
      this.options.logger.warn({ ...this.place(record), errorClass, reason }, 'a record goes to the dead letters');
      letters.push({ record, reason, errorClass, attempts });
    }
    return { settled: records.length, letters };
  }

  /** Blocks as long as the dead letter topic does not acknowledge: going on without it would lose the records. False when stopped before. */
  private async bury(letters: readonly DeadLetter[], stop: AbortSignal): Promise<boolean> {
    if (letters.length === 0) return true;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.options.deadLetter(letters);
        return true;
      } catch (error) {
        if (stop.aborted) return false;
        await this.wait(`dead letters: ${messageOf(error)}`, attempt, letters[0]!.record.offset, stop);
        if (stop.aborted) return false;
      }
    }
  }

  private async wait(reason: string, attempt: number, offset: number, stop: AbortSignal): Promise<void> {
    const { group, topic, partition, tuning, logger } = this.options;
    const delayMs = Math.round(retryDelay(attempt, tuning));
    this.waitsFor = reason;
    logger.warn({ group, topic, partition, offset, attempt, delayMs, reason }, 'a partition waits');
    await pause(delayMs, stop);
  }

  private place({ topic, partition, offset }: LogRecord): object {
    return { group: this.options.group, topic, partition, offset };
  }
}

import { isRetriable } from '@shopkeeper/contracts';
import type { HealthCheck, Logger } from '@shopkeeper/platform';
import type { Learner } from './learner.js';
import type { Round, RowPublisher } from './row-publisher.js';

const MAX_BACKOFF_MS = 30_000;

/** When learning publishes and saves; all in ms. */
export interface RhythmSettings {
  /** How often changed rows are looked for. */
  readonly publishEveryMs: number;
  /** The same while a backlog or an import is being folded: rows would change again at once. */
  readonly publishEveryWhenBusyMs: number;
  /** More signals than this within one `publishEveryMs` make it busy. */
  readonly busyAbove: number;
  /** So does folding what the log took longer ago than this. */
  readonly busyBehindMs: number;
  readonly snapshotEveryMs: number;
  /** After this long without news every row is looked at again ... */
  readonly settleAfterMs: number;
  /** ... but no sooner than this after the last time. */
  readonly settleEveryMs: number;
}

/** The beat of learning: publish, then save, one after the other, so that a snapshot never lacks a row that was taken and not yet acknowledged. */
export class Rhythm {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  private stopped = false;
  private lastSignals: number;
  private lastPublished = performance.now();
  private lastSaved = performance.now();
  private lastNews = 0;
  private lastNewsAt = performance.now();
  private settledNews = 0;
  private lastSettled = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private trouble: string | undefined;

  constructor(
    private readonly learner: Learner,
    private readonly publisher: RowPublisher,
    private readonly save: () => Promise<void>,
    private readonly published: (round: Round, seconds: number) => void,
    private readonly settings: RhythmSettings,
    private readonly logger: Logger,
  ) {
    this.lastSignals = learner.model.signals;
  }

  /** Records folded since every row was last looked at. */
  get unsettled(): number {
    return this.learner.news - this.settledNews;
  }

  start(): void {
    this.again();
  }

  /** Waits for the beat in hand, then saves. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.beating;
    await this.save();
  }

  health(): HealthCheck {
    return this.trouble === undefined ? { status: 'ok' } : { status: 'degraded', detail: this.trouble };
  }

  private again(): void {
    if (this.stopped) return;
    const wait = Math.min(MAX_BACKOFF_MS, this.settings.publishEveryMs * 2 ** this.failures);
    this.timer = setTimeout(() => {
      this.beating = this.beat().finally(() => this.again());
    }, wait);
  }

  /** Never rejects: what is not published stays due, what is not saved is read again, and health tells. */
  private async beat(): Promise<void> {
    try {
      await this.publishDue();
      if (performance.now() - this.lastSaved >= this.settings.snapshotEveryMs) {
        await this.save();
        this.lastSaved = performance.now();
      }
      if (this.failures > 0) this.logger.info({ failures: this.failures }, 'publishing and saving work again');
      this.failures = 0;
      this.trouble = undefined;
    } catch (error) {
      this.failures += 1;
      this.trouble = error instanceof Error ? error.message : String(error);
      const level = isRetriable(error) ? 'warn' : 'error';
      this.logger[level]({ error, failures: this.failures }, 'rows could not be published or saved; trying again');
    }
  }

  private async publishDue(): Promise<void> {
    const now = performance.now();
    if (this.busy() && now - this.lastPublished < this.settings.publishEveryWhenBusyMs) return;
    if (this.isQuiet(now)) return this.settle();
    // While signals pour in, rows become due again as fast as they go out: once for each that had changed is enough.
    let changed = this.learner.model.sizes.dirty;
    let round: Round;
    do {
      const began = performance.now();
      round = await this.publisher.round(began);
      this.report(round, began);
      changed -= round.parts;
    } while (round.more && changed > 0 && !this.stopped);
  }

  /** True when there was news, none has come for a while, and it has not been settled yet. */
  private isQuiet(now: number): boolean {
    const { news } = this.learner;
    if (news !== this.lastNews) this.lastNewsAt = now;
    this.lastNews = news;
    const { settleAfterMs, settleEveryMs } = this.settings;
    return this.unsettled > 0 && now - this.lastNewsAt >= settleAfterMs && now - this.lastSettled >= settleEveryMs;
  }

  private async settle(): Promise<void> {
    const began = performance.now();
    const { news } = this.learner;
    const round = await this.publisher.settle(() => !this.stopped && this.learner.news === news);
    if (!round.more) {
      this.settledNews = news;
      this.lastSettled = performance.now();
    }
    this.report(round, began);
  }

  private report(round: Round, began: number): void {
    this.lastPublished = performance.now();
    this.published(round, (this.lastPublished - began) / 1000);
  }

  private busy(): boolean {
    const { signals } = this.learner.model;
    const since = signals - this.lastSignals;
    this.lastSignals = signals;
    const { busyAbove, busyBehindMs } = this.settings;
    return since > busyAbove || (since > 0 && Date.now() - this.learner.newestAt > busyBehindMs);
  }
}

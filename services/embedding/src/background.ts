import { setTimeout as pause } from 'node:timers/promises';
import { isRetriable } from '@shopkeeper/contracts';
import type { Logger } from '@shopkeeper/platform';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Work that nobody waits for, one after the other. What fails is tried again until it succeeds or all is closed, ever more rarely: a
 * dependency that is down comes back, and a fault may lie in data that changes. Meanwhile `problem` says what is wrong.
 */
export class Background {
  private readonly closing = new AbortController();
  private last: Promise<void> = Promise.resolve();
  private jobs = 0;
  private trouble: string | undefined;

  constructor(private readonly logger: Logger) {}

  get busy(): boolean {
    return this.jobs > 0;
  }

  get problem(): string | undefined {
    return this.trouble;
  }

  /** Aborted when all is closed. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  start(what: string, work: () => Promise<void>): void {
    this.jobs += 1;
    this.last = this.last.then(async () => {
      await this.persist(what, work);
      this.jobs -= 1;
    });
  }

  /** Resolves when the work in hand has stopped. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.last;
  }

  private async persist(what: string, work: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.signal.aborted; failures += 1) {
      try {
        await work();
        this.trouble = undefined;
        return;
      } catch (error) {
        if (this.signal.aborted) return;
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
        this.trouble = `${what}: ${error instanceof Error ? error.message : String(error)}`;
        this.logger[isRetriable(error) ? 'warn' : 'error']({ err: error, pauseMs }, `${what} failed; trying again`);
        // Ends early when closed, which the loop sees.
        await pause(pauseMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
  }
}

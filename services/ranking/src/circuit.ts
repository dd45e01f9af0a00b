import type { Logger } from '@shopkeeper/platform';

const PAUSE_MS = 1000;

/** Keeps requests from waiting for a store that does not answer: after a failure it is left alone for a second. */
export class Circuit {
  private closedAgainAt = 0;

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
  ) {}

  isOpen(now: number): boolean {
    return now < this.closedAgainAt;
  }

  /** The answer, or `undefined` when it failed; the failure is logged. */
  async guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.closedAgainAt = performance.now() + PAUSE_MS;
      this.logger.warn({ err: error, store: this.name }, 'lists go on without it');
      return undefined;
    }
  }
}

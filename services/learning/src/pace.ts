import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest stretch of work before others get their turn, ms: in one process with the gateway, it is what a request may have to wait. */
const SLICE_MS = 8;

/** Cuts long work into slices: `if (pace.due) await pace.rest()`. */
export class Pace {
  private began = performance.now();

  constructor(private readonly sliceMs = SLICE_MS) {}

  get due(): boolean {
    return performance.now() - this.began >= this.sliceMs;
  }

  async rest(): Promise<void> {
    await nextTurn();
    this.began = performance.now();
  }
}

/** Runs one piece of work after the other. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    // Whoever asked for the work before gets its error; it is no reason not to do the next.
    const mine = this.last.then(work, work);
    this.last = mine;
    return mine;
  }
}

/**
 * Lets one piece of consumer work begin per turn of the event loop, first come first served: between two pieces the process answers its
 * other callers, however long the backlog.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private running = false;

  take(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.running) return;
      this.running = true;
      setImmediate(this.next);
    });
  }

  private readonly next = (): void => {
    this.waiting.shift()?.();
    if (this.waiting.length > 0) setImmediate(this.next);
    else this.running = false;
  };
}

const FIRST = 64;
const LEAST = 32;
const SLOW_MS = 12;
const FAST_MS = 5;

/** How many records a piece of work takes: as many as keep the event loop busy for some milliseconds, at most `max`. */
export class BatchSize {
  private size: number;

  constructor(private readonly max: number) {
    this.size = Math.min(FIRST, max);
  }

  get current(): number {
    return this.size;
  }

  /** Call right before the work: the next turn begins when it has let go of the event loop. */
  watch(): void {
    const began = performance.now();
    setImmediate(() => {
      const busy = performance.now() - began;
      if (busy > SLOW_MS) this.size = Math.max(Math.min(LEAST, this.max), this.size >> 1);
      else if (busy < FAST_MS) this.size = Math.min(this.max, this.size * 2);
    });
  }
}

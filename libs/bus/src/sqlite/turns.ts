/**
 * Lets one piece of consumer work begin per turn of the event loop, first come first served: between two pieces the process answers its
 * other callers, however long the backlog.
 */
export class Turns {
  private readonly waiting: Piece[] = [];
  private running = false;
  private current: { readonly piece: Piece; readonly began: number } | undefined;

  /** `measured` is told how long, in ms, the piece kept the event loop until it waited for something. */
  take(measured?: (busyMs: number) => void): Promise<void> {
    return new Promise((begin) => {
      this.waiting.push({ begin, measured });
      if (this.running) return;
      this.running = true;
      this.schedule();
    });
  }

  /** One right behind the other: between the two runs the piece, up to where it waits, and nothing else. */
  private schedule(): void {
    setImmediate(this.next);
    setImmediate(this.after);
  }

  private readonly next = (): void => {
    const piece = this.waiting.shift();
    if (this.waiting.length > 0) this.schedule();
    else this.running = false;
    if (!piece) return;
    this.current = { piece, began: performance.now() };
    piece.begin();
  };

  private readonly after = (): void => {
    if (!this.current) return;
    const { piece, began } = this.current;
    this.current = undefined;
    piece.measured?.(performance.now() - began);
  };
}

interface Piece {
  begin(): void;
  readonly measured: ((busyMs: number) => void) | undefined;
}

const FIRST = 64;
const LEAST = 32;
const SLOW_MS = 16;
const FAST_MS = 7;

/** How many records a piece of work takes: as many as keep the event loop busy for some milliseconds, at most `max`. */
export class BatchSize {
  private size: number;

  constructor(private readonly max: number) {
    this.size = Math.min(FIRST, max);
  }

  get current(): number {
    return this.size;
  }

  /** How long a piece of work of `records` kept the event loop. */
  measured(busyMs: number, records: number): void {
    if (busyMs > SLOW_MS) this.size = Math.max(Math.min(LEAST, this.max), this.size >> 1);
    else if (busyMs < FAST_MS && records >= this.size) this.size = Math.min(this.max, this.size * 2);
  }
}

/** Neighbours kept per row, as published. */
export const ROW_WIDTH = 100;

/** Rows of neighbours by product number, in two flat arrays: a walk reads them in one sweep, an update overwrites in place. */
export class RowTable {
  neighbours = new Int32Array(0);
  scores = new Float32Array(0);
  /** Where a product's row begins; -1 = it has none. */
  private starts = new Int32Array(0).fill(-1);
  private lengths = new Uint8Array(0);
  private used = 0;
  private readonly free: number[] = [];

  /** `scores` descending, as many as `neighbours`; ends at the width or at the first score that is not above 0. An empty row goes. */
  put(product: number, neighbours: readonly number[], scores: readonly number[]): void {
    const most = Math.min(neighbours.length, scores.length, ROW_WIDTH);
    let length = 0;
    while (length < most && Math.fround(scores[length]!) > 0) length++;
    if (length === 0) return this.remove(product);
    this.reach(product);
    if (this.starts[product] === -1) this.starts[product] = this.claim();
    const start = this.starts[product]!;
    for (let i = 0; i < length; i++) {
      this.neighbours[start + i] = neighbours[i]!;
      this.scores[start + i] = scores[i]!;
    }
    this.lengths[product] = length;
  }

  remove(product: number): void {
    const start = this.start(product);
    if (start === -1) return;
    this.free.push(start);
    this.starts[product] = -1;
    this.lengths[product] = 0;
  }

  start(product: number): number {
    return product < this.starts.length ? this.starts[product]! : -1;
  }

  length(product: number): number {
    return product < this.lengths.length ? this.lengths[product]! : 0;
  }

  /** The score of one neighbour; 0 when it is not in the row. */
  score(product: number, neighbour: number): number {
    const start = this.start(product);
    const end = start + this.length(product);
    for (let at = start; at < end; at++) if (this.neighbours[at] === neighbour) return this.scores[at]!;
    return 0;
  }

  private reach(product: number): void {
    if (product < this.starts.length) return;
    const size = Math.max(1024, 2 ** Math.ceil(Math.log2(product + 1)));
    const starts = new Int32Array(size).fill(-1);
    starts.set(this.starts);
    this.starts = starts;
    const lengths = new Uint8Array(size);
    lengths.set(this.lengths);
    this.lengths = lengths;
  }

  private claim(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if (this.used + ROW_WIDTH > this.neighbours.length) {
      // Half as much again, not twice: at 50,000 rows these are the largest arrays of the process.
      const size = Math.max(256 * ROW_WIDTH, Math.ceil((this.used / ROW_WIDTH) * 1.5) * ROW_WIDTH);
      const neighbours = new Int32Array(size);
      neighbours.set(this.neighbours);
      this.neighbours = neighbours;
      const scores = new Float32Array(size);
      scores.set(this.scores);
      this.scores = scores;
    }
    this.used += ROW_WIDTH;
    return this.used - ROW_WIDTH;
  }
}

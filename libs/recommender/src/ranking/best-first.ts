/**
 * The k best of many, in fixed memory: a binary heap with the worst kept item at its root. Of equal scores the smaller id is better, so the
 * outcome does not depend on the order in which items come or were numbered.
 */
export class BestFirst {
  readonly items: Int32Array;
  readonly scores: Float64Array;
  size = 0;
  private limit: number;

  /** `ids` by item number; it may grow while the heap lives. */
  constructor(
    private readonly capacity: number,
    private readonly ids: readonly string[],
  ) {
    this.items = new Int32Array(capacity);
    this.scores = new Float64Array(capacity);
    this.limit = capacity;
  }

  clear(limit = this.capacity): void {
    this.size = 0;
    this.limit = Math.min(limit, this.capacity);
  }

  /** What a score must reach to have a chance of a place; rises as better items come. Spares the caller dearer checks. */
  get bar(): number {
    if (this.size < this.limit) return -Infinity;
    return this.limit === 0 ? Infinity : this.scores[0]!;
  }

  offer(item: number, score: number): void {
    if (this.size < this.limit) {
      let at = this.size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!this.worse(item, score, parent)) break;
        this.move(parent, at);
        at = parent;
      }
      this.put(at, item, score);
    } else if (this.limit > 0 && !this.worse(item, score, 0)) {
      this.sink(item, score, this.size);
    }
  }

  /** Puts the items in order, best first. Nothing more may be offered before the next `clear`. */
  sort(): void {
    for (let end = this.size - 1; end > 0; end--) {
      const item = this.items[end]!;
      const score = this.scores[end]!;
      this.move(0, end);
      this.sink(item, score, end);
    }
  }

  private worse(item: number, score: number, than: number): boolean {
    const other = this.scores[than]!;
    return score < other || (score === other && this.ids[item]! > this.ids[this.items[than]!]!);
  }

  private sink(item: number, score: number, end: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= end) break;
      if (child + 1 < end && this.worse(this.items[child + 1]!, this.scores[child + 1]!, child)) child++;
      if (this.worse(item, score, child)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, item, score);
  }

  private move(from: number, to: number): void {
    this.items[to] = this.items[from]!;
    this.scores[to] = this.scores[from]!;
  }

  private put(at: number, item: number, score: number): void {
    this.items[at] = item;
    this.scores[at] = score;
  }
}

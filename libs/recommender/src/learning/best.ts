/** Neighbours with their scores, best first. */
export interface Neighbours {
  readonly items: readonly number[];
  readonly scores: readonly number[];
}

/**
 * Keeps the `limit` best of what is offered, in a binary heap whose root is the worst kept. Equal scores: the smaller item wins, so that
 * the answer does not depend on the order of offers.
 */
export class Best {
  private readonly items: Int32Array;
  private readonly scores: Float64Array;
  private size = 0;

  constructor(private readonly limit: number) {
    this.items = new Int32Array(limit);
    this.scores = new Float64Array(limit);
  }

  offer(item: number, score: number): void {
    if (this.size < this.limit) {
      this.siftUp(this.size, item, score);
      this.size += 1;
    } else if (this.limit > 0 && this.worse(this.items[0] as number, this.scores[0] as number, item, score)) {
      this.siftDown(item, score, this.size);
    }
  }

  /** Empties it. */
  drain(): Neighbours {
    const items = new Array<number>(this.size);
    const scores = new Array<number>(this.size);
    for (let last = this.size - 1; last >= 0; last -= 1) {
      items[last] = this.items[0] as number;
      scores[last] = this.scores[0] as number;
      this.siftDown(this.items[last] as number, this.scores[last] as number, last);
    }
    this.size = 0;
    return { items, scores };
  }

  private worse(item: number, score: number, otherItem: number, otherScore: number): boolean {
    return score < otherScore || (score === otherScore && item > otherItem);
  }

  private siftUp(from: number, item: number, score: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.worse(item, score, this.items[parent] as number, this.scores[parent] as number)) break;
      this.items[at] = this.items[parent] as number;
      this.scores[at] = this.scores[parent] as number;
      at = parent;
    }
    this.items[at] = item;
    this.scores[at] = score;
  }

  private siftDown(item: number, score: number, size: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.worseAt(right, child)) child = right;
      if (!this.worse(this.items[child] as number, this.scores[child] as number, item, score)) break;
      this.items[at] = this.items[child] as number;
      this.scores[at] = this.scores[child] as number;
      at = child;
    }
    this.items[at] = item;
    this.scores[at] = score;
  }

  private worseAt(a: number, b: number): boolean {
    return this.worse(
      this.items[a] as number,
      this.scores[a] as number,
      this.items[b] as number,
      this.scores[b] as number,
    );
  }
}

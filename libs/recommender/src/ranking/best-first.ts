/** A dense array is sampled for a likely bar when it is long; this many samples. */
const SAMPLES = 512;

/**
 * The k best of many, in fixed memory: a binary heap with the worst kept item at its root. Of equal scores the smaller id is better, so the
 * outcome does not depend on the order in which items come or were numbered.
 */
export class BestFirst {
  readonly items: Int32Array;
  readonly scores: Float64Array;
  size = 0;
  private limit: number;
  private readonly sample = new Float64Array(SAMPLES + 1);

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
    if (this.size < this.limit) this.rise(item, score);
    else if (this.limit > 0 && !this.worse(item, score, 0)) this.sink(item, score, this.size);
  }

  /**
   * Offers every item whose value in a dense array is above 0. `weigh` may lower a value, never raise it; 0 or less refuses the item. It is
   * asked only for items that can still win.
   */
  offerAll(values: Float64Array, count: number, weigh?: (item: number, value: number) => number): void {
    const likely = this.likelyBar(values, count);
    this.offerFrom(values, count, likely, Infinity, weigh);
    // The guess was too high, or weighing made room below it.
    if (likely > Number.MIN_VALUE && this.bar < likely) this.offerFrom(values, count, Number.MIN_VALUE, likely, weigh);
  }

  /** Puts the items in order, best first. Nothing more may be offered before the next `clear`. */
  sort(): void {
    const { items, scores } = this;
    for (let end = this.size - 1; end > 0; end--) {
      const item = items[end]!;
      const score = scores[end]!;
      items[end] = items[0]!;
      scores[end] = scores[0]!;
      this.sink(item, score, end);
    }
  }

  private offerFrom(
    values: Float64Array,
    count: number,
    from: number,
    below: number,
    weigh?: (item: number, value: number) => number,
  ): void {
    let bar = Math.max(from, this.bar);
    for (let item = 0; item < count; item++) {
      const value = values[item]!;
      if (value < bar || value >= below) continue;
      const score = weigh === undefined ? value : weigh(item, value);
      if (score <= 0 || score < this.bar) continue;
      this.offer(item, score);
      bar = Math.max(from, this.bar);
    }
  }

  /** A value that somewhat more than the wanted number of items reach, by a sample: most items are then passed over at one comparison. */
  private likelyBar(values: Float64Array, count: number): number {
    const step = Math.floor(count / SAMPLES);
    if (step < 4 || this.limit * 8 > count) return Number.MIN_VALUE;
    const { sample } = this;
    const wanted = Math.ceil((1.5 * this.limit) / step) + 3;
    let size = 0;
    for (let item = 0; item < count; item += step) {
      const value = values[item]!;
      if (size === wanted && value <= sample[size - 1]!) continue;
      let at = size < wanted ? size++ : size - 1;
      for (; at > 0 && sample[at - 1]! < value; at--) sample[at] = sample[at - 1]!;
      sample[at] = value;
    }
    return Math.max(Number.MIN_VALUE, size === wanted ? sample[size - 1]! : 0);
  }

  private rise(item: number, score: number): void {
    const { items, scores } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.worse(item, score, parent)) break;
      items[at] = items[parent]!;
      scores[at] = scores[parent]!;
      at = parent;
    }
    items[at] = item;
    scores[at] = score;
  }

  private sink(item: number, score: number, end: number): void {
    const { items, scores } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= end) break;
      if (child + 1 < end && this.worse(items[child + 1]!, scores[child + 1]!, child)) child++;
      if (this.worse(item, score, child)) break;
      items[at] = items[child]!;
      scores[at] = scores[child]!;
      at = child;
    }
    items[at] = item;
    scores[at] = score;
  }

  private worse(item: number, score: number, than: number): boolean {
    const other = this.scores[than]!;
    return score < other || (score === other && this.ids[item]! > this.ids[this.items[than]!]!);
  }
}

import { BestFirst } from './best-first.js';
import type { ContentRow, ContentRows } from './content.js';
import type { RowTable } from './row-table.js';
import type { Shelf } from './shelf.js';

/** Best setting of 56 trials on two public data sets of shop sessions (RetailRocket, Diginetica); steps 0 to 3 were tried. */
export const WALK = {
  /** Share of the start that is the seeds themselves; the rest is where shoppers went next from them. */
  stay: 0.5,
  /** Probability of going on at each of the two steps. */
  onward: 0.7,
  /** Products that are walked on from at each step. */
  frontier: 50,
  /** Content neighbours count as so many transitions; judged. */
  prior: 2,
  /** Content neighbours that walkers set out to. */
  priorWidth: 10,
} as const;

const STOP = 1 - WALK.onward;
/** What having been there at the start, after one and after two steps is worth: 0.3, 0.21, 0.147. */
const WORTH = [STOP, STOP * WALK.onward, STOP * WALK.onward ** 2] as const;
const NO_CONTENT: ContentRows = new Map();

/**
 * Random walk with restart over co-visits: `v0 = q(0.5 I + 0.5 T)`, `v(t+1) = top50(v(t)) R`, score `0.3 v0 + 0.21 v1 + 0.147 v2`.
 * Reads as many rows as it has seeds and frontier products. The sums are dense and swept in one go: up to some ten thousand products that is
 * cheaper than keeping track of which were touched.
 */
export class Walk {
  private start = new Float64Array(0);
  private once = new Float64Array(0);
  private twice = new Float64Array(0);
  private readonly frontier: BestFirst;

  constructor(private readonly shelf: Shelf) {
    this.frontier = new BestFirst(WALK.frontier, shelf.products.list);
  }

  /**
   * `weights` of the seeds sum to 1. From a seed with few transitions walkers also set out to its content neighbours, so that a new product
   * has company. The answer goes `into` an array by product, as long as the shelf has room for; 0 = the walk never came by.
   */
  run(
    seeds: readonly number[],
    weights: readonly number[],
    into: Float64Array,
    content: ContentRows = NO_CONTENT,
  ): void {
    this.clear();
    const { covisits, transitions } = this.shelf;
    for (let i = 0; i < seeds.length; i++) this.start[seeds[i]!]! += WALK.stay * weights[i]!;
    for (let i = 0; i < seeds.length; i++) {
      const seed = seeds[i]!;
      const amount = (1 - WALK.stay) * weights[i]!;
      const row = content.get(seed);
      const known = row === undefined ? 1 : transitions.length(seed) / (transitions.length(seed) + WALK.prior);
      spread(transitions, seed, amount * known, this.start);
      if (row !== undefined) this.setOut(row, amount * (1 - known));
    }
    this.step(covisits, this.start, this.once);
    this.step(covisits, this.once, this.twice);
    this.total(into);
  }

  private total(into: Float64Array): void {
    const { start, once, twice } = this;
    const count = this.shelf.products.size;
    for (let p = 0; p < count; p++) into[p] = WORTH[0] * start[p]! + WORTH[1] * once[p]! + WORTH[2] * twice[p]!;
  }

  private clear(): void {
    const { capacity, products } = this.shelf;
    if (this.start.length < capacity) {
      this.start = new Float64Array(capacity);
      this.once = new Float64Array(capacity);
      this.twice = new Float64Array(capacity);
    } else {
      for (const sums of [this.start, this.once, this.twice]) sums.fill(0, 0, products.size);
    }
  }

  private setOut({ products, scores }: ContentRow, amount: number): void {
    const count = Math.min(products.length, WALK.priorWidth);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Math.max(0, scores[i]!);
    for (let i = 0; i < count; i++) if (scores[i]! > 0) this.start[products[i]!]! += (amount * scores[i]!) / sum;
  }

  private step(rows: RowTable, from: Float64Array, into: Float64Array): void {
    const { frontier } = this;
    frontier.clear();
    frontier.offerAll(from, this.shelf.products.size);
    // In order, so that sums do not depend on how products are numbered.
    frontier.sort();
    for (let i = 0; i < frontier.size; i++) spread(rows, frontier.items[i]!, frontier.scores[i]!, into);
  }
}

/** Adds a product's row, times `amount`, to sums by product. */
export function spread(rows: RowTable, product: number, amount: number, into: Float64Array): void {
  const start = rows.start(product);
  if (start === -1) return;
  const end = start + rows.length(product);
  const { neighbours, scores } = rows;
  for (let at = start; at < end; at++) into[neighbours[at]!]! += amount * scores[at]!;
}

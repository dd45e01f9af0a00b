import { BestFirst } from './best-first.js';
import { clip, type Figures } from './figures.js';
import type { Shelf } from './shelf.js';

/** What the shop would like to sell, relative to each other. */
export interface BusinessWeights {
  readonly margin: number;
  readonly stock: number;
  readonly trend: number;
}

export const NUDGE = {
  /** Share of the predicted DCG@20 that the nudge may cost. */
  budget: 0.02,
  depth: 20,
  /** λ is multiplied by this while it costs too much, so many times; then there is no nudge. */
  shrink: 0.6,
  attempts: 5,
  /** What is less relevant than this share of the best stays out of the first places. */
  floor: 0.2,
  firstPlaces: 5,
} as const;

export interface NudgeOutcome {
  /** What was left of λ. */
  readonly lambda: number;
  /** Share of the predicted DCG@20 that it costs, 0 to NUDGE.budget; below 0 never. */
  readonly cost: number;
}

const EPSILON = 1e-6;

/**
 * Moves candidates a little towards what the shop would like to sell: `final = ln r + λ b`, b = weighted z-values of margin, stock cover and
 * trend, standardised over the list and clipped to -2..2. Bounded three ways: by λ, by the relevance budget, by the floor of the first
 * places. And it never lifts a dearer twin above the same thing for less.
 */
export class Nudge {
  /** By place in the pool. */
  readonly final: Float64Array;
  private readonly b: Float64Array;
  private readonly logs: Float64Array;
  private readonly top: BestFirst;
  private readonly leaders: BestFirst;
  private twins: number[][] = [];

  constructor(
    private readonly shelf: Shelf,
    private readonly figures: Figures,
    private readonly weights: BusinessWeights,
    poolSize: number,
  ) {
    this.final = new Float64Array(poolSize);
    this.b = new Float64Array(poolSize);
    this.logs = new Float64Array(poolSize);
    this.top = new BestFirst(NUDGE.depth, shelf.products.list);
    this.leaders = new BestFirst(NUDGE.firstPlaces, shelf.products.list);
  }

  /** The pool: products by relevance `r` (by product, 0 to 1], best first. The answer is in `final`. */
  apply(pool: Int32Array, size: number, r: Float64Array, lambda: number): NudgeOutcome {
    for (let i = 0; i < size; i++) this.logs[i] = Math.log(r[pool[i]!]!);
    this.measure(pool, size);
    this.twins = this.findTwins(pool, size, r);
    const best = dcg(pool, size, r);
    for (let attempt = 0; attempt <= NUDGE.attempts && lambda > 0; attempt++, lambda *= NUDGE.shrink) {
      this.score(pool, size, r, lambda);
      this.top.clear();
      for (let i = 0; i < size; i++) this.top.offer(pool[i]!, this.final[i]!);
      this.top.sort();
      const cost = best > 0 ? 1 - dcg(this.top.items, this.top.size, r) / best : 0;
      if (cost <= NUDGE.budget) return { lambda, cost: Math.max(0, cost) };
    }
    this.final.set(this.logs.subarray(0, size));
    return { lambda: 0, cost: 0 };
  }

  private measure(pool: Int32Array, size: number): void {
    const { b, figures, weights } = this;
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const product = pool[i]!;
      b[i] =
        weights.margin * figures.margin[product]! +
        weights.stock * figures.cover[product]! +
        weights.trend * figures.trend[product]!;
      sum += b[i]!;
    }
    const mean = sum / size;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (b[i]! - mean) ** 2;
    const deviation = Math.sqrt(squares / size);
    for (let i = 0; i < size; i++) b[i] = deviation > EPSILON ? clip((b[i]! - mean) / deviation) : 0;
  }

  private score(pool: Int32Array, size: number, r: Float64Array, lambda: number): void {
    const { final, logs, b } = this;
    for (let i = 0; i < size; i++) final[i] = logs[i]! + lambda * b[i]!;
    for (const [dearer, cheaper] of this.twins) {
      final[dearer!] = Math.min(final[dearer!]!, final[cheaper!]! - EPSILON);
    }
    this.keepFirstPlaces(pool, size, r);
  }

  /** Presses what is below the floor under the last of the first places, keeping its order. */
  private keepFirstPlaces(pool: Int32Array, size: number, r: Float64Array): void {
    const { final, leaders } = this;
    const floor = NUDGE.floor * r[pool[0]!]!;
    leaders.clear();
    for (let i = 0; i < size; i++) if (r[pool[i]!]! >= floor) leaders.offer(pool[i]!, final[i]!);
    if (leaders.size === 0) return;
    const last = leaders.scores[0]!;
    let highest = last;
    for (let i = 0; i < size; i++) highest = Math.max(highest, final[i]!);
    const from = last - 1;
    const press = (1 - EPSILON) / (highest - from);
    for (let i = 0; i < size; i++) {
      if (r[pool[i]!]! < floor && final[i]! > from) final[i] = from + (final[i]! - from) * press;
    }
  }

  /** Pairs of places: a dearer product, and a cheaper one of its family that is at least as relevant; settled from cheap to dear. */
  private findTwins(pool: Int32Array, size: number, r: Float64Array): number[][] {
    const families = new Map<number, number[]>();
    for (let i = 0; i < size; i++) {
      const family = this.shelf.family[pool[i]!]!;
      if (family === -1) continue;
      const places = families.get(family);
      if (places === undefined) families.set(family, [i]);
      else places.push(i);
    }
    const pairs: number[][] = [];
    const price = (place: number) => this.shelf.offersOf(pool[place]!).variants[0]?.price ?? 0;
    for (const places of families.values()) {
      if (places.length < 2) continue;
      const byPrice = [...places].sort((a, b) => price(a) - price(b) || a - b);
      byPrice.forEach((dearer, nth) => {
        for (const cheaper of byPrice.slice(0, nth)) {
          const lifted = r[pool[dearer]!]! <= r[pool[cheaper]!]!;
          if (lifted && price(cheaper) < price(dearer)) pairs.push([dearer, cheaper]);
        }
      });
    }
    return pairs;
  }
}

function dcg(products: Int32Array, size: number, r: Float64Array): number {
  let gain = 0;
  const depth = Math.min(size, NUDGE.depth);
  for (let i = 0; i < depth; i++) gain += r[products[i]!]! / DISCOUNTS[i]!;
  return gain;
}

const DISCOUNTS = Float64Array.from({ length: NUDGE.depth }, (_, i) => Math.log2(i + 2));

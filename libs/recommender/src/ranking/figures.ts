import { BestFirst } from './best-first.js';
import type { Shelf } from './shelf.js';
import { Trends } from './trends.js';

const DAY = 86_400_000;

/** Settings of the business figures; all judged, none measured. */
export const FIGURES = {
  /** Figures may lag behind the shelf by this much: they are compared, never shown. */
  everyMs: 1000,
  /** A category counts with its own spread against the shop's as if it had this many more products. */
  shrink: 10,
  /** A stock cover of so many weeks is as good as any longer one. */
  coverWeeks: 4,
  /** Event weight per day (view 1, cart 3, order 6) that stands for one piece sold a day. */
  weightPerSale: 50,
  /** A product is new for so long ... */
  newMs: 30 * DAY,
  /** ... unless more than this share of the shop is: after a first import nothing is. */
  newShare: 0.2,
  /** The newest that are candidates. */
  newest: 40,
} as const;

const HOUR = DAY / 24;
const LIMIT = 2;
/** A variance that is nothing but rounding. */
const NEGLIGIBLE = 1e-12;

/**
 * What the shop would like to sell, by product, each as a z-value clipped to -2..2 (0 = average, or unknown), and what is new. Kept in single
 * precision: what the order of summation leaves in the last digits of a double is rounded away.
 */
export class Figures {
  /** Contribution per piece against its category. */
  margin = new Float32Array(0);
  /** How long the stock will last, against the shop: dead stock above 0, scarce below. */
  cover = new Float32Array(0);
  /** Log of the trend score against its category. */
  trend = new Float32Array(0);
  /** Sellable new products, newest first. */
  newest: Int32Array = new Int32Array(0);

  private values = new Float64Array(0);
  /** Pieces a day. */
  private demand = new Float32Array(0);
  private readonly best: BestFirst;
  private seen = -1;
  private at = -Infinity;

  constructor(private readonly shelf: Shelf) {
    this.best = new BestFirst(FIGURES.newest, shelf.products.list);
  }

  /** Brings the figures up to date, at most once a second. */
  refresh(now: number): void {
    const { version, capacity } = this.shelf;
    const settled = version === this.seen && now - this.at < HOUR;
    if (settled || (this.margin.length >= capacity && Math.abs(now - this.at) < FIGURES.everyMs)) return;
    this.seen = version;
    this.at = now;
    if (this.margin.length < capacity) {
      this.margin = new Float32Array(capacity);
      this.cover = new Float32Array(capacity);
      this.trend = new Float32Array(capacity);
      this.demand = new Float32Array(capacity);
      this.values = new Float64Array(capacity);
    }
    this.measureTrend();
    this.measureMargin();
    this.measureCover();
    this.findNew(now);
  }

  private measureMargin(): void {
    const { shelf, values } = this;
    for (let product = 0; product < shelf.products.size; product++) {
      values[product] = shelf.sellable[product] === 1 ? shelf.offersOf(product).contribution : NaN;
    }
    this.standardise(this.margin, true);
  }

  private measureCover(): void {
    const { shelf, values, demand } = this;
    for (let product = 0; product < shelf.products.size; product++) {
      const stock = shelf.sellable[product] === 1 ? shelf.offersOf(product).stock : NaN;
      values[product] = Math.min(stock / (7 * demand[product]! + 1), FIGURES.coverWeeks);
    }
    this.standardise(this.cover, false);
  }

  /** What is not in its category's row counts as half of the last that is; a category without a row has no trend. Notes the demand. */
  private measureTrend(): void {
    const { shelf, values, demand } = this;
    const floors = new Float64Array(shelf.categories.size + 1).fill(NaN);
    values.fill(NaN);
    demand.fill(0);
    for (let leaf = -1; leaf < shelf.categories.size; leaf++) {
      const row = shelf.trends.row(leaf === -1 ? Trends.SHOP : leaf);
      row?.products.forEach((product, i) => {
        const score = row.scores[i]!;
        if (score <= 0 || shelf.leaf[product] !== leaf) return;
        values[product] = Math.log(score);
        demand[product] = score / FIGURES.weightPerSale;
        floors[leaf + 1] = Math.log(score / 2);
      });
    }
    for (let product = 0; product < shelf.products.size; product++) {
      if (shelf.sellable[product] !== 1) values[product] = NaN;
      else if (Number.isNaN(values[product])) values[product] = floors[shelf.leaf[product]! + 1]!;
    }
    this.standardise(this.trend, true);
  }

  /** z of the values, within the main category or over the shop; the categories' spreads are shrunk towards the one over all. NaN becomes 0. */
  private standardise(into: Float32Array, byCategory: boolean): void {
    const { values, shelf } = this;
    const { leaf } = shelf;
    const size = shelf.products.size;
    const groups = byCategory ? shelf.categories.size + 1 : 1;
    const counts = new Float64Array(groups);
    const means = new Float64Array(groups);
    const squares = new Float64Array(groups);
    for (let product = 0; product < size; product++) {
      const value = values[product]!;
      if (Number.isNaN(value)) continue;
      const group = byCategory ? leaf[product]! + 1 : 0;
      counts[group]!++;
      means[group]! += value;
    }
    let count = 0;
    let spread = 0;
    for (let group = 0; group < groups; group++) {
      count += counts[group]!;
      means[group]! /= counts[group]!;
    }
    for (let product = 0; product < size; product++) {
      const group = byCategory ? leaf[product]! + 1 : 0;
      const square = (values[product]! - means[group]!) ** 2;
      if (!Number.isNaN(square)) squares[group]! += square;
    }
    for (let group = 0; group < groups; group++) spread += squares[group]! / count;
    for (let product = 0; product < size; product++) {
      const group = byCategory ? leaf[product]! + 1 : 0;
      const variance = (squares[group]! + FIGURES.shrink * spread) / (counts[group]! + FIGURES.shrink);
      const z = (values[product]! - means[group]!) / Math.sqrt(variance);
      into[product] = variance > NEGLIGIBLE && !Number.isNaN(z) ? clip(z) : 0;
    }
  }

  private findNew(now: number): void {
    const { shelf, best } = this;
    const since = now - FIGURES.newMs;
    let sellable = 0;
    let fresh = 0;
    best.clear();
    for (let product = 0; product < shelf.products.size; product++) {
      if (shelf.sellable[product] !== 1) continue;
      sellable++;
      const seenAt = shelf.firstSeenAt[product]!;
      if (seenAt <= since) continue;
      fresh++;
      if (seenAt >= best.bar) best.offer(product, seenAt);
    }
    best.sort();
    this.newest = fresh > FIGURES.newShare * sellable ? new Int32Array(0) : best.items.slice(0, best.size);
  }
}

export const clip = (z: number): number => Math.max(-LIMIT, Math.min(LIMIT, z));

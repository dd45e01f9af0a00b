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

const LIMIT = 2;

/**
 * What the shop would like to sell, by product, each as a z-value clipped to -2..2 (0 = average, or unknown), and what is new.
 * Sums are taken over sorted values, so that they do not depend on the order in which products were numbered.
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

  private readonly best: BestFirst;
  private seen = -1;
  private at = -Infinity;

  constructor(private readonly shelf: Shelf) {
    this.best = new BestFirst(FIGURES.newest, shelf.products.list);
  }

  /** Brings the figures up to date, at most once a second. */
  refresh(now: number): void {
    const { version, capacity } = this.shelf;
    const settled = version === this.seen && now - this.at < DAY / 24;
    if (settled || (this.margin.length >= capacity && Math.abs(now - this.at) < FIGURES.everyMs)) return;
    this.seen = version;
    this.at = now;
    if (this.margin.length < capacity) {
      this.margin = new Float32Array(capacity);
      this.cover = new Float32Array(capacity);
      this.trend = new Float32Array(capacity);
    }
    this.measure();
    this.findNew(now);
  }

  private measure(): void {
    const { shelf } = this;
    const byLeaf = new Map<number, number[]>();
    for (let product = 0; product < shelf.products.size; product++) {
      this.margin[product] = this.cover[product] = this.trend[product] = 0;
      if (shelf.sellable[product] !== 1) continue;
      const members = byLeaf.get(shelf.leaf[product]!);
      if (members === undefined) byLeaf.set(shelf.leaf[product]!, [product]);
      else members.push(product);
    }
    this.standardise(byLeaf, this.margin, (product) => shelf.offersOf(product).contribution);
    const demand = new Map<number, number>();
    for (const [leaf, members] of byLeaf) {
      const { logs, floor } = this.trendOf(leaf, demand);
      if (logs.size === 0) continue;
      this.standardise(new Map([[leaf, members]]), this.trend, (product) => logs.get(product) ?? floor);
    }
    this.standardise(new Map([[-1, [...byLeaf.values()].flat()]]), this.cover, (product) => {
      const stock = shelf.offersOf(product).stock;
      return Math.min(stock / (7 * (demand.get(product) ?? 0) + 1), FIGURES.coverWeeks);
    });
  }

  /** Logs of the trend scores of a category; what is not in its row counts as half of its last. Notes the demand in pieces per day. */
  private trendOf(leaf: number, demand: Map<number, number>) {
    const row = this.shelf.trends.row(leaf === -1 ? Trends.SHOP : leaf);
    const logs = new Map<number, number>();
    let least = Infinity;
    row?.products.forEach((product, i) => {
      const score = row.scores[i]!;
      if (score <= 0 || this.shelf.leaf[product] !== leaf) return;
      least = Math.min(least, score);
      logs.set(product, Math.log(score));
      demand.set(product, score / FIGURES.weightPerSale);
    });
    return { logs, floor: Math.log(least / 2) };
  }

  /** z of each value within its group; the groups' spreads are shrunk towards the one over all. NaN stays 0. */
  private standardise(
    groups: ReadonlyMap<number, readonly number[]>,
    into: Float32Array,
    value: (product: number) => number,
  ) {
    const measured = [...groups.values()].map((members) => {
      const known = members.filter((product) => !Number.isNaN(value(product)));
      const values = Float64Array.from(known, value).sort();
      const mean = sum(values) / values.length;
      return { known, mean, squares: sum(values.map((each) => (each - mean) ** 2).sort()) };
    });
    const all = measured.filter(({ known }) => known.length > 0);
    const count = all.reduce((total, { known }) => total + known.length, 0);
    const pooled = sum(Float64Array.from(all, ({ squares }) => squares).sort()) / count;
    for (const { known, mean, squares } of all) {
      const deviation = Math.sqrt((squares + FIGURES.shrink * pooled) / (known.length + FIGURES.shrink));
      if (!(deviation > 0)) continue;
      for (const product of known) into[product] = clip((value(product) - mean) / deviation);
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

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

import { Best, type Neighbours } from './best.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DirtyRows } from './dirty-rows.js';
import { ForwardDecay } from './forward-decay.js';
import { withRoomFor } from './growable.js';
import { logLikelihoodRatio } from './log-likelihood.js';
import { SlotTable } from './slot-table.js';

/**
 * Measured on a year of wholesale orders (20 lines each, the hard case) against exact counts: of the exact top 10, 256 slots find 82 %, 512 97 %,
 * 768 99.6 %. Shops with small baskets never fill them.
 */
const SLOTS = 768;
const ROW_LENGTH = 50;
/** √G² from which a pair is certain enough to stand by itself: p about 0.001. */
const CERTAIN = 3.3;
/** √G² from which a pair may fill a row that has few certain ones: p about 0.1. A shop with 200 orders has little else. */
const LIKELY = 1.6;
const FILL_UP_TO = 10;
/** Yates' continuity correction: without it a pair seen once, of two rare products, counts as certain in any larger shop. */
const CONTINUITY = 0.5;

/**
 * Which products share orders more often than chance explains. Per pair only the orders with both are kept; the rest of each 2×2 table follows
 * from the orders of each product and of the shop. A row has 768 slots under space-saving; what a newcomer inherits is kept
 * beside its count as possible error and never taken for evidence.
 */
export class BoughtTogether {
  readonly dirty = new DirtyRows();
  private readonly table = new SlotTable(SLOTS, this.dirty);
  private counts: Float64Array = new Float64Array(64);
  private all = 0;
  private readonly decay: ForwardDecay;
  private readonly best = new Best(ROW_LENGTH);
  private readonly rescale = (factor: number): void => {
    this.table.scale(factor);
    for (let i = 0; i < this.counts.length; i += 1) this.counts[i] = (this.counts[i] as number) * factor;
    this.all *= factor;
    this.dirty.scale(factor);
  };

  /** @param tauMs how long an order takes to fade to 1/e */
  constructor(tauMs: number) {
    this.decay = new ForwardDecay(tauMs);
  }

  /** An order of these distinct products (the caller bounds their number), at ms since the epoch. */
  fold(items: readonly number[], at: number): void {
    const vote = this.decay.weightAt(at, this.rescale);
    this.all += vote;
    for (const item of items) {
      this.counts = withRoomFor(this.counts, item);
      this.counts[item] = (this.counts[item] as number) + vote;
    }
    for (const a of items) for (const b of items) if (a !== b) this.add(a, b, vote);
  }

  /** Some products of an earlier order, folded as happening at `at`, came back; `kept` did not. Their pairs count no more. */
  takeBack(returned: readonly number[], kept: readonly number[], at: number): void {
    const vote = this.decay.weightAt(at, this.rescale);
    if (kept.length === 0) this.all = Math.max(0, this.all - vote);
    for (const item of returned) this.counts[item] = Math.max(0, (this.counts[item] as number) - vote);
    for (const a of returned) {
      for (const b of returned) if (a !== b) this.add(a, b, -vote);
      for (const b of kept) {
        this.add(a, b, -vote);
        this.add(b, a, -vote);
      }
    }
  }

  /**
   * The products bought with this one, by √G² as of `now` (ms since the epoch): all that are certain, at most 50, and where they are fewer than 10
   * the likely ones too.
   */
  row(item: number, now: number, leaveOut: (item: number) => boolean): Neighbours {
    const row = this.table.row(item);
    if (!row) return { items: [], scores: [] };
    const scale = this.decay.scaleAt(now);
    const first = (this.counts[item] as number) * scale;
    const all = this.all * scale;
    for (let i = 0; i < row.size; i += 1) {
      const neighbour = row.ids[i] as number;
      if (leaveOut(neighbour)) continue;
      const both = ((row.x[i] as number) - (row.y[i] as number)) * scale - CONTINUITY;
      if (both <= 0) continue;
      const score = Math.sqrt(logLikelihoodRatio(both, first, (this.counts[neighbour] as number) * scale, all));
      if (score >= LIKELY) this.best.offer(neighbour, score);
    }
    const { items, scores } = this.best.drain();
    const certain = scores.filter((score) => score >= CERTAIN).length;
    const length = Math.max(certain, Math.min(FILL_UP_TO, items.length));
    return { items: items.slice(0, length), scores: scores.slice(0, length) };
  }

  /** The mass of a row, in the unit of `dirty`. */
  totalOf(item: number): number {
    return this.table.totalOf(item);
  }

  /** The products that have a row. */
  subjects(): Generator<number> {
    return this.table.subjects();
  }

  /** Empties a product's own row; in other rows it gives way in time. */
  drop(item: number): void {
    this.table.drop(item);
  }

  *write(out: ByteWriter): Generator<void> {
    this.decay.write(out);
    out.f64(this.all);
    out.numbers(this.counts);
    this.dirty.write(out);
    yield* this.table.write(out);
  }

  read(from: ByteReader): void {
    this.decay.read(from);
    this.all = from.f64();
    this.counts = from.f64s();
    this.dirty.read(from);
    this.table.read(from);
  }

  private add(a: number, b: number, vote: number): void {
    const row = this.table.open(a);
    let at = row.find(b);
    if (at >= 0) row.addAt(at, vote, 0);
    else if (vote > 0) {
      at = row.claim(b);
      if (at >= 0) row.addAt(at, vote, 0);
      else {
        at = row.smallest();
        const inherited = row.x[at] as number;
        row.ids[at] = b;
        row.setAt(at, inherited + vote, inherited);
      }
    }
    this.dirty.touch(a, Math.abs(vote));
  }
}

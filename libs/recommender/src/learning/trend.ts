import { Best, type Neighbours } from './best.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { Categories } from './categories.js';
import { DirtyRows } from './dirty-rows.js';
import { ForwardDecay } from './forward-decay.js';
import { withRoomFor } from './growable.js';

const DAY = 86_400_000;
const ROW_LENGTH = 100;
/** Half-lives of the counters, days. */
const HALF_LIVES = [1, 7, 30] as const;
/** How much each horizon says of a product's popularity: steady for the most part, quick enough for a day's rush. */
const HORIZON_SHARE = [0.2, 0.3, 0.5] as const;
/** Weight per day that both rates of the trend ratio start with: two clicks do not make a trend. */
const EPSILON = 0.1;
const RATIO_MIN = 0.5;
const RATIO_MAX = 2;
/** Popularity per day that is no more worth a place. */
const NEGLIGIBLE = 1e-4;

/**
 * What a category, or the shop, turns to. Each product has counters with half-lives of 1, 7 and 30 days; a steady rate r per day shows as
 * `r · halfLife / ln 2`, so each gives a rate. Score = (0.2·r1 + 0.3·r7 + 0.5·r30) · clip((r7 + ε) / (r30 + ε), 0.5, 2).
 */
export class Trend {
  /** By category. */
  readonly dirty = new DirtyRows();
  private readonly horizons = HALF_LIVES.map((days) => new Horizon(days));
  private latestDay = 0;
  private readonly best = new Best(ROW_LENGTH);

  constructor(private readonly categories: Categories) {}

  /** A product gained weight (or lost some that it gained at `at`), ms since the epoch. */
  add(product: number, weight: number, at: number): void {
    if (weight === 0) return;
    for (const horizon of this.horizons) horizon.add(product, weight, at);
    for (const category of this.categories.of(product)) this.dirty.touch(category, Math.abs(weight));
    this.turnDay(at);
  }

  /** The products of a category that are on sale, best first, as of `now` (ms since the epoch). */
  row(category: number, now: number): Neighbours {
    const [day, week, month] = this.horizons as [Horizon, Horizon, Horizon];
    const dayScale = day.rateScale(now);
    const weekScale = week.rateScale(now);
    const monthScale = month.rateScale(now);
    for (const product of this.categories.membersOf(category)) {
      const weekly = week.at(product) * weekScale;
      const monthly = month.at(product) * monthScale;
      const popularity =
        HORIZON_SHARE[0] * day.at(product) * dayScale + HORIZON_SHARE[1] * weekly + HORIZON_SHARE[2] * monthly;
      if (popularity < NEGLIGIBLE) continue;
      const ratio = (weekly + EPSILON) / (monthly + EPSILON);
      this.best.offer(product, popularity * Math.min(RATIO_MAX, Math.max(RATIO_MIN, ratio)));
    }
    return this.best.drain();
  }

  /** What a category was last worth, in the unit of `dirty`: its month's weight as of `now`. */
  totalOf(category: number, now: number): number {
    const month = this.horizons[2] as Horizon;
    let sum = 0;
    for (const product of this.categories.membersOf(category)) sum += month.at(product);
    return sum * month.scale(now);
  }

  *write(out: ByteWriter): Generator<void> {
    out.f64(this.latestDay);
    this.dirty.write(out);
    for (const horizon of this.horizons) {
      horizon.write(out);
      yield;
    }
  }

  read(from: ByteReader): void {
    this.latestDay = from.f64();
    this.dirty.read(from);
    for (const horizon of this.horizons) horizon.read(from);
  }

  /** Time alone changes the ratios: once a day every row is due. */
  private turnDay(at: number): void {
    const day = Math.floor(at / DAY);
    if (day <= this.latestDay) return;
    this.latestDay = day;
    for (let category = 0; category < this.categories.size; category += 1)
      this.dirty.touch(category, Number.POSITIVE_INFINITY);
  }
}

/** Weights per product under one half-life. */
class Horizon {
  private weights: Float64Array = new Float64Array(64);
  private readonly decay: ForwardDecay;
  private readonly rescale = (factor: number): void => {
    for (let i = 0; i < this.weights.length; i += 1) this.weights[i] = (this.weights[i] as number) * factor;
  };

  constructor(private readonly halfLifeDays: number) {
    this.decay = new ForwardDecay((halfLifeDays * DAY) / Math.LN2);
  }

  add(product: number, weight: number, at: number): void {
    this.weights = withRoomFor(this.weights, product);
    const vote = this.decay.weightAt(at, this.rescale);
    this.weights[product] = Math.max(0, (this.weights[product] as number) + weight * vote);
  }

  at(product: number): number {
    return this.weights[product] ?? 0;
  }

  /** Turns a counter into what is left of it at `now`. */
  scale(now: number): number {
    return this.decay.scaleAt(now);
  }

  /** Turns a counter into a rate per day at `now`. */
  rateScale(now: number): number {
    return (this.scale(now) * Math.LN2) / this.halfLifeDays;
  }

  write(out: ByteWriter): void {
    this.decay.write(out);
    out.numbers(this.weights);
  }

  read(from: ByteReader): void {
    this.decay.read(from);
    this.weights = from.f64s();
  }
}

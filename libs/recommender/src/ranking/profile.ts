import type { Evidence } from '../memory/evidence.js';
import type { Shelf } from './shelf.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Settings of the profile; measured or judged values of the literature, see each. */
export const PROFILE = {
  /** Products a walk starts from. */
  seeds: 10,
  /** Seed k (0 = latest) weighs exp(-k / 2): best of 56 trials on two public data sets. */
  seedFade: 2,
  /** What earlier sessions weigh against the open one. */
  earlierSessions: 0.3,
  /** A session is over after this long without a deed. */
  sessionGapMs: 30 * MINUTE,
  /** Half-life of an intention to buy, and how long it is remembered at all. */
  considerHalfLifeMs: 7 * DAY,
  considerMs: 30 * DAY,
  /** Half-life of an interest in a category. */
  interestHalfLifeMs: 14 * DAY,
  /** How much more the open session says about interests. */
  sessionInterest: 3,
  /** The most that long-term interests may add to a score: long-term profiles mostly did not help, so they only tilt. */
  tilt: 0.5,
} as const;

/** A product that the shopper looked at or put in the cart, and did not buy since. */
export interface Considered {
  readonly product: number;
  /** Above 0; higher is more likely still wanted. */
  readonly weight: number;
  readonly inCart: boolean;
  readonly inSession: boolean;
}

/** A shopper's memory, prepared for ranking. Holds as long as the evidence does not change, some minutes at most. */
export interface ShopperProfile {
  /** Distinct products, latest first. */
  readonly seeds: readonly number[];
  /** Of the seeds; they sum to 1. */
  readonly seedWeights: readonly number[];
  /** Strongest first. */
  readonly considered: readonly Considered[];
  /** When a product was last bought or returned, ms since the epoch. */
  readonly settledAt: ReadonlyMap<number, number>;
  /** Categories with their ancestors by the share of interest that falls below them, 0 to 1, greatest first. */
  readonly interests: readonly { readonly category: number; readonly share: number }[];
  /** Main categories of what was looked at, by share, greatest first. */
  readonly leaves: readonly { readonly category: number; readonly share: number }[];
  /** 0 to PROFILE.tilt: how far interests may tilt a list. Low while the open session has nothing to do with the memory: a gift, another person. */
  readonly tilt: number;
  /** Products of the evidence that the shelf did not know. */
  readonly unknown: number;
}

interface Thread {
  readonly product: number;
  readonly inSession: boolean;
  weight: number;
  inCart: boolean;
  /** Bought, returned or taken out of the cart: what came before no longer counts. */
  closed: boolean;
  readonly dropped: boolean;
}

const CLOSING = new Set(['order', 'return', 'cart-remove']);

/** Reads the evidence of one shopper (newest first) into a profile. */
export function profileOf(shelf: Shelf, evidence: readonly Evidence[], now: number): ShopperProfile {
  const threads = new Map<number, Thread>();
  const settledAt = new Map<number, number>();
  const latest = evidence[0];
  const open = latest && now - Date.parse(latest.occurredAt) < PROFILE.sessionGapMs ? latest.sessionId : undefined;
  const session = new Interests(shelf);
  const memory = new Interests(shelf);
  let unknown = 0;
  let clicks = 0;
  for (const { productId, kind, occurredAt, sessionId, weight } of evidence) {
    const product = shelf.find(productId);
    if (product === -1) unknown++;
    if (product === -1 || weight === 0) continue;
    const at = Date.parse(occurredAt);
    const age = Math.max(0, now - at);
    const inSession = sessionId === open;
    const closing = CLOSING.has(kind);
    let thread = threads.get(product);
    if (thread === undefined) {
      const dropped = kind === 'cart-remove' || kind === 'return';
      threads.set(product, (thread = { product, inSession, weight: 0, inCart: false, closed: false, dropped }));
    }
    if (closing && kind !== 'cart-remove' && !settledAt.has(product)) settledAt.set(product, at);
    if (closing) thread.closed = true;
    if (!thread.closed && age <= PROFILE.considerMs) {
      const recency = 0.5 + 0.5 * Math.exp(-clicks / 3);
      thread.weight += Math.max(0, weight) * recency * 2 ** (-age / PROFILE.considerHalfLifeMs);
      thread.inCart ||= kind === 'cart-add';
    }
    clicks++;
    if (weight > 0) (inSession ? session : memory).add(product, weight * 2 ** (-age / PROFILE.interestHalfLifeMs));
  }
  const all = memory.with(session, PROFILE.sessionInterest);
  return {
    ...seedsOf(threads, open !== undefined),
    considered: consideredOf(shelf, threads),
    settledAt,
    interests: all.shares().slice(0, 40),
    leaves: all.leafShares().slice(0, 3),
    tilt: PROFILE.tilt * (session.total === 0 ? 1 : session.overlap(memory)),
    unknown,
  };
}

function seedsOf(threads: ReadonlyMap<number, Thread>, sessionOpen: boolean) {
  const seeds: number[] = [];
  const raw: number[] = [];
  for (const { product, inSession, dropped } of threads.values()) {
    if (dropped) continue;
    const share = sessionOpen && !inSession ? PROFILE.earlierSessions : 1;
    raw.push(share * Math.exp(-seeds.length / PROFILE.seedFade));
    seeds.push(product);
    if (seeds.length === PROFILE.seeds) break;
  }
  const sum = raw.reduce((a, b) => a + b, 0);
  return { seeds, seedWeights: raw.map((weight) => weight / sum) };
}

const consideredOf = (shelf: Shelf, threads: ReadonlyMap<number, Thread>): Considered[] =>
  [...threads.values()]
    .filter(({ weight }) => weight > 0)
    .map(({ product, weight, inCart, inSession }) => ({ product, weight, inCart, inSession }))
    .sort((a, b) => b.weight - a.weight || (shelf.id(a.product) < shelf.id(b.product) ? -1 : 1));

/** Weight of interest by category. */
class Interests {
  total = 0;
  private readonly byCategory = new Map<number, number>();
  private readonly byLeaf = new Map<number, number>();

  constructor(private readonly shelf: Shelf) {}

  add(product: number, weight: number): void {
    this.total += weight;
    for (const category of this.shelf.categoriesOf(product)) grow(this.byCategory, category, weight);
    const leaf = this.shelf.leaf[product]!;
    if (leaf !== -1) grow(this.byLeaf, leaf, weight);
  }

  with(other: Interests, factor: number): Interests {
    const sum = new Interests(this.shelf);
    for (const [from, times] of [
      [this, 1],
      [other, factor],
    ] as const) {
      sum.total += from.total * times;
      for (const [category, weight] of from.byCategory) grow(sum.byCategory, category, weight * times);
      for (const [category, weight] of from.byLeaf) grow(sum.byLeaf, category, weight * times);
    }
    return sum;
  }

  shares() {
    return this.sharesOf(this.byCategory);
  }

  leafShares() {
    return this.sharesOf(this.byLeaf);
  }

  /** How much of this lies in main categories, or directly above them, that the other knows too; 0 to 1. */
  overlap(other: Interests): number {
    let shared = 0;
    for (const [leaf, weight] of this.byLeaf) {
      const [self, parent] = this.shelf.categories.lineage(leaf);
      if (other.byCategory.has(self!)) shared += weight;
      else if (parent !== undefined && other.byCategory.has(parent)) shared += weight / 2;
    }
    return this.total === 0 ? 0 : shared / this.total;
  }

  private sharesOf(weights: ReadonlyMap<number, number>) {
    const { categories } = this.shelf;
    return [...weights]
      .map(([category, weight]) => ({ category, share: weight / this.total }))
      .sort((a, b) => b.share - a.share || (categories.path(a.category) < categories.path(b.category) ? -1 : 1));
  }
}

const grow = (map: Map<number, number>, key: number, by: number): void => {
  map.set(key, (map.get(key) ?? 0) + by);
};

import { cartsOf } from '../memory/carts.js';
import { consideringOf } from '../memory/considering.js';
import type { Evidence } from '../memory/evidence.js';
import { historiesOf } from '../memory/history.js';
import { fading, type MemoryView } from '../memory/view.js';
import { Interests, type Interest } from './interests.js';
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
  /** What a pending cart is worth when it was put together just now. */
  cart: 3,
  /** Products under consideration that are kept. */
  considered: 100,
  /** Half-life of an interest in a category. */
  interestHalfLifeMs: 14 * DAY,
  /** How much more the open session says about interests. */
  sessionInterest: 3,
  /** The most that long-term interests may add to a score: long-term profiles mostly did not help, so they only tilt. */
  tilt: 0.5,
} as const;

/** A product that is under consideration or waits in the cart. */
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
  readonly interests: readonly Interest[];
  /** Main categories of what was looked at, by share, greatest first. */
  readonly leaves: readonly Interest[];
  /** 0 to PROFILE.tilt: how far interests may tilt a list. Low while the open session has nothing to do with the memory: a gift, another person. */
  readonly tilt: number;
  /** Products of the evidence that the shelf did not know. */
  readonly unknown: number;
}

/** What the latest deed with a product was. */
interface Latest {
  readonly product: number;
  readonly inSession: boolean;
  /** Taken out of the cart or sent back: no place to start from. */
  readonly dropped: boolean;
}

/** Reads the evidence of one shopper (newest first) into a profile. */
export function profileOf(shelf: Shelf, evidence: readonly Evidence[], now: number): ShopperProfile {
  const newest = evidence[0];
  const open = newest && now - Date.parse(newest.occurredAt) < PROFILE.sessionGapMs ? newest.sessionId : undefined;
  const latest = new Map<number, Latest>();
  const settledAt = new Map<number, number>();
  const session = new Interests(shelf);
  const memory = new Interests(shelf);
  let unknown = 0;
  for (const { productId, kind, occurredAt, sessionId, weight } of evidence) {
    const product = shelf.find(productId);
    if (product === -1) unknown++;
    if (product === -1 || weight === 0) continue;
    const at = Date.parse(occurredAt);
    const inSession = sessionId === open;
    if (!latest.has(product)) {
      latest.set(product, { product, inSession, dropped: kind === 'cart-remove' || kind === 'return' });
    }
    if ((kind === 'order' || kind === 'return') && !settledAt.has(product)) settledAt.set(product, at);
    const faded = weight * 2 ** (-Math.max(0, now - at) / PROFILE.interestHalfLifeMs);
    if (weight > 0) (inSession ? session : memory).add(product, faded);
  }
  const all = memory.with(session, PROFILE.sessionInterest);
  return {
    ...seedsOf(latest, open !== undefined),
    considered: consideredOf(shelf, evidence, latest, now),
    settledAt,
    interests: all.shares().slice(0, 40),
    leaves: all.leafShares().slice(0, 3),
    tilt: PROFILE.tilt * (session.total === 0 ? 1 : session.overlap(memory)),
    unknown,
  };
}

function seedsOf(latest: ReadonlyMap<number, Latest>, sessionOpen: boolean) {
  const seeds: number[] = [];
  const raw: number[] = [];
  for (const { product, inSession, dropped } of latest.values()) {
    if (dropped) continue;
    const share = sessionOpen && !inSession ? PROFILE.earlierSessions : 1;
    raw.push(share * Math.exp(-seeds.length / PROFILE.seedFade));
    seeds.push(product);
    if (seeds.length === PROFILE.seeds) break;
  }
  const sum = raw.reduce((a, b) => a + b, 0);
  return { seeds, seedWeights: raw.map((weight) => weight / sum) };
}

/** What the memory says is under consideration, and what else waits in the cart. */
function consideredOf(
  shelf: Shelf,
  evidence: readonly Evidence[],
  latest: ReadonlyMap<number, Latest>,
  now: number,
): Considered[] {
  const view: MemoryView = { now, facts: (productId) => factsOf(shelf, productId) };
  const histories = historiesOf(evidence);
  const carted = new Map<number, number>();
  for (const { productId, addedAt, outcome } of cartsOf(histories, view, PROFILE.considered)) {
    if (outcome !== 'pending' && outcome !== 'price-rose' && outcome !== 'sold-out') continue;
    carted.set(shelf.find(productId), PROFILE.cart * fading(view, productId, addedAt));
  }
  const weights = new Map(carted);
  for (const { productId, weight } of consideringOf(histories, view, PROFILE.considered)) {
    weights.set(shelf.find(productId), weight);
  }
  weights.delete(-1);
  return [...weights]
    .map(([product, weight]) => {
      return { product, weight, inCart: carted.has(product), inSession: latest.get(product)?.inSession ?? false };
    })
    .sort((a, b) => b.weight - a.weight || (shelf.id(a.product) < shelf.id(b.product) ? -1 : 1));
}

function factsOf(shelf: Shelf, productId: string) {
  const product = shelf.find(productId);
  const facts = product === -1 ? undefined : shelf.factsOf(product);
  if (facts === undefined) return undefined;
  const leaf = shelf.leaf[product]!;
  return {
    title: facts.title,
    category: leaf === -1 ? null : shelf.categories.path(leaf),
    price: shelf.offersOf(product).variants[0]?.price ?? null,
    sellable: shelf.sellable[product] === 1,
  };
}

import { cumulate, exp, type Random } from './random.js';
import { STYLES } from './department.js';
import type { Leaf, Shelf, Ware, World } from './world.js';

/** Who somebody is, as far as a shop could ever tell. */
export interface Shopper {
  /** One browser, or two. */
  readonly devices: readonly string[];
  /** Half of them have an account. */
  readonly userId?: string | undefined;
  readonly tastes: readonly Leaf[];
  readonly tasteWeights: readonly number[];
  readonly style: string;
  /** Brands that this one would rather have. */
  readonly brands: ReadonlySet<string>;
  /** What they like to pay, against the usual price of a type. */
  readonly priceLevel: number;
  /** How ready to buy, about 1. */
  readonly resolve: number;
  /** Size and pack position that they take, 0 to 1. */
  readonly size: number;
}

export function aShopper(index: number, world: World, weights: readonly number[], random: Random): Shopper {
  const tastes = tastesOf(world, weights, random);
  const wares = tastes.flatMap(({ shelves }) => shelves.flatMap(({ wares }) => wares.slice(0, 6)));
  const id = index.toString(36).padStart(4, '0') + random.bits().toString(16).padStart(8, '0');
  return {
    devices: random.chance(0.22) ? [`a-${id}`, `a-${id}m`] : [`a-${id}`],
    ...(random.chance(0.5) && { userId: `u-${10_000 + index}` }),
    tastes,
    tasteWeights: cumulate(tastes.map((_, place) => 1 / (place + 1))),
    style: random.pick(STYLES),
    brands: new Set(random.sample(wares, 3).map(({ brand }) => brand)),
    priceLevel: exp(0.28 * random.normal()),
    resolve: exp(0.45 * random.normal()),
    size: Math.min(Math.max(0.5 + 0.2 * random.normal(), 0), 0.999),
  };
}

/** Two to four shelves; one is often next to another one already liked. */
function tastesOf(world: World, weights: readonly number[], random: Random): Leaf[] {
  const wanted = Math.min(random.int(2, 4), world.leaves.length);
  const tastes = new Set<Leaf>();
  for (let tries = 0; tastes.size < wanted && tries < 40; tries++) {
    const [first] = tastes;
    const near = first && random.chance(0.55) ? neighbourOf(first, world, random) : undefined;
    tastes.add(near ?? world.leaves[random.weighted(weights)]!);
  }
  return [...tastes];
}

function neighbourOf(leaf: Leaf, world: World, random: Random): Leaf | undefined {
  const { companions } = random.pick(leaf.shelves);
  const paths = new Set(companions.map(({ type }) => type.path).filter((path) => path !== leaf.path));
  const candidates = world.leaves.filter(({ path }) => paths.has(path));
  return candidates.length > 0 ? random.pick(candidates) : undefined;
}

/** What goes with a ware on another shelf: half of the time the one that goes with it best, whoever asks. */
export function companionOf(shopper: Shopper, ware: Ware, shelf: Shelf, random: Random): Ware {
  return random.chance(0.5) ? bestMatch(ware, shelf) : choose(shopper, shelf, random, ware);
}

function bestMatch(ware: Ware, shelf: Shelf): Ware {
  let best = shelf.wares[0]!;
  let bestScore = -1;
  shelf.wares.forEach((candidate, rank) => {
    if (!candidate.sellable) return;
    const score = matches(candidate, ware) / Math.sqrt(rank + 1);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  });
  return best;
}

/** What is to go together should match. */
function matches(ware: Ware, other: Ware): number {
  return (
    (ware.brand === other.brand ? 2.2 : 1) *
    (ware.range === other.range ? 1.8 : 1) *
    (ware.kind === other.kind ? 1.3 : 1)
  );
}

/** What this shopper would look at on a shelf: popular wares, and among those the ones that suit. */
export function choose(shopper: Shopper, shelf: Shelf, random: Random, alike?: Ware): Ware {
  let best: Ware | undefined;
  let bestScore = -1;
  for (let i = 0; i < 4; i++) {
    const ware = shelf.wares[random.weighted(shelf.popularity)]!;
    const score = suits(shopper, ware, alike) * (0.3 + random.unit());
    if (score > bestScore) [best, bestScore] = [ware, score];
  }
  return best!;
}

function suits(shopper: Shopper, ware: Ware, alike: Ware | undefined): number {
  const level = ware.price / (ware.type.price * shopper.priceLevel);
  const distance = level > 1 ? level - 1 : 1 / level - 1;
  let score = 1 / (1 + 2 * distance * distance);
  if (ware.style === shopper.style) score *= 1.8;
  if (shopper.brands.has(ware.brand)) score *= 1.7;
  return alike ? score * matches(ware, alike) : score;
}

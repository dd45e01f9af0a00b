import type { CatalogItem } from '@shopkeeper/contracts';
import { browse, gift, need, type Scene } from './journeys.js';
import { cumulate, Random } from './random.js';
import { aShopper, type Shopper } from './shopper.js';
import { toRequest, type SampleEvent } from './to-request.js';
import { DAY, HOUR, SECOND, Visit, type Act } from './visit.js';
import { buildWorld, type Leaf, type World } from './world.js';

/** About so many events make some 17,000 shoppers and 120 days. */
export const SAMPLE_EVENTS = 200_000;
const DAYS = 120;
/** Hours at which people shop, midnight first. */
const HOURS = cumulate([
  2, 1, 0.5, 0.3, 0.3, 0.6, 1.5, 3, 4, 5, 5.5, 6, 6.5, 5.5, 5, 5, 5, 5.5, 6.5, 8, 9.5, 9, 6.5, 4,
]);
/** The story ends at eight in the evening of its last day, whatever the clock says. */
const CLOSING = 20;

export interface SampleEventOptions {
  readonly seed: number;
  /** A catalogue of `sampleCatalog`. */
  readonly catalog: Iterable<CatalogItem>;
  /** The moment of the last event, ms since the epoch. */
  readonly until: number;
  /** About how many events, default 200,000; the shoppers are as many as that takes. */
  readonly events?: number;
}

/**
 * What shoppers did in the 120 days before `until`, in the order of time, in the gateway's shape. The same seed and catalogue tell the
 * same story; another `until` moves all of it by the same span and changes nothing else.
 */
export function* sampleEvents(options: SampleEventOptions): Generator<SampleEvent> {
  for (const event of sampleEventSteps(options)) if (event) yield event;
}

/** The same in small steps, some without an event: for a process that must not be kept busy for long. */
export function* sampleEventSteps(options: SampleEventOptions): Generator<SampleEvent | undefined> {
  const { seed, until } = options;
  const random = new Random(`events/${seed}`);
  const world = buildWorld(options.catalog, random.fork('world'));
  if (world.wares.length === 0) return;
  const diary: Act[] = [];
  for (const _shopper of story(world, options.events ?? SAMPLE_EVENTS, random, diary)) yield undefined;
  const beginning = until - DAYS * DAY;
  let told = 0;
  let orders = 100_000;
  for (const day of byDay(diary)) {
    for (const act of day) {
      if (act.what.event === 'Order Completed') act.what.order.number = ++orders;
      yield toRequest(act, `m-${seed}-${++told}`, beginning);
    }
  }
}

/** Fills the diary, one shopper per step. */
function* story(world: World, wanted: number, random: Random, diary: Act[]): Generator<void> {
  const seasons = seasonsOf(world);
  const days = cumulate(Array.from({ length: DAYS }, (_, day) => (1 + day / (4 * DAYS)) * (day % 7 > 4 ? 1.25 : 1)));
  const crawlers = Math.max(1, Math.round(wanted / 60_000));
  for (let i = 0; i < crawlers; i++) crawl(world, diary, Math.min(200, wanted / 50), random.fork(`crawler ${i}`));
  for (let index = 1; diary.length < wanted; index++) {
    const own = random.fork(`shopper ${index}`);
    // Some were customers before the story begins.
    const first = own.chance(0.15) ? own.exponential(25 * DAY) : own.weighted(days) * DAY;
    const shopper = aShopper(index, world, seasonAt(seasons, first), own);
    live(shopper, world, first, seasons, { shopper, random: own, diary, end: DAYS * DAY, atAGoodHour: goodHours(own) });
    yield;
  }
}

/** In the order of time, sorted day by day: all at once would take too long for one go. */
function* byDay(diary: readonly Act[]): Generator<readonly Act[]> {
  const days = Array.from({ length: DAYS + 1 }, (): Act[] => []);
  for (const act of diary) if (act.at <= DAYS * DAY) days[Math.max(0, Math.floor(act.at / DAY))]!.push(act);
  for (const day of days) yield day.sort((a, b) => a.at - b.at);
}

function live(shopper: Shopper, world: World, first: number, seasons: readonly number[][], scene: Scene): void {
  const { random } = scene;
  let at = first;
  for (let journeys = 0; journeys < 12 && at < scene.end; journeys++) {
    const way = random.unit();
    const leaf = shopper.tastes[random.weighted(shopper.tasteWeights)]!;
    if (way < 0.24) browse(scene, leaf, at);
    else if (way < 0.78) need(scene, shelfOf(leaf, random), at);
    else if (way < 0.9) gift(scene, foreign(shopper, world, seasonAt(seasons, at), random), at);
    // On a whim: any shelf, decided quickly.
    else need(scene, shelfOf(foreign(shopper, world, seasonAt(seasons, at), random), random), at, 0.5);
    if (random.chance(0.42)) return;
    at += DAY + random.exponential(13 * DAY);
  }
}

const shelfOf = (leaf: Leaf, random: Random) => leaf.shelves[random.weighted(leaf.demand)]!;

function foreign(shopper: Shopper, world: World, weights: readonly number[], random: Random): Leaf {
  for (let tries = 0; tries < 10; tries++) {
    const leaf = world.leaves[random.weighted(weights)]!;
    if (!shopper.tastes.includes(leaf)) return leaf;
  }
  return world.leaves[random.weighted(weights)]!;
}

/** Rising sums of the demand for each leaf, for each tenth of the story. */
const seasonsOf = (world: World): number[][] =>
  Array.from({ length: 10 }, (_, tenth) =>
    cumulate(world.leaves.map(({ weight, season }) => weight * (1 + ((season - 1) * tenth) / 9))),
  );

const seasonAt = (seasons: readonly number[][], at: number): readonly number[] =>
  seasons[Math.min(9, Math.floor((at / (DAYS * DAY)) * 10))]!;

function goodHours(random: Random): (moment: number) => number {
  let last = -Infinity;
  return (moment) => {
    const day = Math.floor(moment / DAY);
    const hour = (random.weighted(HOURS) + 24 - CLOSING) % 24;
    const at = Math.round(day * DAY + (hour + random.unit()) * HOUR);
    // One visit after the other.
    last = Math.max(at, last + HOUR);
    return last;
  };
}

/** A program that reads the shop page by page: every shop has some, and they must teach nothing. */
function crawl(world: World, diary: Act[], pages: number, random: Random): void {
  const shopper = aShopper(0, world, cumulate(world.leaves.map(() => 1)), random);
  const visit = new Visit(
    diary,
    { ...shopper, userId: undefined },
    Math.round(random.between(0.1, 0.9) * DAYS * DAY),
    random,
  );
  let page = random.int(0, world.wares.length - 1);
  for (let i = 0; i < pages; i++) {
    const before = visit.at;
    visit.view(world.wares[page++ % world.wares.length]!);
    visit.at = before + Math.round(random.between(0.4, 1.6) * SECOND);
  }
}

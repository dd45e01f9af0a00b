import { choose, companionOf, type Shopper } from './shopper.js';
import type { Random } from './random.js';
import { queryFor } from './queries.js';
import { DAY, HOUR, Visit, type Act, type Order } from './visit.js';
import type { Leaf, Shelf, Ware } from './world.js';

/** What a journey needs to know of the outside. */
export interface Scene {
  readonly shopper: Shopper;
  readonly random: Random;
  readonly diary: Act[];
  /** ms after the beginning at which the story ends. */
  readonly end: number;
  /** Puts a moment into the hours at which people shop. */
  readonly atAGoodHour: (moment: number) => number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** How long one thinks about such a thing, in days: longer the dearer it is. */
const deliberation = ({ type }: Shelf): number => clamp((type.leaf.deliberation * type.price) / 35, 0.15, 12);

const visitAt = (scene: Scene, moment: number): Visit | undefined => {
  const at = scene.atAGoodHour(moment);
  return at < scene.end ? new Visit(scene.diary, scene.shopper, at, scene.random) : undefined;
};

/** Somebody needs a thing: compares a few over one or several visits, then buys, or leaves the cart, or lets it be. */
export function need(scene: Scene, shelf: Shelf, start: number, readiness = 1): void {
  const { random, shopper } = scene;
  const days = deliberation(shelf);
  const visits = 1 + Math.min(4, Math.floor(random.exponential(0.3 + 0.28 * Math.sqrt(days))));
  const considered: Ware[] = [];
  const consider = (): Ware => {
    const ware = choose(shopper, shelf, random, considered[0]);
    if (!considered.includes(ware)) considered.push(ware);
    return ware;
  };
  let at = start;
  for (let number = 1; number <= visits; number++) {
    const visit = visitAt(scene, at);
    if (!visit) return;
    const list = enter(visit, shelf, random, number > 1 ? considered[0] : undefined);
    const looks = number === 1 ? random.int(1, 3) : random.int(0, 1);
    for (let i = 0; i < looks; i++) visit.view(consider(), list);
    if (number > 1 || considered.length === 0) visit.view(considered[0] ?? consider());
    if (random.chance(0.16)) lookAround(visit, shelf, considered[0], random);
    if (number === visits) decide(scene, visit, shelf, considered, days, readiness);
    at = visit.at + Math.max(2 * HOUR, random.exponential((days / visits) * DAY));
  }
}

/** The list that is on the screen, or none for those who come by a link. */
function enter(visit: Visit, shelf: Shelf, random: Random, known: Ware | undefined): string | undefined {
  const way = random.unit();
  if (way < 0.36) {
    visit.search(queryFor(shelf, known, random));
    return 'search';
  }
  if (way < 0.66) {
    visit.list(shelf.type.path);
    return shelf.type.path;
  }
  return undefined;
}

function lookAround(visit: Visit, shelf: Shelf, alike: Ware | undefined, random: Random): void {
  const companion = shelf.companions[random.weighted(shelf.companionWeights)];
  if (!companion) return;
  const ware = alike ? companionOf(visit.shopper, alike, companion, random) : choose(visit.shopper, companion, random);
  visit.view(ware, random.chance(0.4) ? companion.type.path : undefined);
}

function decide(
  scene: Scene,
  visit: Visit,
  shelf: Shelf,
  considered: readonly Ware[],
  days: number,
  readiness: number,
): void {
  const { random, shopper } = scene;
  const favourite = considered.find(({ sellable }) => sellable);
  const wants = clamp(0.42 * shopper.resolve * readiness, 0, 0.9);
  if (!favourite) return;
  if (!random.chance(wants)) {
    if (random.chance(0.05)) visit.wish(favourite);
    return;
  }
  if (!visit.add(favourite)) return;
  addCompanions(visit, shelf, favourite, random);
  if (random.chance(0.05)) visit.remove();
  if (visit.cart.length === 0) return;
  if (random.chance(clamp(0.36 * shopper.resolve * readiness, 0, 0.85))) {
    afterwards(scene, visit.pay(), visit.at);
    return;
  }
  visit.hesitate();
  if (random.chance(0.16)) comeBack(scene, visit, days);
}

/** With the thing go others of the same undertaking. */
function addCompanions(visit: Visit, shelf: Shelf, favourite: Ware, random: Random): void {
  const seen = new Set<Shelf>();
  for (let i = 0; i < 4 && random.chance(0.66); i++) {
    const companion = shelf.companions[random.weighted(shelf.companionWeights)];
    if (!companion || seen.has(companion)) continue;
    seen.add(companion);
    const ware = companionOf(visit.shopper, favourite, companion, random);
    visit.view(ware);
    if (random.chance(0.68)) visit.add(ware);
  }
}

/** A cart left behind is sometimes a decision put off. */
function comeBack(scene: Scene, left: Visit, days: number): void {
  const visit = visitAt(scene, left.at + Math.max(3 * HOUR, scene.random.exponential(days * DAY)));
  if (!visit) return;
  visit.cart.push(...left.cart);
  visit.view(left.cart[0]!.ware);
  afterwards(scene, visit.pay(), visit.at);
}

/** Returns, the missing other half, and what is used up. */
function afterwards(scene: Scene, order: Order, at: number): void {
  const { random, shopper } = scene;
  for (const line of order.lines) {
    const { type } = line.ware;
    const returned = type.traits.sizes ? 0.15 : type.traits.every ? 0.005 : 0.04;
    if (random.chance(returned)) visitAt(scene, at + random.between(4, 16) * DAY)?.refund(order, [line]);
    else if (type.traits.every) replenish(scene, line.ware, at, type.traits.every);
  }
  const [first] = order.lines;
  if (!first || !random.chance(0.12)) return;
  const shelf = scene.shopper.tastes.flatMap(({ shelves }) => shelves).find(({ type }) => type === first.ware.type);
  const companion = shelf?.companions[random.weighted(shelf.companionWeights)];
  const later = companion && visitAt(scene, at + random.between(2, 18) * DAY);
  if (!companion || !later) return;
  const ware = companionOf(shopper, first.ware, companion, random);
  later.view(ware, enter(later, companion, random, undefined));
  if (random.chance(0.3) && later.add(ware)) later.pay();
}

function replenish(scene: Scene, ware: Ware, at: number, every: number): void {
  const { random } = scene;
  for (let next = at; random.chance(0.5);) {
    next += every * random.between(0.75, 1.4) * DAY;
    const visit = visitAt(scene, next);
    if (!visit) return;
    visit.view(ware);
    if (visit.add(ware)) visit.pay();
  }
}

/** Strolling along one's own shelves, without a plan. */
export function browse(scene: Scene, leaf: Leaf, start: number): void {
  const { random, shopper } = scene;
  const visit = visitAt(scene, start);
  if (!visit) return;
  visit.list(leaf.path);
  for (let i = random.int(1, 4); i > 0; i--) {
    const shelf = leaf.shelves[random.weighted(leaf.demand)]!;
    const ware = choose(shopper, shelf, random);
    visit.view(ware, leaf.path);
    if (random.chance(0.025)) visit.wish(ware);
    if (random.chance(0.015)) visit.add(ware);
    if (random.chance(0.15)) lookAround(visit, shelf, ware, random);
  }
}

/** A present for somebody else: foreign shelves, in a hurry, more resolute than usual. */
export function gift(scene: Scene, leaf: Leaf, start: number): void {
  const { random, shopper } = scene;
  const visit = visitAt(scene, start);
  if (!visit) return;
  const shelf = leaf.shelves[random.weighted(leaf.demand)]!;
  if (random.chance(0.6)) {
    const { recipients, occasions } = shelf.type.department;
    visit.search(random.chance(0.5) ? `gift for ${random.pick(recipients)}` : `${random.pick(occasions)} gift`);
  } else visit.list(leaf.path);
  const considered = Array.from({ length: random.int(2, 4) }, () => choose(shopper, shelf, random));
  for (const ware of considered) visit.view(ware, leaf.path);
  const favourite = considered.find(({ sellable }) => sellable);
  if (!favourite || !random.chance(0.5) || !visit.add(favourite)) return;
  addCompanions(visit, shelf, favourite, random);
  if (random.chance(0.5)) visit.pay();
  else visit.hesitate();
}

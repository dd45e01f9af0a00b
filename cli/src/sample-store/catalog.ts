import type { CatalogItem } from '@shopkeeper/contracts';
import type { Brand } from './department.js';
import { KINDS } from './kinds.js';
import { offerOf, variantsOf } from './offers.js';
import { Random } from './random.js';
import { authorName, bookName, descriptionOf, titleOf, type Design } from './titles.js';
import { TYPES, type TypeInfo } from './types.js';
import { EDITIONS, RANGES } from './vocabulary.js';

/** Five thousand: the size of a mid-sized store. */
export const SAMPLE_SIZE = 5_000;

/**
 * A believable catalogue of `size` products, currency EUR. The same seed and size give the same items, byte for byte, on every
 * machine. The items carry no `observedAt`: who loads them says when.
 */
export function* sampleCatalog(options: { seed: number; size?: number }): Generator<CatalogItem> {
  const size = options.size ?? SAMPLE_SIZE;
  const random = new Random(`catalog/${options.seed}`);
  const ids = new Ids(size, random.fork('ids'));
  const titles = new Set<string>();
  for (const [type, quota] of quotas(size)) {
    const shelf = random.fork(type.name);
    for (let made = 0; made < quota;) {
      const family = familyOf(type, quota - made, shelf, titles);
      const familyId = family.length > 1 ? `f-${ids.peek()}` : undefined;
      for (const sibling of family) yield toItem(ids.next(), familyId, sibling, shelf);
      made += family.length;
    }
  }
}

/** Numbers in no order that means anything, so that ties broken by id favour no shelf. */
class Ids {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(size: number, random: Random) {
    this.numbers = random.shuffled(Array.from({ length: size }, (_, index) => index + 1));
  }

  peek(): string {
    return String(this.numbers[this.at]).padStart(5, '0');
  }

  next(): string {
    const id = `p-${this.peek()}`;
    this.at++;
    return id;
  }
}

/** How many products each type gets: by share of department, shelf and demand, largest remainders first. */
function quotas(size: number): [TypeInfo, number][] {
  const weights = TYPES.map(
    ({ department, leaf, traits }) =>
      (department.share * leaf.share * (0.5 + 0.5 * (traits.demand ?? 1))) / Math.sqrt(leaf.types.length),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (weight / total) * size);
  const counts = exact.map(Math.floor);
  const missing = size - counts.reduce((sum, count) => sum + count, 0);
  exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
    .slice(0, missing)
    .forEach(({ index }) => counts[index]!++);
  return TYPES.map((type, index) => [type, counts[index]!]);
}

interface Sibling {
  readonly design: Design;
  readonly brand: Brand;
  readonly title: string;
  readonly colour?: string;
}

/** One design, or the same in several colours or editions: the near-duplicates that every real shop has. */
function familyOf(type: TypeInfo, atMost: number, random: Random, titles: Set<string>): Sibling[] {
  const { design, brand } = designOf(type, random);
  const base = titleOf(design);
  const several = random.chance(0.1) ? Math.min(random.int(2, 4), atMost) : 1;
  const coloured = several > 1 && !type.traits.every && !type.traits.packs && !type.traits.colours;
  const colours = random.sample(type.department.colours, several);
  const editions = random.sample(EDITIONS, several);
  return Array.from({ length: Math.min(several, coloured ? colours.length : several) }, (_, index) => {
    const colour = coloured ? colours[index] : undefined;
    const suffix = colour ? `, ${colour}` : index > 0 ? `, ${editions[index]}` : '';
    return { design, brand, title: unique(base + suffix, random, titles), ...(colour && { colour }) };
  });
}

function unique(title: string, random: Random, titles: Set<string>): string {
  let candidate = title;
  for (let number = 2; titles.has(candidate); number++) {
    candidate = number < 4 ? `${title} ${random.pick(EDITIONS)}` : `${title} no. ${number}`;
  }
  titles.add(candidate);
  return candidate;
}

function designOf(type: TypeInfo, random: Random): { design: Design; brand: Brand } {
  const { department, leaf } = type;
  const brand = random.pick(department.brands);
  // A brand has the same few ranges on every shelf: what matches can be bought together.
  const ranges = new Random(`ranges/${brand[0]}`).sample(RANGES, 6);
  const isBook = department.slug === 'books';
  const design: Design = {
    type,
    brand: brand[0],
    range: isBook ? bookName(type, random) : random.pick(ranges),
    kind: random.pick(KINDS[type.name] ?? leaf.materials),
    feature: random.pick(leaf.features),
    use: random.pick(leaf.uses),
    occasion: random.pick(department.occasions),
    recipient: random.pick(department.recipients),
    wording: random.unit(),
    ...(isBook && { author: authorName(random) }),
  };
  return { design, brand };
}

function toItem(productId: string, family: string | undefined, sibling: Sibling, random: Random): CatalogItem {
  const { design, brand, title, colour } = sibling;
  const { type } = design;
  const offer = offerOf(type, brand[2], random);
  const variants = variantsOf(productId, type, type.department.colours, offer, random);
  return {
    productId,
    title,
    description: descriptionOf(design, random),
    brand: design.brand,
    categories: [type.path],
    attributes: {
      type: type.name,
      style: brand[1],
      range: design.range,
      [KINDS[type.name] ? 'kind' : 'material']: design.kind,
      ...(colour && { colour }),
      occasion: [design.occasion],
      recipient: [design.recipient],
      ...(design.author && { author: design.author }),
    },
    url: `/p/${productId}`,
    imageUrl: `/img/${productId}.svg`,
    ...(family && { family }),
    ...(variants ? { variants } : offer),
  };
}

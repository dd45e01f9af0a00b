import type { CatalogItem } from '@shopkeeper/contracts';
import { cumulate, exp, ln, type Random } from './random.js';
import { COMPANIONS, TYPE_BY_NAME, TYPES, type TypeInfo } from './types.js';

export interface Sku {
  readonly sku: string;
  readonly price: number;
  readonly sellable: boolean;
}

/** A product as shoppers see it. */
export interface Ware {
  readonly productId: string;
  readonly type: TypeInfo;
  readonly title: string;
  readonly brand: string;
  readonly style: string;
  readonly range: string;
  readonly kind: string;
  readonly price: number;
  readonly skus: readonly Sku[];
  readonly sellable: boolean;
}

/** The wares of one type, the most wanted first. */
export interface Shelf {
  readonly type: TypeInfo;
  readonly wares: readonly Ware[];
  /** Rising sums of how much each is wanted: Zipf with exponent 0.9. */
  readonly popularity: readonly number[];
  /** What goes with it, best first, with rising sums of how well. */
  readonly companions: readonly Shelf[];
  readonly companionWeights: readonly number[];
}

/** The shop as its shoppers walk through it. */
export interface World {
  readonly shelves: readonly Shelf[];
  readonly wares: readonly Ware[];
  /** Shelves by category path, with rising sums of demand. */
  readonly leaves: readonly Leaf[];
}

export interface Leaf {
  readonly path: string;
  readonly shelves: readonly Shelf[];
  readonly demand: readonly number[];
  readonly weight: number;
  readonly season: number;
}

/** Reads a catalogue made by `sampleCatalog`; items of other origin, whose type is not known, are left out. */
export function buildWorld(catalog: Iterable<CatalogItem>, random: Random): World {
  const byType = new Map<string, Ware[]>();
  for (const item of catalog) {
    const type = TYPE_BY_NAME.get(String(item.attributes?.['type'] ?? ''));
    if (!type) continue;
    const wares = byType.get(type.name) ?? [];
    wares.push(wareOf(item, type));
    byType.set(type.name, wares);
  }
  const shelves = TYPES.flatMap((type) => {
    const wares = byType.get(type.name);
    return wares ? [shelfOf(type, wares, random.fork(type.name))] : [];
  });
  const byName = new Map(shelves.map((shelf) => [shelf.type.name, shelf]));
  for (const shelf of shelves) Object.assign(shelf, companionsOf(shelf.type, byName));
  return { shelves, wares: shelves.flatMap(({ wares }) => wares), leaves: leavesOf(shelves, random) };
}

function wareOf(item: CatalogItem, type: TypeInfo): Ware {
  const own = { sku: item.productId, price: item.price, stock: item.stock };
  const skus = (item.variants ?? [own]).map(({ sku, price, stock }) => ({
    sku,
    price: price ?? 0,
    sellable: stock !== 0,
  }));
  const text = (name: string): string => String(item.attributes?.[name] ?? '');
  return {
    productId: item.productId,
    type,
    title: item.title,
    brand: item.brand ?? '',
    style: text('style'),
    range: text('range'),
    kind: text('kind') || text('material'),
    price: skus[0]?.price ?? 0,
    skus,
    sellable: skus.some(({ sellable }) => sellable),
  };
}

function shelfOf(type: TypeInfo, wares: readonly Ware[], random: Random): Shelf {
  // Sold out is often what sold best: half of it keeps its place in the order, only few still look for it.
  const ordered = random.shuffled(wares);
  const popularity = cumulate(ordered.map(({ sellable }, rank) => (sellable ? 1 : 0.25) / exp(0.9 * ln(rank + 1))));
  return { type, wares: ordered, popularity, companions: [], companionWeights: [] };
}

function companionsOf(
  type: TypeInfo,
  byName: ReadonlyMap<string, Shelf>,
): Pick<Shelf, 'companions' | 'companionWeights'> {
  const found = [...(COMPANIONS.get(type.name) ?? [])].flatMap(([name, weight]) => {
    const shelf = byName.get(name);
    return shelf ? [{ shelf, weight }] : [];
  });
  found.sort((a, b) => b.weight - a.weight);
  return {
    companions: found.map(({ shelf }) => shelf),
    companionWeights: cumulate(found.map(({ weight }) => weight)),
  };
}

function leavesOf(shelves: readonly Shelf[], random: Random): Leaf[] {
  const paths = [...new Set(shelves.map(({ type }) => type.path))];
  return paths.map((path) => {
    const inside = shelves.filter(({ type }) => type.path === path);
    const { department, leaf } = inside[0]!.type;
    const demand = inside.map(({ type, wares }) => (type.traits.demand ?? 1) * Math.sqrt(wares.length));
    return {
      path,
      shelves: inside,
      demand: cumulate(demand),
      weight: department.share * leaf.share * exp(0.5 * random.fork(path).normal()),
      season: department.season,
    };
  });
}

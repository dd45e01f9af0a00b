import type { Shelf } from './shelf.js';

export interface Interest {
  readonly category: number;
  /** Share of all interest, 0 to 1. */
  readonly share: number;
}

/** Weight of interest by category. */
export class Interests {
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

  shares(): Interest[] {
    return this.sharesOf(this.byCategory);
  }

  leafShares(): Interest[] {
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

  private sharesOf(weights: ReadonlyMap<number, number>): Interest[] {
    const { categories } = this.shelf;
    return [...weights]
      .map(([category, weight]) => ({ category, share: weight / this.total }))
      .sort((a, b) => b.share - a.share || (categories.path(a.category) < categories.path(b.category) ? -1 : 1));
  }
}

const grow = (map: Map<number, number>, key: number, by: number): void => {
  map.set(key, (map.get(key) ?? 0) + by);
};

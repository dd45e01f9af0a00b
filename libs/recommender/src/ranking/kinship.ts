import type { Shelf } from './shelf.js';

/** How much a candidate counts by how near its categories are to those of the context products: same main category, near, far. */
export interface KinFactors {
  readonly same: number;
  readonly near: number;
  readonly far: number;
}

const SAME = 2;
const NEAR = 1;

/** How near products are to the products of the page or cart, by category. */
export class Kinship {
  private marks = new Uint8Array(0);
  private marked: number[] = [];

  constructor(private readonly shelf: Shelf) {}

  begin(context: readonly number[]): void {
    const { categories } = this.shelf;
    for (const category of this.marked) this.marks[category] = 0;
    this.marked = [];
    if (this.marks.length < categories.size) this.marks = new Uint8Array(categories.size * 2);
    for (const product of context) {
      const leaf = this.shelf.leaf[product]!;
      if (leaf === -1) continue;
      for (const category of categories.lineage(leaf)) this.mark(category, category === leaf ? SAME : NEAR);
    }
  }

  /** 1 where nothing is known of the categories of either side. */
  factor(product: number, factors: KinFactors): number {
    if (this.marked.length === 0 || factors.far === factors.same) return 1;
    const leaf = this.shelf.leaf[product]!;
    if (leaf === -1) return 1;
    if (this.marks[leaf] === SAME) return factors.same;
    for (const category of this.shelf.categories.lineage(leaf)) if (this.marks[category] !== 0) return factors.near;
    return factors.far;
  }

  private mark(category: number, mark: number): void {
    if (this.marks[category] === 0) this.marked.push(category);
    this.marks[category] = Math.max(this.marks[category]!, mark);
  }
}

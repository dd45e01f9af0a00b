import type { ShopperProfile } from './profile.js';
import type { Shelf } from './shelf.js';

/** How much a shopper cares for a product's categories. */
export class Taste {
  private shares = new Float64Array(0);
  private loaded: ShopperProfile | undefined;

  constructor(private readonly shelf: Shelf) {}

  begin(profile: ShopperProfile | undefined): void {
    for (const { category } of this.loaded?.interests ?? []) this.shares[category] = 0;
    if (this.shares.length < this.shelf.categories.size) {
      this.shares = new Float64Array(this.shelf.categories.size * 2);
    }
    for (const { category, share } of profile?.interests ?? []) this.shares[category] = share;
    this.loaded = profile;
  }

  /** 0 to 1: the mean share of interest along the line of the main category. */
  affinity(product: number): number {
    const leaf = this.shelf.leaf[product]!;
    if (leaf === -1) return 0;
    const lineage = this.shelf.categories.lineage(leaf);
    let sum = 0;
    for (let i = 0; i < lineage.length; i++) sum += this.shares[lineage[i]!]!;
    return sum / lineage.length;
  }
}

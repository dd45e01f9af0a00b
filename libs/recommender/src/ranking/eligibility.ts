import type { ProductFilter } from '@shopkeeper/contracts';
import { variantWithin, type PriceRange } from './offers.js';
import type { Shelf } from './shelf.js';

export interface Conditions {
  readonly filter?: ProductFilter;
  /** Product ids that are never recommended. */
  readonly exclude?: readonly string[];
  /** The products of the page or cart, by number: they are not recommended to themselves. */
  readonly context: readonly number[];
  /** Also leaves out what is the same thing as a context product in another guise. */
  readonly withoutTwins: boolean;
}

/** Decides which products may be in a list; set up once per list, asked for every candidate. */
export class Eligibility {
  /** What a variant must cost to count. */
  price: PriceRange | undefined;
  private round = 0;
  private refused = new Int32Array(0);
  private wanted = new Int32Array(0);
  private byCategory = false;
  private brands: Set<number> | undefined;
  private twins: Set<number> | undefined;

  constructor(private readonly shelf: Shelf) {}

  begin({ filter, exclude, context, withoutTwins }: Conditions): void {
    const { shelf } = this;
    if (this.refused.length < shelf.capacity) this.refused = new Int32Array(shelf.capacity);
    if (this.wanted.length < shelf.categories.size) this.wanted = new Int32Array(shelf.categories.size * 2);
    this.round++;
    for (const product of context) this.refused[product] = this.round;
    for (const productId of exclude ?? []) {
      const product = shelf.find(productId);
      if (product !== -1) this.refused[product] = this.round;
    }
    const families = withoutTwins ? context.map((product) => shelf.family[product]!).filter((f) => f !== -1) : [];
    this.twins = families.length > 0 ? new Set(families) : undefined;
    this.byCategory = (filter?.categories?.length ?? 0) > 0;
    for (const path of filter?.categories ?? []) {
      const category = shelf.categories.find(path);
      if (category !== -1) this.wanted[category] = this.round;
    }
    this.brands = filter?.brands?.length ? new Set(filter.brands.map((brand) => shelf.brands.find(brand))) : undefined;
    this.price = filter?.price;
  }

  allows(product: number): boolean {
    const { shelf } = this;
    if (shelf.sellable[product] !== 1 || this.refused[product] === this.round) return false;
    if (this.twins?.has(shelf.family[product]!)) return false;
    if (this.byCategory && !this.inWantedCategory(product)) return false;
    if (this.brands && (shelf.brand[product] === -1 || !this.brands.has(shelf.brand[product]!))) return false;
    return this.price === undefined || variantWithin(shelf.offersOf(product).variants, this.price) !== undefined;
  }

  private inWantedCategory(product: number): boolean {
    for (const category of this.shelf.categoriesOf(product)) if (this.wanted[category] === this.round) return true;
    return false;
  }
}

import type { Shelf } from './shelf.js';

const DAY = 86_400_000;

export const HOLD_BACK = {
  /** A product that was just bought comes back as 1 - exp(-age / this); judged, until a shop's own repeats are known. */
  repeatMs: 60 * DAY,
  /** Others of its category lose at most this share ... */
  categoryShare: 0.3,
  /** ... and have it back with this e-folding. */
  categoryMs: 14 * DAY,
} as const;

/** Purchases hold back what was bought and its twins, and lightly what serves the same purpose. */
export class HoldBack {
  private readonly products = new Map<number, number>();
  private readonly families = new Map<number, number>();
  private readonly leaves = new Map<number, number>();

  constructor(
    private readonly shelf: Shelf,
    settledAt: ReadonlyMap<number, number>,
    categories: boolean,
    now: number,
  ) {
    for (const [product, at] of settledAt) {
      const age = Math.max(0, now - at);
      const repeat = 1 - Math.exp(-age / HOLD_BACK.repeatMs);
      lower(this.products, product, repeat);
      lower(this.families, shelf.family[product]!, repeat);
      if (categories)
        lower(this.leaves, shelf.leaf[product]!, 1 - HOLD_BACK.categoryShare * Math.exp(-age / HOLD_BACK.categoryMs));
    }
    this.families.delete(-1);
    this.leaves.delete(-1);
  }

  /** 0 to 1. */
  factor(product: number): number {
    const own = this.products.get(product) ?? this.families.get(this.shelf.family[product]!);
    return own ?? this.leaves.get(this.shelf.leaf[product]!) ?? 1;
  }
}

const lower = (map: Map<number, number>, key: number, factor: number): void => {
  map.set(key, Math.min(map.get(key) ?? 1, factor));
};

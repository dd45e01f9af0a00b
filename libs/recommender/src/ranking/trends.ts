/** What a category, or the whole shop, turns to: best first, scores as published. */
export interface TrendRow {
  readonly products: Int32Array;
  readonly scores: Float32Array;
}

/** Trend rows by category number; the whole shop is `SHOP`. */
export class Trends {
  static readonly SHOP = -2;
  private readonly rows = new Map<number, TrendRow>();

  put(category: number, products: readonly number[], scores: readonly number[]): void {
    const length = Math.min(products.length, scores.length);
    if (length === 0) return this.remove(category);
    this.rows.set(category, {
      products: Int32Array.from(products.slice(0, length)),
      scores: Float32Array.from(scores.slice(0, length)),
    });
  }

  remove(category: number): void {
    this.rows.delete(category);
  }

  row(category: number): TrendRow | undefined {
    return this.rows.get(category);
  }
}

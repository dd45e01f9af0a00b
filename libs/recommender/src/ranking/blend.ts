import { SparseVector } from './sparse-vector.js';

/** Where a candidate comes from. */
export const SOURCES = ['walk', 'content', 'bought', 'reminder', 'trend', 'fresh', 'fill'] as const;
export type Source = (typeof SOURCES)[number];
const CODES = Object.fromEntries(SOURCES.map((source, code) => [source, code])) as Record<Source, number>;

/** Nothing in particular is the reason. */
export const NOTHING = -1;

/** The candidates of one list: what each source adds to a product, and which of them adds most. */
export class Blend {
  readonly total = new SparseVector();
  private best = new Float64Array(0);
  private source = new Uint8Array(0);
  private because = new Int32Array(0);

  reset(capacity: number): void {
    this.total.reset(capacity);
    if (this.best.length >= capacity) return;
    this.best = new Float64Array(capacity);
    this.source = new Uint8Array(capacity);
    this.because = new Int32Array(capacity);
  }

  /** `part` above 0. `because`: a product, or for `trend` a category; the first of equal parts stays the reason. */
  add(product: number, part: number, source: Source, because: number): void {
    if (!(part > 0)) return;
    const first = this.total.values[product] === 0;
    this.total.add(product, part);
    if (!first && part <= this.best[product]!) return;
    this.best[product] = part;
    this.source[product] = CODES[source];
    this.because[product] = because;
  }

  has(product: number): boolean {
    return this.total.values[product]! > 0;
  }

  get size(): number {
    return this.total.size;
  }

  sourceOf(product: number): Source {
    return SOURCES[this.source[product]!]!;
  }

  becauseOf(product: number): number {
    return this.because[product]!;
  }
}

import { withAncestors } from '../categories.js';
import type { VectorDocument, VectorEntry, VectorFilter, VectorHit } from '../vector-index.js';
import { TopK } from './top-k.js';

const FIRST_ROWS = 1024;

interface Row extends VectorEntry {
  readonly productId: string;
  readonly categories: readonly string[];
  sellable: boolean;
}

/**
 * All vectors of one model in one array, searched exactly: filter first, then the dot product of what is left.
 * 50,000 x 384 take 77 MB and at most some 15 ms; a filter on a category brings it below 2 ms.
 */
export class VectorTable {
  readonly #dimensions: number;
  readonly #rows: Row[] = [];
  readonly #rowOf = new Map<string, number>();
  /** Rows by category path, ancestors included. */
  readonly #inCategory = new Map<string, Set<number>>();
  /** 1 where the row has a vector and is not removed. */
  #findable = new Uint8Array(FIRST_ROWS);
  #has = new Uint8Array(FIRST_ROWS);
  #vectors: Float32Array;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#vectors = new Float32Array(FIRST_ROWS * dimensions);
  }

  get size(): number {
    return this.#rows.length;
  }

  entry(productId: string): VectorEntry | undefined {
    const row = this.#rowOf.get(productId);
    return row === undefined ? undefined : this.#rows[row];
  }

  /** The product's own vector; `undefined` when it has none. */
  vectorOf(productId: string): Float32Array | undefined {
    const row = this.#rowOf.get(productId);
    return row === undefined || !this.#has[row] ? undefined : this.#vectorAt(row).slice();
  }

  put(document: VectorDocument): void {
    const { productId, revision, contentHash, sellable, removed, vector } = document;
    const row = this.#rowOf.get(productId) ?? this.#rows.length;
    for (const path of this.#rows[row]?.categories ?? []) this.#inCategory.get(path)?.delete(row);
    const categories = withAncestors(document.categories);
    for (const path of categories) {
      const members = this.#inCategory.get(path);
      if (members) members.add(row);
      else this.#inCategory.set(path, new Set([row]));
    }
    this.#rows[row] = { productId, revision, contentHash, sellable, removed, categories };
    this.#rowOf.set(productId, row);
    if (row >= this.#findable.length) this.#grow();
    this.#has[row] = vector.length > 0 ? 1 : 0;
    this.#findable[row] = vector.length > 0 && !removed ? 1 : 0;
    if (vector.length > 0) this.#vectors.set(vector, row * this.#dimensions);
  }

  setSellable(productId: string, sellable: boolean): void {
    const row = this.#rowOf.get(productId);
    if (row !== undefined) this.#rows[row]!.sellable = sellable;
  }

  nearest(query: Float32Array, k: number, filter: VectorFilter = {}): readonly VectorHit[] {
    const { sellableOnly = true } = filter;
    const exclude = new Set(filter.exclude);
    const best = new TopK(k);
    let bar = best.bar;
    const look = (row: number) => {
      if (!this.#findable[row] || (sellableOnly && !this.#rows[row]!.sellable)) return;
      const cosine = this.#dot(query, row * this.#dimensions);
      if (cosine < bar) return;
      const { productId } = this.#rows[row]!;
      if (exclude.has(productId)) return;
      best.offer(productId, cosine);
      bar = best.bar;
    };
    if (filter.categories?.length) for (const row of this.#rowsIn(filter.categories)) look(row);
    else for (let row = 0; row < this.#rows.length; row++) look(row);
    return best.take();
  }

  #rowsIn(categories: readonly string[]): Iterable<number> {
    if (categories.length === 1) return this.#inCategory.get(categories[0]!) ?? [];
    const rows = new Set<number>();
    for (const path of categories) for (const row of this.#inCategory.get(path) ?? []) rows.add(row);
    return rows;
  }

  // Four sums at once: one sum would make each addition wait for the one before it. Twice as fast.
  #dot(query: Float32Array, offset: number): number {
    const vectors = this.#vectors;
    const dimensions = this.#dimensions;
    const whole = dimensions - (dimensions % 4);
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i < whole; i += 4) {
      a += query[i]! * vectors[offset + i]!;
      b += query[i + 1]! * vectors[offset + i + 1]!;
      c += query[i + 2]! * vectors[offset + i + 2]!;
      d += query[i + 3]! * vectors[offset + i + 3]!;
    }
    for (; i < dimensions; i++) a += query[i]! * vectors[offset + i]!;
    return a + b + c + d;
  }

  #vectorAt(row: number): Float32Array {
    return this.#vectors.subarray(row * this.#dimensions, (row + 1) * this.#dimensions);
  }

  #grow(): void {
    const rows = this.#findable.length * 2;
    const copy = <A extends Uint8Array | Float32Array>(into: A, from: A): A => (into.set(from), into);
    this.#findable = copy(new Uint8Array(rows), this.#findable);
    this.#has = copy(new Uint8Array(rows), this.#has);
    this.#vectors = copy(new Float32Array(rows * this.#dimensions), this.#vectors);
  }
}

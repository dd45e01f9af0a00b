import type { VectorHit } from '../vector-index.js';
import { compareIds, roundCosine } from './check-vector.js';

/** The k best of a stream, in a heap whose root is the worst of them: memory for k, whatever the number offered. */
export class TopK {
  readonly #k: number;
  readonly #heap: VectorHit[] = [];

  constructor(k: number) {
    this.#k = Math.max(0, k);
  }

  /** Whatever lies below it has no place: most of a catalogue is far from the query and is turned away before anything is made for it. */
  get bar(): number {
    if (this.#heap.length < this.#k) return -Infinity;
    return this.#k === 0 ? Infinity : this.#heap[0]!.score - 1e-6;
  }

  offer(productId: string, cosine: number): void {
    const heap = this.#heap;
    if (cosine < this.bar) return;
    const hit = { productId, score: roundCosine(cosine) };
    if (heap.length < this.#k) {
      heap.push(hit);
      this.#rise(heap.length - 1);
    } else if (isWorse(heap[0]!, hit)) {
      heap[0] = hit;
      this.#sink();
    }
  }

  /** Best first, ties by product id. */
  take(): readonly VectorHit[] {
    return this.#heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isWorse(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let worst = at;
      if (left < heap.length && isWorse(heap[left]!, heap[worst]!)) worst = left;
      if (right < heap.length && isWorse(heap[right]!, heap[worst]!)) worst = right;
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  }
}

const isWorse = (a: VectorHit, b: VectorHit): boolean =>
  a.score < b.score || (a.score === b.score && compareIds(a.productId, b.productId) > 0);

import type { ByteReader, ByteWriter } from './bytes.js';

/** Bytes of one slot: an id and two counters. */
const SLOT = 12;

/**
 * The counters of one product with its neighbours: at most `slots` of them, two columns each. Dense and searched from end to end:
 * at this size that is faster than hashing and makes the snapshot a copy of memory.
 */
export class SlotRow {
  size = 0;
  ids: Int32Array = new Int32Array(0);
  x: Float32Array = new Float32Array(0);
  y: Float32Array = new Float32Array(0);
  sumX = 0;
  sumY = 0;

  constructor(private readonly slots: number) {}

  /** Where the neighbour is, or -1. */
  find(id: number): number {
    const { ids, size } = this;
    for (let i = 0; i < size; i += 1) if (ids[i] === id) return i;
    return -1;
  }

  /** Adds to both columns of a slot; neither falls below 0. */
  addAt(at: number, dx: number, dy: number): void {
    this.setAt(at, (this.x[at] as number) + dx, (this.y[at] as number) + dy);
  }

  setAt(at: number, x: number, y: number): void {
    const beforeX = this.x[at] as number;
    const beforeY = this.y[at] as number;
    this.x[at] = x > 0 ? x : 0;
    this.y[at] = y > 0 ? y : 0;
    // Sums follow the rounded cells, so that they never drift from them.
    this.sumX += (this.x[at] as number) - beforeX;
    this.sumY += (this.y[at] as number) - beforeY;
  }

  /** A slot for a neighbour that has none: a free one, else -1. */
  claim(id: number): number {
    if (this.size === this.slots) return -1;
    if (this.size === this.ids.length) this.grow();
    const at = this.size;
    this.size += 1;
    this.ids[at] = id;
    this.x[at] = 0;
    this.y[at] = 0;
    return at;
  }

  /** The slot with the least in column x. */
  smallest(): number {
    const { x, size } = this;
    let at = 0;
    for (let i = 1; i < size; i += 1) if ((x[i] as number) < (x[at] as number)) at = i;
    return at;
  }

  scale(factor: number): void {
    this.sumX = 0;
    this.sumY = 0;
    for (let i = 0; i < this.size; i += 1) {
      this.x[i] = (this.x[i] as number) * factor;
      this.y[i] = (this.y[i] as number) * factor;
      this.sumX += this.x[i] as number;
      this.sumY += this.y[i] as number;
    }
  }

  write(out: ByteWriter): void {
    out.f64(this.sumX);
    out.f64(this.sumY);
    out.numbers(this.ids.subarray(0, this.size));
    out.numbers(this.x.subarray(0, this.size));
    out.numbers(this.y.subarray(0, this.size));
  }

  static read(from: ByteReader, slots: number): SlotRow {
    const row = new SlotRow(slots);
    row.sumX = from.f64();
    row.sumY = from.f64();
    row.ids = from.i32s();
    row.x = from.f32s();
    row.y = from.f32s();
    row.size = row.ids.length;
    return row;
  }

  private grow(): void {
    const capacity = Math.min(this.slots, Math.max(8, this.ids.length * 2));
    const buffer = new ArrayBuffer(capacity * SLOT);
    const ids = new Int32Array(buffer, 0, capacity);
    const x = new Float32Array(buffer, capacity * 4, capacity);
    const y = new Float32Array(buffer, capacity * 8, capacity);
    ids.set(this.ids);
    x.set(this.x);
    y.set(this.y);
    this.ids = ids;
    this.x = x;
    this.y = y;
  }
}

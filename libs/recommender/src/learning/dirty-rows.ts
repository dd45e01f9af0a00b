import type { ByteReader, ByteWriter } from './bytes.js';
import { withRoomFor } from './growable.js';

/** When a changed row is worth publishing. */
export interface PublishRule {
  /** At once when at least this share of its mass is new, 0..1. */
  readonly minShare: number;
  /** Else this long after the change was first noticed, ms. */
  readonly maxAgeMs: number;
}

/** How much each row changed since it was last taken. */
export class DirtyRows {
  private changed: Float64Array = new Float64Array(64);
  private noticed: Float64Array = new Float64Array(64);
  private list: number[] = [];

  get size(): number {
    return this.list.length;
  }

  /** `mass` in the unit of the row's total, above 0; Infinity = take it at the next occasion. */
  touch(row: number, mass: number): void {
    if (!(mass > 0)) return;
    this.changed = withRoomFor(this.changed, row);
    if (this.changed[row] === 0) this.list.push(row);
    this.changed[row] = (this.changed[row] as number) + mass;
  }

  scale(factor: number): void {
    for (const row of this.list) this.changed[row] = (this.changed[row] as number) * factor || Number.MIN_VALUE;
  }

  /** Hands each row that the rule wants published to `due`, with the share of it that is new. */
  forEachDue(
    now: number,
    rule: PublishRule,
    totalOf: (row: number) => number,
    due: (row: number, share: number) => void,
  ): void {
    this.noticed = withRoomFor(this.noticed, this.changed.length - 1);
    for (const row of this.list) {
      if (this.noticed[row] === 0) this.noticed[row] = now;
      const changed = this.changed[row] as number;
      const total = totalOf(row);
      const share = changed < total ? changed / total : 1;
      if (share >= rule.minShare || now - (this.noticed[row] as number) >= rule.maxAgeMs) due(row, share);
    }
  }

  clear(rows: Iterable<number>): void {
    for (const row of rows) {
      this.changed[row] = 0;
      this.noticed[row] = 0;
    }
    this.list = this.list.filter((row) => (this.changed[row] as number) > 0);
  }

  write(out: ByteWriter): void {
    out.numbers(Int32Array.from(this.list));
    out.numbers(Float64Array.from(this.list, (row) => this.changed[row] as number));
  }

  read(from: ByteReader): void {
    const rows = from.i32s();
    const masses = from.f64s();
    rows.forEach((row, i) => this.touch(row, masses[i] as number));
  }
}

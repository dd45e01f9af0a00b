import type { ByteReader, ByteWriter } from './bytes.js';
import type { DirtyRows } from './dirty-rows.js';
import { SlotRow } from './slot-row.js';

/** Rows that are written between two pauses of a snapshot. */
const ROWS_A_TURN = 200;

/** The rows of a model by product number; a row is made when it is first written to. */
export class SlotTable {
  private rows: (SlotRow | undefined)[] = [];

  constructor(
    /** Neighbours that a row keeps. */
    private readonly slots: number,
    private readonly dirty: DirtyRows,
  ) {}

  row(item: number): SlotRow | undefined {
    return this.rows[item];
  }

  /** The row to write to. */
  open(item: number): SlotRow {
    return (this.rows[item] ??= new SlotRow(this.slots));
  }

  scale(factor: number): void {
    for (const row of this.rows) row?.scale(factor);
  }

  /** The mass of a row, in the unit of `dirty`. */
  totalOf(item: number): number {
    return this.rows[item]?.sumX ?? 0;
  }

  /** The products that have a row. */
  *subjects(): Generator<number> {
    for (let item = 0; item < this.rows.length; item += 1) if (this.rows[item]) yield item;
  }

  /** Empties a product's own row; in other rows it gives way in time. */
  drop(item: number): void {
    if (!this.rows[item]) return;
    this.rows[item] = undefined;
    this.dirty.touch(item, Number.POSITIVE_INFINITY);
  }

  *write(out: ByteWriter): Generator<void> {
    out.u32(this.rows.length);
    for (let i = 0; i < this.rows.length; i += 1) {
      const row = this.rows[i];
      out.u32(row ? 1 : 0);
      row?.write(out);
      if (i % ROWS_A_TURN === ROWS_A_TURN - 1) yield;
    }
  }

  read(from: ByteReader): void {
    this.rows = new Array<SlotRow | undefined>(from.u32());
    for (let i = 0; i < this.rows.length; i += 1) if (from.u32()) this.rows[i] = SlotRow.read(from, this.slots);
  }
}

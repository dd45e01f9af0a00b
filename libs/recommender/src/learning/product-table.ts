import type { ByteReader, ByteWriter } from './bytes.js';

/** Small integers for product ids, in the order of their first sight. */
export class ProductTable {
  private readonly numbers = new Map<string, number>();
  private readonly ids: string[] = [];

  /** @param limit how many products signals may bring in; the catalogue itself is never refused */
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.ids.length;
  }

  /** The number of a product that a signal names; -1 when the table is full and the product unknown. */
  intern(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    // The write key of a storefront is public: invented ids must not grow the memory without end.
    return this.ids.length >= this.limit ? -1 : this.append(id);
  }

  /** The number of a product that the catalogue names. */
  admit(id: string): number {
    return this.numbers.get(id) ?? this.append(id);
  }

  numberOf(id: string): number | undefined {
    return this.numbers.get(id);
  }

  idOf(number: number): string {
    return this.ids[number] as string;
  }

  *write(out: ByteWriter): Generator<void> {
    out.u32(this.ids.length);
    for (let i = 0; i < this.ids.length; i += 1) {
      out.text(this.ids[i] as string);
      if (i % 2000 === 1999) yield;
    }
  }

  read(from: ByteReader): void {
    for (let left = from.u32(); left > 0; left -= 1) this.append(from.text());
  }

  private append(id: string): number {
    const number = this.ids.length;
    this.numbers.set(id, number);
    this.ids.push(id);
    return number;
  }
}

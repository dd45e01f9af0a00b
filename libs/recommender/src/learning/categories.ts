import type { ByteReader, ByteWriter } from './bytes.js';

/** The shop as a whole, as a subject of trend rows. */
export const WHOLE_SHOP = '*';
/** A longer path does not fit the key of a row. */
const PATH_LENGTH = 200;

/** What learning knows of the catalogue: which products are sold, and the categories of each with all their ancestors. */
export class Categories {
  private readonly paths: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly members: Set<number>[] = [];
  /** By product: its categories; undefined = not sold, or never heard of. */
  private sold: (readonly number[] | undefined)[] = [];
  /** By product: true = the catalogue says that it is not sold. */
  private removed: boolean[] = [];

  constructor() {
    this.numberOf(WHOLE_SHOP);
  }

  get size(): number {
    return this.paths.length;
  }

  /** A product is sold, under these paths. Answers the categories whose members changed. */
  place(product: number, paths: readonly string[]): readonly number[] {
    const now = [...new Set([WHOLE_SHOP, ...paths.flatMap(withAncestors)])].map((path) => this.numberOf(path));
    const before = this.sold[product] ?? [];
    for (const category of before) if (!now.includes(category)) this.members[category]?.delete(product);
    for (const category of now) this.members[category]?.add(product);
    this.sold[product] = now;
    this.removed[product] = false;
    return [...now.filter((category) => !before.includes(category)), ...before.filter((was) => !now.includes(was))];
  }

  /** A product is no longer sold. Answers the categories it left. */
  remove(product: number): readonly number[] {
    const before = this.sold[product] ?? [];
    for (const category of before) this.members[category]?.delete(product);
    this.sold[product] = undefined;
    this.removed[product] = true;
    return before;
  }

  isRemoved(product: number): boolean {
    return this.removed[product] === true;
  }

  /** The categories of a product that is sold, the whole shop first; none for others. */
  of(product: number): readonly number[] {
    return this.sold[product] ?? [];
  }

  membersOf(category: number): ReadonlySet<number> {
    return this.members[category] as Set<number>;
  }

  find(path: string): number | undefined {
    return this.numbers.get(path);
  }

  pathOf(category: number): string {
    return this.paths[category] as string;
  }

  *write(out: ByteWriter): Generator<void> {
    out.u32(this.paths.length);
    for (const path of this.paths) out.text(path);
    yield;
    const products = Math.max(this.sold.length, this.removed.length);
    out.u32(products);
    for (let i = 0; i < products; i += 1) {
      const categories = this.sold[i];
      out.u32(categories ? 1 : this.removed[i] ? 2 : 0);
      if (categories) out.numbers(Int32Array.from(categories));
      if (i % 2000 === 1999) yield;
    }
  }

  read(from: ByteReader): void {
    for (let left = from.u32(); left > 0; left -= 1) this.numberOf(from.text());
    const products = from.u32();
    for (let product = 0; product < products; product += 1) {
      const state = from.u32();
      if (state === 2) this.remove(product);
      if (state !== 1) continue;
      const categories = [...from.i32s()];
      this.sold[product] = categories;
      this.removed[product] = false;
      for (const category of categories) this.members[category]?.add(product);
    }
  }

  private numberOf(path: string): number {
    const known = this.numbers.get(path);
    if (known !== undefined) return known;
    const number = this.paths.length;
    this.numbers.set(path, number);
    this.paths.push(path);
    this.members.push(new Set());
    return number;
  }
}

/** `a/b/c` -> `a`, `a/b`, `a/b/c`. */
function withAncestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/')).filter((part) => part && part.length <= PATH_LENGTH);
}

/** Gives every distinct string a small number, counted from 0. Numbers are never given back. */
export class Names {
  /** By number; grows in place. */
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** -1 when the string has no number. */
  find(name: string): number {
    return this.numbers.get(name) ?? -1;
  }

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }

  get size(): number {
    return this.list.length;
  }
}

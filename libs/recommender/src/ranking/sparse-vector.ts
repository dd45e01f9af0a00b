/** Numbers by product, most of them 0: dense storage, and a list of what was touched, so that emptying costs only what was used. */
export class SparseVector {
  values = new Float64Array(0);
  touched = new Int32Array(0);
  size = 0;

  /** Empties it and makes room for products up to `capacity`. */
  reset(capacity: number): void {
    if (this.values.length < capacity) {
      this.values = new Float64Array(capacity);
      this.touched = new Int32Array(capacity);
    } else {
      const { values, touched, size } = this;
      for (let i = 0; i < size; i++) values[touched[i]!] = 0;
    }
    this.size = 0;
  }

  /** Amounts above 0 only: a product whose value is 0 counts as untouched. */
  add(product: number, amount: number): void {
    const before = this.values[product]!;
    if (before === 0) this.touched[this.size++] = product;
    this.values[product] = before + amount;
  }
}

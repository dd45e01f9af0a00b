import type { ByteReader, ByteWriter } from './bytes.js';

/** What an order taught, kept so that it teaches once and a return can take it back. */
export interface RecentOrder {
  /** ms since the epoch. */
  readonly at: number;
  /** The moment that its popularity counts from: the start of its session. */
  readonly votedAt: number;
  /** Products that count in pairs. */
  items: number[];
  /** What each added to its popularity, as long as `items`. */
  gains: number[];
}

/** The last orders by order id, and the last returns that wait for one; at most `limit` of each. */
export class RecentOrders {
  private readonly orders = new Map<string, RecentOrder>();
  /** Returns that came before their order, as happens when a customer's devices are read one after the other. */
  private readonly early = new Map<string, readonly number[]>();

  constructor(private readonly limit: number) {}

  get(orderId: string): RecentOrder | undefined {
    return this.orders.get(orderId);
  }

  add(orderId: string, order: RecentOrder): void {
    this.orders.set(orderId, order);
    if (this.orders.size > this.limit) this.orders.delete(this.orders.keys().next().value as string);
  }

  /** These products of an order came back, of which nothing has been heard yet. */
  await(orderId: string, returned: readonly number[]): void {
    const before = this.early.get(orderId) ?? [];
    this.early.delete(orderId);
    this.early.set(orderId, [...before, ...returned]);
    if (this.early.size > this.limit) this.early.delete(this.early.keys().next().value as string);
  }

  /** What came back of an order before it was heard of; asked once. */
  takeAwaited(orderId: string): readonly number[] {
    const returned = this.early.get(orderId) ?? [];
    this.early.delete(orderId);
    return returned;
  }

  *write(out: ByteWriter): Generator<void> {
    out.u32(this.orders.size);
    let written = 0;
    for (const [id, { at, votedAt, items, gains }] of this.orders) {
      out.text(id);
      out.f64(at);
      out.f64(votedAt);
      out.numbers(Int32Array.from(items));
      out.numbers(Float64Array.from(gains));
      written += 1;
      if (written % 1000 === 0) yield;
    }
    out.u32(this.early.size);
    for (const [id, returned] of this.early) {
      out.text(id);
      out.numbers(Int32Array.from(returned));
    }
  }

  read(from: ByteReader): void {
    for (let left = from.u32(); left > 0; left -= 1)
      this.orders.set(from.text(), {
        at: from.f64(),
        votedAt: from.f64(),
        items: [...from.i32s()],
        gains: [...from.f64s()],
      });
    for (let left = from.u32(); left > 0; left -= 1) this.early.set(from.text(), [...from.i32s()]);
  }
}

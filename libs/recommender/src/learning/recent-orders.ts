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

/** The last orders, at most `limit`, by order id. */
export class RecentOrders {
  private readonly orders = new Map<string, RecentOrder>();

  constructor(private readonly limit: number) {}

  get(orderId: string): RecentOrder | undefined {
    return this.orders.get(orderId);
  }

  add(orderId: string, order: RecentOrder): void {
    this.orders.set(orderId, order);
    if (this.orders.size > this.limit) this.orders.delete(this.orders.keys().next().value as string);
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
  }

  read(from: ByteReader): void {
    for (let left = from.u32(); left > 0; left -= 1)
      this.orders.set(from.text(), {
        at: from.f64(),
        votedAt: from.f64(),
        items: [...from.i32s()],
        gains: [...from.f64s()],
      });
  }
}

import type { Random } from './random.js';
import type { Shopper } from './shopper.js';
import type { Sku, Ware } from './world.js';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export interface Line {
  readonly ware: Ware;
  readonly sku: Sku;
  readonly quantity: number;
}

/** An order gets its number when all orders are known, in the order of time. */
export interface Order {
  readonly lines: readonly Line[];
  number?: number;
}

/** One thing that somebody did, `at` ms after the story begins. */
export interface Act {
  readonly at: number;
  readonly device: string;
  readonly userId?: string;
  readonly what:
    | { readonly event: 'identify' }
    | { readonly event: 'Products Searched'; readonly query: string }
    | { readonly event: 'Product List Viewed'; readonly path: string }
    | { readonly event: 'Product Clicked'; readonly ware: Ware; readonly list: string; readonly position: number }
    | { readonly event: 'Product Viewed' | 'Product Added to Wishlist'; readonly ware: Ware }
    | { readonly event: 'Product Added' | 'Product Removed'; readonly line: Line }
    | { readonly event: 'Cart Viewed' | 'Checkout Started'; readonly lines: readonly Line[] }
    | { readonly event: 'Order Completed'; readonly order: Order }
    | { readonly event: 'Order Refunded'; readonly order: Order; readonly lines: readonly Line[] };
}

/** One stay in the shop, on one device: time passes with every act. */
export class Visit {
  private known: boolean;
  readonly cart: Line[] = [];

  constructor(
    private readonly diary: Act[],
    readonly shopper: Shopper,
    public at: number,
    private readonly random: Random,
  ) {
    this.device = shopper.devices.length > 1 && random.chance(0.4) ? shopper.devices[1]! : shopper.devices[0]!;
    this.known = false;
    if (random.chance(0.35)) this.logIn();
  }

  private readonly device: string;

  search(query: string): void {
    this.note({ event: 'Products Searched', query }, 6, 25);
  }

  list(path: string): void {
    this.note({ event: 'Product List Viewed', path }, 8, 40);
  }

  /** Opens a product, often by a click in the list that is on the screen. */
  view(ware: Ware, list?: string): void {
    if (list !== undefined && this.random.chance(0.55)) {
      this.note({ event: 'Product Clicked', ware, list, position: this.random.int(1, 12) }, 1, 3);
    }
    this.note({ event: 'Product Viewed', ware }, 9, 110);
    // People reload pages.
    if (this.random.chance(0.012)) this.note({ event: 'Product Viewed', ware }, 1, 4);
  }

  wish(ware: Ware): void {
    this.note({ event: 'Product Added to Wishlist', ware }, 3, 15);
  }

  /** Takes a variant that is there; `false` when the product is sold out. */
  add(ware: Ware): boolean {
    const { skus } = ware;
    const wanted = Math.floor(this.shopper.size * skus.length);
    const sku = skus[wanted]?.sellable ? skus[wanted] : skus.find(({ sellable }) => sellable);
    if (!sku) return false;
    const several = sku.price < 15 && this.random.chance(0.25);
    const line = { ware, sku, quantity: several ? this.random.int(2, 4) : 1 };
    this.cart.push(line);
    this.note({ event: 'Product Added', line }, 5, 30);
    return true;
  }

  remove(): void {
    const line = this.cart.pop();
    if (line) this.note({ event: 'Product Removed', line }, 4, 20);
  }

  /** Goes to the till, and perhaps turns round there. */
  hesitate(): void {
    if (this.random.chance(0.6)) this.note({ event: 'Cart Viewed', lines: [...this.cart] }, 5, 40);
    if (this.random.chance(0.35)) this.note({ event: 'Checkout Started', lines: [...this.cart] }, 20, 120);
  }

  pay(): Order {
    if (!this.known && this.random.chance(0.8)) this.logIn();
    this.note({ event: 'Checkout Started', lines: [...this.cart] }, 30, 150);
    const order: Order = { lines: this.cart.splice(0) };
    this.note({ event: 'Order Completed', order }, 2, 5);
    return order;
  }

  refund(order: Order, lines: readonly Line[]): void {
    this.note({ event: 'Order Refunded', order, lines }, 2, 5);
  }

  private logIn(): void {
    if (this.known || this.shopper.userId === undefined) return;
    this.known = true;
    this.note({ event: 'identify' }, 1, 4);
  }

  private note(what: Act['what'], least: number, most: number): void {
    const userId = this.known ? this.shopper.userId : undefined;
    this.diary.push({ at: this.at, device: this.device, ...(userId !== undefined && { userId }), what });
    this.at += Math.round(this.random.between(least, most) * SECOND);
  }
}

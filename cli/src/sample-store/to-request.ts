import type { Act, Line } from './visit.js';
import type { Ware } from './world.js';

/** What every event of the sample has, beyond what the gateway demands. */
export type SampleEvent = {
  readonly type: 'track' | 'identify';
  readonly event?: string;
  readonly messageId: string;
  readonly anonymousId: string;
  readonly userId?: string;
  readonly timestamp: string;
  readonly properties?: Record<string, unknown>;
};

const CURRENCY = 'EUR';

/** An act as a storefront would send it. */
export function toRequest(act: Act, messageId: string, beginning: number): SampleEvent {
  const { device, userId, what } = act;
  const base = {
    messageId,
    anonymousId: device,
    ...(userId !== undefined && { userId }),
    timestamp: new Date(beginning + act.at).toISOString(),
  };
  if (what.event === 'identify') return { type: 'identify', ...base };
  return { type: 'track', event: what.event, ...base, properties: propertiesOf(what) };
}

function propertiesOf(what: Exclude<Act['what'], { event: 'identify' }>): Record<string, unknown> {
  switch (what.event) {
    case 'Products Searched':
      return { query: what.query };
    case 'Product List Viewed':
      return { category: what.path };
    case 'Product Clicked':
      return { product_id: what.ware.productId, list_id: what.list, position: what.position };
    case 'Product Viewed':
    case 'Product Added to Wishlist':
      return productOf(what.ware);
    case 'Product Added':
    case 'Product Removed':
      return lineOf(what.line);
    case 'Cart Viewed':
    case 'Checkout Started':
      return { currency: CURRENCY, value: totalOf(what.lines), products: what.lines.map(lineOf) };
    case 'Order Completed':
      return {
        order_id: orderId(what.order.number),
        currency: CURRENCY,
        total: totalOf(what.order.lines),
        products: what.order.lines.map(lineOf),
      };
    case 'Order Refunded':
      return { order_id: orderId(what.order.number), currency: CURRENCY, products: what.lines.map(lineOf) };
  }
}

const orderId = (number: number | undefined): string => `o-${number ?? 0}`;

const productOf = ({ productId, brand, price, type }: Ware): Record<string, unknown> => ({
  product_id: productId,
  category: type.path,
  brand,
  price,
  currency: CURRENCY,
});

const lineOf = ({ ware, sku, quantity }: Line): Record<string, unknown> => ({
  product_id: ware.productId,
  sku: sku.sku,
  price: sku.price,
  quantity,
});

const totalOf = (lines: readonly Line[]): number =>
  Math.round(lines.reduce((sum, { sku, quantity }) => sum + sku.price * quantity, 0) * 100) / 100;

import type { EventRequest } from '@shopkeeper/contracts';
import { createHash } from 'node:crypto';
import type { OrderLine } from './order-book.js';

/** Bytes and lines of one event; an order with more is told in several events of the same order number. */
const MAX_BYTES = 24 * 1024;
const MAX_LINES = 400;

export interface OrderEvent {
  readonly event: EventRequest;
  /** Where its first line stands. */
  readonly origin: Pick<OrderLine, 'file' | 'line'>;
}

/**
 * Each order as one event, lines that came back as another; in the order of time. The id of an event follows from order number, customer
 * and lines alone, so that the same order is the same event from whichever file it comes.
 */
export function* orderEvents(lines: readonly OrderLine[]): Generator<OrderEvent> {
  const orders = new Map<string, OrderLine[]>();
  for (const line of lines) {
    const known = orders.get(line.order);
    if (known) known.push(line);
    else orders.set(line.order, [line]);
  }
  for (const [order, own] of orders) {
    const customer = own.find((line) => line.customer !== undefined)?.customer;
    const sold = own.filter(({ quantity }) => quantity > 0);
    const returned = own.filter(({ quantity }) => quantity < 0);
    if (sold.length > 0) yield* eventsOf('Order Completed', order, customer, sold);
    if (returned.length > 0) yield* eventsOf('Order Refunded', order, customer, returned);
  }
}

function* eventsOf(
  event: 'Order Completed' | 'Order Refunded',
  order: string,
  customer: string | undefined,
  lines: readonly OrderLine[],
): Generator<OrderEvent> {
  const [first] = lines as readonly [OrderLine];
  const id = idOf(event, order, customer, lines);
  const currency = lines.find((line) => line.currency !== undefined)?.currency;
  const parts = inParts(productsOf(lines));
  for (const [index, products] of parts.entries()) {
    yield {
      origin: first,
      event: {
        type: 'track',
        event,
        messageId: index === 0 ? id : `${id}-${index + 1}`,
        // Whoever is not known is somebody new with each order.
        anonymousId: (customer === undefined ? `order-${order}` : `customer-${customer}`).slice(0, 200),
        ...(customer !== undefined && { userId: customer.slice(0, 200) }),
        timestamp: new Date(first.time).toISOString(),
        properties: { order_id: order.slice(0, 200), ...(currency && { currency }), products },
      },
    };
  }
}

function idOf(event: string, order: string, customer: string | undefined, lines: readonly OrderLine[]): string {
  const content = lines.map(({ sku, quantity, price }) => `${sku.toLowerCase()}\t${quantity}\t${price}`).sort();
  const digest = createHash('sha256')
    .update(JSON.stringify([event, order, customer ?? null, content]))
    .digest('hex');
  return `order-${digest.slice(0, 32)}`;
}

interface Product {
  readonly product_id: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly price: number;
}

/** One entry per sku: quantities added up, the price what one cost on average. */
function productsOf(lines: readonly OrderLine[]): Product[] {
  const bySku = new Map<string, { line: OrderLine; quantity: number; amount: number }>();
  for (const line of lines) {
    const quantity = Math.abs(line.quantity);
    const known = bySku.get(line.sku);
    if (known) {
      known.quantity += quantity;
      known.amount += quantity * line.price;
    } else bySku.set(line.sku, { line, quantity, amount: quantity * line.price });
  }
  return [...bySku.values()].map(({ line, quantity, amount }) => ({
    product_id: line.product,
    ...(line.sku !== line.product && { sku: line.sku }),
    quantity: Math.min(quantity, 1_000_000),
    price: Math.round((amount / quantity) * 10_000) / 10_000,
  }));
}

function inParts(products: readonly Product[]): Product[][] {
  const parts: Product[][] = [[]];
  let bytes = 0;
  for (const product of products) {
    const size = Buffer.byteLength(JSON.stringify(product)) + 1;
    if (bytes + size > MAX_BYTES || parts.at(-1)!.length === MAX_LINES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(product);
    bytes += size;
  }
  return parts;
}

import type { CatalogItem } from '@shopkeeper/contracts';
import { count, titleFrom, type OrderLine } from './order-book.js';

/** The price is the median of so many of the latest sales: one bulk order must not set it. */
const RECENT = 31;

interface Sales {
  readonly prices: number[];
  readonly skus: Map<string, { readonly prices: number[]; lastAt: number }>;
  lastAt: number;
  currency: string | undefined;
}

/**
 * The catalogue that can be read off the lines of orders, which come in the order of time: title = the most frequent one, price = median of the
 * latest sales, stock not tracked, observed when the product was last sold. What was never sold for money is no product.
 */
export function* derivedProducts(lines: readonly OrderLine[]): Generator<CatalogItem> {
  const titles = new Map<string, Map<string, number>>();
  const sales = new Map<string, Sales>();
  for (const line of lines) {
    if (line.title !== '') count(titles, line.product, line.title);
    if (line.quantity > 0 && line.price > 0) addSale(sales, line);
  }
  for (const [productId, sold] of sales) yield toItem(productId, titleFrom(titles.get(productId) ?? new Map()), sold);
}

function addSale(sales: Map<string, Sales>, line: OrderLine): void {
  const sold = sales.get(line.product) ?? { prices: [], skus: new Map(), lastAt: 0, currency: undefined };
  sales.set(line.product, sold);
  const variant = sold.skus.get(line.sku) ?? { prices: [], lastAt: 0 };
  sold.skus.set(line.sku, variant);
  for (const each of [sold, variant]) {
    each.prices.push(line.price);
    each.lastAt = line.time;
  }
  sold.currency = line.currency ?? sold.currency;
}

function toItem(productId: string, title: string | undefined, sold: Sales): CatalogItem {
  const variants = [...sold.skus].map(([sku, { prices }]) => ({ sku, price: recentMedian(prices), stock: null }));
  const single = variants.length === 1 && variants[0]?.sku === productId;
  return {
    productId,
    title: (title ?? productId).slice(0, 500),
    categories: [],
    ...(single ? { price: recentMedian(sold.prices), stock: null } : { variants: variants.slice(0, 500) }),
    availability: 'in_stock',
    ...(sold.currency && { currency: sold.currency }),
    observedAt: new Date(sold.lastAt).toISOString(),
  };
}

function recentMedian(prices: readonly number[]): number {
  const recent = prices.slice(-RECENT).sort((a, b) => a - b);
  return recent[(recent.length - 1) >> 1] ?? 0;
}

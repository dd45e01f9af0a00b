import { SignalRecorded, type ShopperEventReceived } from '@shopkeeper/contracts';
import { A_MOMENT, anEvent } from '@shopkeeper/contracts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINES } from './lines.js';
import { readEvent, type SignalDraft } from './read-event.js';
import { signalOf } from './signal.js';

const read = (event: string, properties: Record<string, unknown>) => readEvent(anEvent({ event, properties }));
const signal = (event: string, properties: Record<string, unknown>): SignalDraft | null => {
  const result = read(event, properties);
  if ('problem' in result) throw new Error(`${result.problem.path} ${result.problem.message}`);
  return result.signal;
};
const problem = (event: string, properties: Record<string, unknown>) => {
  const result = read(event, properties);
  return 'problem' in result ? result.problem : null;
};

describe('readEvent: names and shapes', () => {
  it.each([
    ['Product Viewed', 'view', 1],
    ['Product Clicked', 'click', 1],
    ['Product Added', 'cart-add', 3],
    ['Product Removed', 'cart-remove', -1.5],
    ['Product Added to Wishlist', 'wishlist-add', 2],
    ['view_item', 'view', 1],
    ['select_item', 'click', 1],
    ['add_to_cart', 'cart-add', 3],
    ['remove_from_cart', 'cart-remove', -1.5],
  ])('%s is a %s of weight %d', (event, kind, weight) => {
    expect(signal(event, { product_id: 'p-1' })).toEqual({ kind, items: [{ productId: 'p-1' }], weight });
    expect(signal(event, { items: [{ item_id: 'p-1' }] })).toEqual({ kind, items: [{ productId: 'p-1' }], weight });
  });

  it('reads a Segment product with all its fields', () => {
    const properties = {
      product_id: 'p-1',
      sku: 'p-1-m',
      price: 12.5,
      quantity: 2,
      category: 'garden',
      name: 'Trowel',
    };
    expect(signal('Product Added', properties)?.items).toEqual([
      { productId: 'p-1', sku: 'p-1-m', price: 12.5, quantity: 2 },
    ]);
  });

  it('reads the lines of an order in both vocabularies', () => {
    const segment = signal('Order Completed', {
      order_id: 'o-1',
      products: [{ product_id: 'p-1', quantity: 2, price: '19.90' }, { product_id: 'p-2' }],
    });
    const ga4 = signal('purchase', {
      transaction_id: 'o-1',
      items: [{ item_id: 'p-1', quantity: 2, price: 19.9 }, { item_id: 'p-2' }],
    });
    const items = [{ productId: 'p-1', quantity: 2, price: 19.9 }, { productId: 'p-2' }];
    expect(segment).toEqual({ kind: 'order', orderId: 'o-1', items, weight: 6 });
    expect(ga4).toEqual(segment);
  });

  it('takes the order of a single product from the event itself', () => {
    expect(signal('Order Completed', { order_id: 7, product_id: 42 })).toMatchObject({
      orderId: '7',
      items: [{ productId: '42' }],
    });
  });

  it('reads returns, of the whole order too', () => {
    expect(signal('refund', { transaction_id: 'o-1', items: [{ item_id: 'p-1' }] })).toMatchObject({
      kind: 'return',
      weight: -6,
    });
    expect(signal('Order Refunded', { order_id: 'o-1' })).toEqual({
      kind: 'return',
      orderId: 'o-1',
      items: [],
      weight: -6,
    });
    expect(problem('Order Refunded', {})?.path).toBe('properties.products');
  });

  it('reads queries and gives clicks on search results more weight', () => {
    expect(signal('Products Searched', { query: '  red shoes ' })).toEqual({
      kind: 'search',
      items: [],
      query: 'red shoes',
      weight: 0,
    });
    expect(signal('view_search_results', { search_term: 'red' })?.query).toBe('red');
    expect(signal('Product Clicked', { product_id: 'p-1', query: 'red' })).toMatchObject({ weight: 1.5, query: 'red' });
    expect(signal('Products Searched', { query: '' })).toBeNull();
    expect(problem('search', {})?.path).toBe('properties.query');
  });

  it('reads the category of a list view, never its products', () => {
    const list = { category: 'garden', products: [{ product_id: 'p-1' }] };
    expect(signal('Product List Viewed', list)).toEqual({
      kind: 'category-view',
      items: [],
      category: 'garden',
      weight: 0,
    });
    expect(signal('view_item_list', { item_list_name: 'Garden', items: [] })?.category).toBe('Garden');
    expect(signal('view_item_list', { items: [{ item_id: 'p-1' }] })).toBeNull();
  });

  it('takes item_variant as sku unless it cannot be one', () => {
    expect(signal('view_item', { items: [{ item_id: 'p-1', item_variant: 'p-1-m' }] })?.items[0]?.sku).toBe('p-1-m');
    expect(signal('view_item', { items: [{ item_id: 'p-1', item_variant: { a: 1 } }] })?.items[0]).toEqual({
      productId: 'p-1',
    });
  });

  it('lets pass what teaches nothing', () => {
    expect(readEvent(anEvent({ type: 'page', event: undefined }))).toEqual({ signal: null });
    expect(readEvent(anEvent({ type: 'identify', event: undefined }))).toEqual({ signal: null });
    expect(signal('Checkout Started', { products: 'whatever' })).toBeNull();
  });
});

describe('readEvent: problems', () => {
  it('refuses names it does not know and track calls without one', () => {
    expect(problem('Song Played', {})).toMatchObject({ code: 'EVENT_UNKNOWN', path: 'event' });
    expect(readEvent(anEvent({ event: undefined }))).toMatchObject({
      problem: { code: 'EVENT_INVALID', path: 'event' },
    });
    expect(problem('constructor', {})?.code).toBe('EVENT_UNKNOWN');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['Product Viewed', {}, 'properties.product_id'],
    ['Product Viewed', { product_id: '' }, 'properties.product_id'],
    ['Product Viewed', { product_id: '   ' }, 'properties.product_id'],
    ['Product Viewed', { product_id: null }, 'properties.product_id'],
    ['Product Viewed', { product_id: { $ne: 1 } }, 'properties.product_id'],
    ['Product Viewed', { product_id: 1.5 }, 'properties.product_id'],
    ['Product Viewed', { product_id: 'a\nb' }, 'properties.product_id'],
    ['Product Viewed', { product_id: 'x'.repeat(201) }, 'properties.product_id'],
    ['Product Viewed', { product_id: 'p', price: -1 }, 'properties.price'],
    ['Product Viewed', { product_id: 'p', price: 10_000_001 }, 'properties.price'],
    ['Product Viewed', { product_id: 'p', price: '12,50' }, 'properties.price'],
    ['Product Viewed', { product_id: 'p', price: '0x10' }, 'properties.price'],
    ['Product Viewed', { product_id: 'p', price: true }, 'properties.price'],
    ['Product Added', { product_id: 'p', quantity: 0 }, 'properties.quantity'],
    ['Product Added', { product_id: 'p', quantity: -2 }, 'properties.quantity'],
    ['Product Added', { product_id: 'p', quantity: 1_000_001 }, 'properties.quantity'],
    ['Product Added', { product_id: 'p', sku: [] }, 'properties.sku'],
    ['Order Completed', { order_id: 'o' }, 'properties.products'],
    ['Order Completed', { order_id: 'o', products: [] }, 'properties.products'],
    ['Order Completed', { order_id: 'o', products: 'p-1' }, 'properties.products'],
    ['Order Completed', { order_id: 'o', products: [null] }, 'properties.products[0]'],
    ['Order Completed', { order_id: {}, products: [{ product_id: 'p' }] }, 'properties.order_id'],
    ['Order Completed', { products: [{ product_id: 'p' }, { quantity: 1 }] }, 'properties.products[1].product_id'],
    ['purchase', { items: [{ item_id: 'p', price: '-3' }] }, 'properties.items[0].price'],
    ['purchase', { items: [{ item_name: 'p' }] }, 'properties.items[0].item_id'],
    ['Products Searched', { query: ['a'] }, 'properties.query'],
    ['Product List Viewed', { category: {} }, 'properties.category'],
  ])('%s %j names %s', (event, properties, path) => {
    expect(problem(event, properties)).toMatchObject({ code: 'EVENT_INVALID', path });
  });

  it('refuses more lines than a signal holds', () => {
    const products = Array.from({ length: MAX_LINES + 1 }, (_, n) => ({ product_id: `p-${n}` }));
    expect(problem('Order Completed', { products })).toMatchObject({ path: 'properties.products' });
    expect(signal('Order Completed', { products: products.slice(1) })?.items).toHaveLength(MAX_LINES);
  });

  it('accepts numbers as text and rounds what is sold by length', () => {
    expect(signal('Product Added', { product_id: 'p', price: ' 12.50 ', quantity: '3' })?.items[0]).toMatchObject({
      price: 12.5,
      quantity: 3,
    });
    expect(signal('Product Added', { product_id: 'p', quantity: 0.4 })?.items[0]?.quantity).toBe(1);
  });

  it('cuts long text between characters and removes control characters', () => {
    const query = signal('Products Searched', { query: `${'x'.repeat(499)}😀tail` })?.query;
    expect(query).toBe('x'.repeat(499));
    expect(signal('Products Searched', { query: 'a\u0000\tb' })?.query).toBe('a b');
  });
});

describe('readEvent: anything', () => {
  const properties = fc.dictionary(
    fc.constantFrom(
      'product_id',
      'item_id',
      'sku',
      'price',
      'quantity',
      'products',
      'items',
      'query',
      'category',
      'order_id',
    ),
    fc.oneof(
      fc.jsonValue(),
      fc.array(fc.dictionary(fc.constantFrom('product_id', 'price', 'quantity'), fc.jsonValue())),
    ),
  );
  const names = fc.constantFrom(
    'Product Viewed',
    'Order Completed',
    'purchase',
    'search',
    'view_item_list',
    'refund',
    'Product Clicked',
  );

  it('becomes a signal that fits the schema, nothing, or a problem with a path; it never throws', () => {
    fc.assert(
      fc.property(names, properties, (event, given) => {
        const result = readEvent({ type: 'track', event, properties: given } satisfies Partial<ShopperEventReceived>);
        if ('problem' in result) {
          expect(result.problem.path).toMatch(/^properties\./);
        } else if (result.signal) {
          const whole = signalOf(anEvent(), result.signal, { sessionId: 'sess-1', shopperId: 's-1' }, 1, A_MOMENT);
          expect(SignalRecorded.schema.parse(whole)).toEqual(whole);
        }
      }),
      { numRuns: 500 },
    );
  });
});

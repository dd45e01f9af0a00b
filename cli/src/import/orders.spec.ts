import { EventRequest } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { isCharge, isRemark } from './charges.js';
import { proposeMapping } from './columns.js';
import { derivedProducts } from './derived-products.js';
import { OrderBook, type OrderReading, type Rejection } from './order-book.js';
import { orderEvents } from './order-events.js';
import { ORDER_FIELDS } from './order-fields.js';
import { Zone } from './time.js';

const COLUMNS = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'];
const mapping = proposeMapping(COLUMNS, ORDER_FIELDS);
const READING: OrderReading = { mapping, minorUnits: false, decimalComma: false, currency: 'GBP' };
const ROW = ['536365', '85123A', 'WHITE HANGING HEART', '6', '2010-12-01 08:26:00', '2.55', '17850.0'];
type Cells = Partial<Record<'order' | 'sku' | 'title' | 'quantity' | 'time' | 'price' | 'customer', string>>;

function aBook(lines: readonly Cells[], reading: Partial<OrderReading> = {}, keepCharges = false) {
  const book = new OrderBook();
  const rejected: Rejection[] = [];
  lines.forEach(({ order, sku, title, quantity, time, price, customer }, index) => {
    const cells = [order, sku, title, quantity, time, price, customer].map((cell, column) => cell ?? ROW[column]);
    const row = Object.fromEntries(COLUMNS.map((column, at) => [column, cells[at]]));
    const rejection = book.add('orders.csv', index + 2, row, { ...READING, ...reading });
    if (rejection) rejected.push(rejection);
  });
  const settled = book.settle({ zone: new Zone('UTC'), keepCharges });
  if ('ambiguous' in settled) throw new Error(settled.ambiguous);
  return {
    lines: settled.lines,
    rejected: [...rejected, ...settled.rejected],
    events: [...orderEvents(settled.lines)].map(({ event }) => event),
    products: [...derivedProducts(settled.lines)],
  };
}

describe('orders as events', () => {
  it('makes one event of one order, with the time kept', () => {
    const { events } = aBook([{}, { sku: '71053', quantity: '2', price: '3.39' }, { order: '2', customer: '' }]);
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual({
      type: 'track',
      event: 'Order Completed',
      messageId: expect.stringMatching(/^order-[0-9a-f]{32}$/),
      anonymousId: 'customer-17850',
      userId: '17850',
      timestamp: '2010-12-01T08:26:00.000Z',
      properties: {
        order_id: '536365',
        currency: 'GBP',
        products: [
          { product_id: '85123A', quantity: 6, price: 2.55 },
          { product_id: '71053', quantity: 2, price: 3.39 },
        ],
      },
    });
    // Nobody known bought it: somebody new.
    expect(events[1]).toMatchObject({ anonymousId: 'order-2' });
    expect(events[1]).not.toHaveProperty('userId');
    for (const event of events) expect(EventRequest.safeParse(event).success).toBe(true);
  });

  it('gives an order the same id whatever the file, its place in it and the order of its lines', () => {
    const id = (lines: readonly Cells[], order = '1') =>
      aBook(lines).events.find((e) => e.properties?.['order_id'] === order)?.messageId;
    const lines: Cells[] = [{ order: '1' }, { order: '1', sku: 'x' }, { order: '2' }];
    expect(id(lines)).toBe(id([...lines].reverse()));
    expect(id(lines)).not.toBe(id(lines, '2'));
    expect(id(lines)).not.toBe(
      id([
        { order: '1', quantity: '5' },
        { order: '1', sku: 'x' },
      ]),
    );
  });

  it('tells what came back as a refund: negative quantities, and whole orders by prefix when asked to', () => {
    const { events } = aBook([{}, { sku: 'x', quantity: '-1' }, { order: 'C7', quantity: '-2' }]);
    expect(events.map(({ event }) => event)).toEqual(['Order Completed', 'Order Refunded', 'Order Refunded']);
    expect(events[2]?.properties).toMatchObject({ products: [{ product_id: '85123A', quantity: 2 }] });
    expect(aBook([{ order: 'C7', quantity: '2' }], { cancelPrefix: 'C' }).events[0]?.event).toBe('Order Refunded');
    expect(aBook([{ order: 'C7', quantity: '2' }]).events[0]?.event).toBe('Order Completed');
  });

  it('adds up lines of one sku', () => {
    const { events } = aBook([
      { quantity: '1', price: '2' },
      { quantity: '3', price: '4' },
    ]);
    expect(events[0]?.properties?.['products']).toEqual([{ product_id: '85123A', quantity: 4, price: 3.5 }]);
  });

  it('tells a huge order in several events, each small enough for the gateway', () => {
    const { events } = aBook(Array.from({ length: 1_100 }, (_, n) => ({ sku: `sku-number-${n}` })));
    expect(events.length).toBeGreaterThan(1);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(events.length);
    expect(events.flatMap(({ properties }) => properties?.['products'])).toHaveLength(1_100);
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(32 * 1024);
  });

  it('comes in the order of time', () => {
    const { events } = aBook([{ order: '2', time: '2010-12-02 08:00' }, { order: '1' }]);
    expect(events.map(({ timestamp }) => timestamp)).toEqual(['2010-12-01T08:26:00.000Z', '2010-12-02T08:00:00.000Z']);
  });
});

describe('lines that are refused', () => {
  it.each<[Cells, RegExp]>([
    [{ order: '' }, /no order number/],
    [{ sku: '' }, /no product number/],
    [{ time: '' }, /no time/],
    [{ time: 'soon' }, /time cannot be read/],
    [{ quantity: '1.5' }, /quantity cannot be read/],
    [{ quantity: '0' }, /quantity is 0/],
    [{ quantity: '2000000' }, /absurd/],
    [{ price: 'x' }, /price cannot be read/],
    [{ price: '-11062.06' }, /below 0/],
    [{ price: '0', customer: '' }, /correction of stock/],
    [{ price: '0', quantity: '-3' }, /correction of stock/],
    [{ sku: 'POST', title: 'POSTAGE' }, /a charge/],
    [{ sku: 'gift_0001_20', title: 'Dotcomgiftshop Gift Voucher £20.00' }, /a charge/],
  ])('%j', (cells, reason) => {
    const { rejected, events } = aBook([cells]);
    expect(rejected).toEqual([
      expect.objectContaining({ file: 'orders.csv', line: 2, reason: expect.stringMatching(reason) }),
    ]);
    expect(events).toEqual([]);
  });

  it('keeps a thing given away to a known customer', () => expect(aBook([{ price: '0' }]).events).toHaveLength(1));

  it('knows the number of a charge where its title is missing', () => {
    const { rejected } = aBook([
      { sku: 'DOT', title: 'DOTCOM POSTAGE' },
      { sku: 'DOT', title: 'DOTCOM POSTAGE' },
      { sku: 'DOT', title: '' },
    ]);
    expect(rejected.map(({ line }) => line).sort()).toEqual([2, 3, 4]);
  });

  it('keeps charges when asked to', () => {
    expect(aBook([{ sku: 'POST', title: 'POSTAGE' }], {}, true).rejected).toEqual([]);
  });

  it('does not take things for charges or remarks', () => {
    for (const title of ['POSTAGE STAMP TIN', 'GIFT BAG LARGE', 'SAMPLE SPOONS SET', 'FOLK ART GREETING CARD'])
      expect(isCharge(title)).toBe(false);
    for (const title of ['Next Day Carriage', 'P&P', 'Shipping costs', 'Bank Charges'])
      expect(isCharge(title)).toBe(true);
    for (const title of ['?', '', 'damages?', 'wrongly coded 20713', 'wet/rusty']) expect(isRemark(title)).toBe(true);
    expect(isRemark('WHITE HANGING HEART T-LIGHT HOLDER')).toBe(false);
  });

  it('asks back when nothing tells day from month', () => {
    const book = new OrderBook();
    const row = Object.fromEntries(COLUMNS.map((column, at) => [column, at === 4 ? '3/11/2010 8:26' : ROW[at]]));
    book.add('orders.csv', 2, row, READING);
    expect(book.settle({ zone: new Zone('UTC'), keepCharges: false })).toEqual({ ambiguous: '3/11/2010 8:26' });
  });
});

describe('products from lines', () => {
  it('takes the most frequent proper title, the median of the latest prices and the time of the last sale', () => {
    const { products } = aBook([
      { order: '1', title: 'LANTERN', price: '3' },
      { order: '2', title: 'LANTERN', price: '100', quantity: '500' },
      { order: '3', title: 'WHITE METAL LANTERN ', price: '4', time: '2010-12-05 10:00' },
      { order: '4', title: 'WHITE METAL LANTERN', price: '4' },
      { order: '5', title: 'WHITE METAL LANTERN', price: '4' },
      { order: '6', title: 'damaged', price: '4' },
      { order: '7', title: 'damaged', price: '4' },
    ]);
    expect(products).toEqual([
      {
        productId: '85123A',
        title: 'WHITE METAL LANTERN',
        categories: [],
        price: 4,
        stock: null,
        availability: 'in_stock',
        currency: 'GBP',
        observedAt: '2010-12-05T10:00:00.000Z',
      },
    ]);
  });

  it('takes spellings that differ in case for one product, in events too', () => {
    const { products, events } = aBook([{ order: '1' }, { order: '2' }, { order: '3', sku: '85123a' }]);
    expect(products.map(({ productId }) => productId)).toEqual(['85123A']);
    expect(events.flatMap(({ properties }) => properties?.['products'])).toEqual(
      Array(3).fill(expect.objectContaining({ product_id: '85123A' })),
    );
  });

  it('makes none of what only came back or was never paid for', () => {
    expect(aBook([{ quantity: '-1' }, { sku: 'x', price: '0' }]).products).toEqual([]);
  });
});

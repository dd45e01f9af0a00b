import { describe, expect, it } from 'vitest';
import { CATALOG_FIELDS } from './catalog-fields.js';
import { toCatalogItem, type CatalogReading, type Row } from './catalog-item.js';
import { proposeMapping } from './columns.js';
import { toGroupedItem, commonTitle } from './variants.js';

const observedAt = '2026-01-15T12:00:00.000Z';
const reading = (row: Row, over: Partial<CatalogReading> = {}): CatalogReading => ({
  mapping: proposeMapping(Object.keys(row), CATALOG_FIELDS),
  attributes: 'all',
  minorUnits: false,
  decimalComma: false,
  observedAt,
  ...over,
});
const convert = (row: Row, over: Partial<CatalogReading> = {}) => toCatalogItem(row, reading(row, over));

describe('toCatalogItem', () => {
  it('reads an Icecat product: cents, attributes by kind, links left out', () => {
    const row = {
      id: '2101957',
      name: 'dv7-1211ea',
      title: 'HP Pavilion dv7 Notebook',
      ean: ['0884420588030'],
      short_description: 'Intel Core 2 Duo',
      img_high: 'http://images.example/1.jpg',
      img_500x500: 'http://images.example/2.jpg',
      supplier: 'HP',
      price: 10995,
      attr_t_product_type: 'Notebook',
      attr_t_product_colour: 'Silver',
      attr_n_display_diagonal: 17,
      attr_b_touchscreen: false,
    };
    expect(convert(row, { minorUnits: true, currency: 'EUR' })).toEqual({
      value: {
        productId: '2101957',
        title: 'HP Pavilion dv7 Notebook',
        description: 'Intel Core 2 Duo',
        brand: 'HP',
        categories: ['Notebook'],
        attributes: {
          name: 'dv7-1211ea',
          ean: ['0884420588030'],
          product_colour: 'Silver',
          display_diagonal: 17,
          touchscreen: false,
        },
        imageUrl: 'http://images.example/2.jpg',
        price: 109.95,
        currency: 'EUR',
        observedAt,
      },
    });
  });

  it('reads prices before and after a reduction', () => {
    const offer = (row: Row) => {
      const item = convert({ id: '1', title: 'Trowel', ...row });
      return 'value' in item
        ? { price: item.value.price, listPrice: item.value.listPrice, currency: item.value.currency }
        : item;
    };
    expect(offer({ price: '20.00 EUR', sale_price: '15.00 EUR' })).toEqual({
      price: 15,
      listPrice: 20,
      currency: 'EUR',
    });
    expect(offer({ price: '15', compare_at_price: '20' })).toEqual({ price: 15, listPrice: 20 });
    expect(offer({ price: '20', compare_at_price: '15' })).toEqual({ price: 20 });
    expect(offer({ regular_price: '20', sale_price: '' })).toEqual({ price: 20 });
    expect(offer({ regular_price: '20', sale_price: '0' })).toEqual({ price: 20 });
    expect(offer({})).toEqual({});
  });

  it('joins several columns to one category', () => {
    const row = { id: '1', title: 'Trowel', department: 'Garden', group: 'Hand tools/small' };
    const item = convert(row, { mapping: { productId: ['id'], title: ['title'], category: ['department', 'group'] } });
    expect(item).toMatchObject({ value: { categories: ['Garden/Hand tools-small'] } });
  });

  it('leaves untold what the row does not tell', () => {
    const item = convert({ id: '1', title: 'Trowel', stock: '', price: '' });
    expect(item).toEqual({ value: { productId: '1', title: 'Trowel', categories: [], observedAt } });
  });

  it('cuts what is too long rather than losing the product', () => {
    const item = convert({ id: '1', title: 'x'.repeat(600), note: 'y'.repeat(1200) });
    expect(item).toMatchObject({ value: { title: 'x'.repeat(500), attributes: { note: 'y'.repeat(1000) } } });
  });

  it.each<[Row, RegExp]>([
    [{ title: 'Trowel' }, /no product id/],
    [{ id: '1', title: '' }, /title/],
    [{ id: '1', title: 'T', price: 'cheap' }, /price: "cheap" is not an amount/],
    [{ id: '1', title: 'T', price: '-1' }, /price: -1 is below 0/],
    [{ id: '1', title: 'T', price: '99999999' }, /price/],
    [{ id: '1', title: 'T', stock: 'many' }, /stock: "many"/],
    [{ id: '1', title: 'T', availability: 'perhaps' }, /availability: "perhaps"/],
    [{ id: 'a\u0000b', title: 'T' }, /productId/],
  ])('refuses %j', (row, problem) => expect(convert(row)).toMatchObject({ problem: expect.stringMatching(problem) }));
});

describe('toGroupedItem', () => {
  const rows = [
    {
      item_group_id: 'g1',
      id: 'g1-s',
      title: 'Linen shirt, S',
      size: 'S',
      colour: 'blue',
      price: '50',
      stock: '3',
      brand: 'Aldermoor',
    },
    {
      item_group_id: 'g1',
      id: 'g1-m',
      title: 'Linen shirt, M',
      size: 'M',
      colour: 'blue',
      price: '52',
      stock: '0',
      brand: '',
    },
    {
      item_group_id: 'g1',
      id: 'g1-m',
      title: 'Linen shirt, M',
      size: 'M',
      colour: 'blue',
      price: '52',
      stock: '0',
      brand: '',
    },
    {
      item_group_id: 'g1',
      id: 'g1-l',
      title: 'Linen shirt, L',
      size: 'L',
      colour: 'blue',
      price: 'x',
      stock: '1',
      brand: '',
    },
  ].map((row, index) => ({ row, line: index + 2 }));

  it('makes variants of rows, names the bad ones and keeps the others', () => {
    const { item, problems } = toGroupedItem('g1', rows, reading(rows[0]!.row));
    expect(item).toEqual({
      value: {
        productId: 'g1',
        title: 'Linen shirt',
        brand: 'Aldermoor',
        categories: [],
        attributes: { colour: 'blue' },
        variants: [
          { sku: 'g1-s', options: { size: 'S' }, price: 50, stock: 3 },
          { sku: 'g1-m', title: 'Linen shirt, M', options: { size: 'M' }, price: 52, stock: 0 },
        ],
        observedAt,
      },
    });
    expect(problems).toEqual([
      { line: 4, problem: 'sku "g1-m" stands twice in group "g1"' },
      { line: 5, problem: 'price: "x" is not an amount' },
    ]);
  });

  it('reads the option pairs of shop exports, where later rows leave out what is common', () => {
    const shop = [
      {
        Handle: 'shirt',
        Title: 'Shirt',
        'Option1 Name': 'Size',
        'Option1 Value': 'S',
        'Variant SKU': 's',
        'Variant Price': '5',
      },
      {
        Handle: 'shirt',
        Title: '',
        'Option1 Name': '',
        'Option1 Value': 'M',
        'Variant SKU': 'm',
        'Variant Price': '5',
      },
    ].map((row, index) => ({ row, line: index + 2 }));
    const { item } = toGroupedItem('shirt', shop, reading(shop[0]!.row));
    expect(item).toMatchObject({
      value: {
        title: 'Shirt',
        variants: [
          { sku: 's', options: { size: 'S' } },
          { sku: 'm', options: { size: 'M' } },
        ],
      },
    });
  });

  it('finds what titles have in common', () => {
    expect(commonTitle(['Linen shirt - S', 'Linen shirt - M'])).toBe('Linen shirt');
    expect(commonTitle(['Mug red', 'Mug blue'])).toBe('Mug red');
    expect(commonTitle([])).toBe('');
  });
});

import { CatalogItem, type AttributeValue, type OfferChange } from '@shopkeeper/contracts';
import type { CatalogField } from './catalog-fields.js';
import { columnKey, type Mapping } from './columns.js';
import {
  categoriesOf,
  joinPath,
  plainTextOf,
  readAvailability,
  readCount,
  readMoney,
  textOf,
  type MoneyOptions,
} from './values.js';

export type Row = Readonly<Record<string, unknown>>;

export interface CatalogReading extends MoneyOptions {
  readonly mapping: Mapping<CatalogField>;
  /** Used where the file names none. */
  readonly currency?: string | undefined;
  readonly categorySeparator?: string | undefined;
  /** Columns that become attributes: all that have no other use, none, or these. */
  readonly attributes: 'all' | 'none' | ReadonlySet<string>;
  /** When the source saw it so, ISO 8601. */
  readonly observedAt: string;
}

export type Converted<T> = { readonly value: T } | { readonly problem: string };

/** One row as one product. */
export function toCatalogItem(row: Row, reading: CatalogReading): Converted<CatalogItem> {
  const productId = cell(row, reading, 'productId') ?? cell(row, reading, 'sku');
  if (productId === undefined) return { problem: 'no product id' };
  const offer = offerOf(row, reading);
  if ('problem' in offer) return offer;
  return checked({
    productId: idText(productId),
    ...contentOf(row, reading),
    ...offer.value,
    observedAt: reading.observedAt,
  });
}

/** Checks against the contract; names the first field that does not fit. */
export function checked(item: unknown): Converted<CatalogItem> {
  const parsed = CatalogItem.safeParse(item);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` };
}

export const cell = (row: Row, { mapping }: CatalogReading, field: CatalogField): unknown => {
  const value = row[mapping[field]?.[0] ?? ''];
  return textOf(value) === undefined ? undefined : value;
};

/** Spreadsheets make numbers of ids: `17850.0` was `17850`. */
export const idText = (value: unknown): string => (textOf(value) ?? '').replace(/^(\d+)\.0$/, '$1');

/** Everything but price and stock. Texts that are too long are cut: a product is worth more than its last words. */
export function contentOf(row: Row, reading: CatalogReading): Record<string, unknown> {
  const text = (field: CatalogField, most: number): string | undefined =>
    plainTextOf(cell(row, reading, field))?.slice(0, most);
  const optional = {
    description: text('description', 10_000),
    brand: text('brand', 200),
    url: text('url', 2000),
    imageUrl: text('imageUrl', 2000),
    family: text('family', 200),
    attributes: attributesOf(row, reading),
  };
  return {
    title: text('title', 500) ?? '',
    categories: categoriesFrom(row, reading),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function categoriesFrom(row: Row, { mapping, categorySeparator }: CatalogReading): string[] {
  const columns = mapping.category ?? [];
  const [first] = columns;
  if (first === undefined) return [];
  if (columns.length === 1) return categoriesOf(row[first], categorySeparator);
  const path = joinPath(columns.flatMap((column) => plainTextOf(row[column]) ?? []));
  return path === '' ? [] : [path];
}

const MEANINGLESS = /^(short_description|long_description|summary|body_html|img_.*|image.*|additional_image.*)$/;
const MAX_ATTRIBUTES = 200;

/** The columns that have no other use, as attributes; links, long texts of the description kind and nested things are left out. */
export function attributesOf(row: Row, reading: CatalogReading): Record<string, AttributeValue> | undefined {
  if (reading.attributes === 'none') return undefined;
  const used = new Set(Object.values(reading.mapping).flat());
  const attributes: Record<string, AttributeValue> = {};
  let count = 0;
  for (const [column, raw] of Object.entries(row)) {
    if (used.has(column) || (reading.attributes !== 'all' && !reading.attributes.has(column))) continue;
    const key = columnKey(column).slice(0, 100);
    const value = attributeOf(raw);
    if (key === '' || value === undefined || MEANINGLESS.test(key) || Object.hasOwn(attributes, key)) continue;
    attributes[key] = value;
    if (++count === MAX_ATTRIBUTES) break;
  }
  return count > 0 ? attributes : undefined;
}

function attributeOf(raw: unknown): AttributeValue | undefined {
  if (typeof raw === 'boolean') return raw;
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (Array.isArray(raw)) {
    const texts = raw.flatMap((each) => plainTextOf(each)?.slice(0, 300) ?? []).slice(0, 50);
    return texts.length > 0 ? texts : undefined;
  }
  const text = plainTextOf(raw);
  return text === undefined || /^https?:\/\//i.test(text) ? undefined : text.slice(0, 1000);
}

/** Price, cost and stock of a row; a price that cannot be read rejects the row, a missing one leaves the price unknown. */
export function offerOf(row: Row, reading: CatalogReading): Converted<Partial<OfferChange>> {
  const offer: Partial<OfferChange> = {};
  const amounts: Partial<Record<CatalogField, number>> = {};
  let currency = textOf(cell(row, reading, 'currency'))?.toUpperCase();
  for (const field of ['salePrice', 'price', 'listPrice', 'cost'] as const) {
    const value = cell(row, reading, field);
    if (value === undefined) continue;
    const money = readMoney(value, reading);
    if ('problem' in money) return { problem: `${field}: ${money.problem}` };
    if (money.value.amount < 0) return { problem: `${field}: ${money.value.amount} is below 0` };
    amounts[field] = money.value.amount;
    currency ??= money.value.currency;
  }
  const { salePrice, cost } = amounts;
  // Shop systems write 0 or nothing where there is no sale.
  const price = salePrice || (amounts.price ?? amounts.listPrice);
  if (price !== undefined) offer.price = price;
  const list = Math.max(amounts.price ?? 0, amounts.listPrice ?? 0);
  if (price !== undefined && list > price) offer.listPrice = list;
  if (cost !== undefined) offer.cost = cost;
  if (price !== undefined && (currency ?? reading.currency)) offer.currency = currency ?? reading.currency;
  const stock = stockOf(row, reading);
  return 'problem' in stock ? stock : { value: { ...offer, ...stock.value } };
}

function stockOf(row: Row, reading: CatalogReading): Converted<Partial<OfferChange>> {
  const offer: Partial<OfferChange> = {};
  const stock = cell(row, reading, 'stock');
  if (stock !== undefined) {
    const count = readCount(stock);
    if ('problem' in count) return { problem: `stock: ${count.problem}` };
    offer.stock = count.value;
  }
  const availability = cell(row, reading, 'availability');
  if (availability !== undefined) {
    const read = readAvailability(availability);
    if ('problem' in read) return { problem: `availability: ${read.problem}` };
    offer.availability = read.value;
  }
  return { value: offer };
}

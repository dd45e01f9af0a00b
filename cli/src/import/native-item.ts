import { CatalogItem } from '@shopkeeper/contracts';
import { checked, type Converted, type Row } from './catalog-item.js';
import type { Source } from './source.js';

const SHAPE = new Set(Object.keys(CatalogItem.shape));

/** True when a file of JSON lines is in Shopkeeper's own words: a line is a product as `/v1/catalog/import` takes it. */
export const isNative = (format: Source['format'], columns: readonly string[]): boolean =>
  format === 'json-lines' && columns.includes('productId') && columns.includes('title');

/** What such lines hold that a product has no place for. */
export const strangers = (columns: readonly string[]): string[] => columns.filter((column) => !SHAPE.has(column));

/** Must fit the contract as it is. */
export function toNativeItem(row: Row, observedAt: string): Converted<CatalogItem> {
  return checked({ observedAt, ...row });
}

import { CatalogItem } from '@shopkeeper/contracts';
import { checked, type Converted, type Row } from './catalog-item.js';

const SHAPE = new Set(Object.keys(CatalogItem.shape));

/** True when the file is in Shopkeeper's own words already: a line is a product as `/v1/catalog/import` takes it. */
export const isNative = (columns: readonly string[]): boolean =>
  columns.includes('productId') && columns.includes('title') && columns.every((column) => SHAPE.has(column));

/** Empty cells of CSV are absent; everything else must fit the contract as it is. */
export function toNativeItem(row: Row, observedAt: string): Converted<CatalogItem> {
  const present = Object.entries(row).filter(([, value]) => value !== '' && value !== undefined);
  return checked({ observedAt, ...Object.fromEntries(present) });
}

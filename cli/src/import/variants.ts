import type { CatalogItem, OfferChange } from '@shopkeeper/contracts';
import {
  cell,
  checked,
  contentOf,
  idText,
  offerOf,
  type CatalogReading,
  type Converted,
  type Row,
} from './catalog-item.js';
import { OPTION_KEYS } from './catalog-fields.js';
import { columnKey } from './columns.js';
import { plainTextOf, textOf } from './values.js';

export interface GroupedRow {
  readonly line: number;
  readonly row: Row;
}

/** The product that a row is a variant of; `undefined` when it stands alone. */
export function groupOf(row: Row, reading: CatalogReading): string | undefined {
  const group = cell(row, reading, 'group');
  return group === undefined ? undefined : idText(group);
}

/** Rows of one group as one product with variants; rows that do not fit are named and the others kept. */
export function toGroupedItem(
  productId: string,
  rows: readonly GroupedRow[],
  reading: CatalogReading,
): { item: Converted<CatalogItem>; problems: { line: number; problem: string }[] } {
  const problems: { line: number; problem: string }[] = [];
  const options = optionColumns(rows, reading);
  const variants: NonNullable<CatalogItem['variants']> = [];
  for (const { line, row } of rows) {
    const variant = variantOf(row, reading, options, variants.length);
    if ('problem' in variant) problems.push({ line, problem: variant.problem });
    else if (variants.some(({ sku }) => sku === variant.value.sku)) {
      problems.push({ line, problem: `sku "${variant.value.sku}" stands twice in group "${productId}"` });
    } else variants.push(variant.value);
  }
  // Shop systems leave what is common empty in all rows but the first.
  const common = Object.fromEntries(
    rows
      .map(({ row }) => present(row))
      .reverse()
      .flatMap((row) => Object.entries(row)),
  );
  for (const { column } of options) delete common[column];
  const content = contentOf(common, reading);
  const titles = rows.map(({ row }) => plainTextOf(cell(row, reading, 'title')) ?? '').filter(Boolean);
  return {
    item: checked({ productId, ...content, title: commonTitle(titles), variants, observedAt: reading.observedAt }),
    problems,
  };
}

const present = (row: Row): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).filter(([, value]) => textOf(value) !== undefined || typeof value === 'object'),
  );

function variantOf(
  row: Row,
  reading: CatalogReading,
  options: readonly Option[],
  place: number,
): Converted<NonNullable<CatalogItem['variants']>[number]> {
  const id = cell(row, reading, 'sku') ?? cell(row, reading, 'productId');
  if (id === undefined) return { problem: 'no sku' };
  const offer = offerOf(row, reading);
  if ('problem' in offer) return offer;
  const chosen = options.flatMap(({ name, column }): [string, string][] => {
    const value = plainTextOf(row[column]);
    return value === undefined ? [] : [[name, value.slice(0, 200)]];
  });
  const title = plainTextOf(cell(row, reading, 'title'))?.slice(0, 300);
  return {
    value: {
      sku: idText(id),
      ...(title && place > 0 && { title }),
      ...(chosen.length > 0 && { options: Object.fromEntries(chosen) }),
      ...(offer.value as OfferChange),
    },
  };
}

interface Option {
  readonly name: string;
  readonly column: string;
}

/** Columns in which the rows of a group differ and that set variants apart; pairs such as "Option1 Name", "Option1 Value" as well. */
function optionColumns(rows: readonly GroupedRow[], reading: CatalogReading): Option[] {
  const used = new Set(Object.values(reading.mapping).flat());
  const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))].filter((column) => !used.has(column));
  return columns.flatMap((column): Option[] => {
    const key = columnKey(column);
    const values = new Set(rows.map(({ row }) => textOf(row[column]) ?? ''));
    const pair = /^option(\d)_value$/.exec(key);
    if (pair) {
      const naming = columns.find((other) => columnKey(other) === `option${pair[1]}_name`) ?? '';
      const name = rows.map(({ row }) => textOf(row[naming])).find((text) => text !== undefined);
      // "Title: Default Title" is how a shop system says that there are no options.
      return name === undefined || name === 'Title' ? [] : [{ name: name.toLowerCase(), column }];
    }
    return OPTION_KEYS.has(key) && values.size > 1 ? [{ name: key, column }] : [];
  });
}

/** What all titles begin with, up to a whole word, if that says enough; otherwise the first title. */
export function commonTitle(titles: readonly string[]): string {
  const [first = ''] = titles;
  let length = first.length;
  for (const title of titles) {
    while (!title.startsWith(first.slice(0, length))) length--;
  }
  if (length === first.length) return first.slice(0, 500);
  const whole = first
    .slice(0, length)
    .replace(/[^\s]*$/, '')
    .replace(/[\s,;:()|/-]+$/, '');
  return (whole.length >= 8 ? whole : first).slice(0, 500);
}

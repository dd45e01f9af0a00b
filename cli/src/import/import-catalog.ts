import { isRetriable, ShopkeeperError, type CatalogItem } from '@shopkeeper/contracts';
import type { Io } from '../io.js';
import { CATALOG_FIELDS } from './catalog-fields.js';
import { toCatalogItem, type CatalogReading, type Converted, type Row } from './catalog-item.js';
import { proposeMapping, readMapping, showMapping } from './columns.js';
import { Delivery } from './delivery.js';
import type { Destination } from './destination.js';
import type { ImportReport } from './import-report.js';
import { isNative, strangers, toNativeItem } from './native-item.js';
import { peek } from './peek.js';
import { openSources, type Source, type SourceOptions } from './source.js';
import { groupOf, toGroupedItem, type GroupedRow } from './variants.js';

export interface CatalogImport extends SourceOptions {
  readonly map?: string | undefined;
  readonly observedAt?: string | undefined;
  readonly reading: Omit<CatalogReading, 'mapping' | 'observedAt'>;
}

/** Imports files one after the other; a file that cannot be read is named and the others go on. */
export async function importCatalog(
  files: readonly string[],
  options: CatalogImport,
  destination: Destination,
  report: ImportReport,
  io: Io,
): Promise<void> {
  const delivery = new Delivery(destination, 'catalog', report);
  const seen = new Map<string, string>();
  for (const source of await openSources(files, options)) {
    try {
      await importFile(source, options, delivery, seen, report, io);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      report.reject({ file: source.path, line: 0, reason: 'the file cannot be read', detail: error.message });
    }
  }
  await delivery.finish();
}

/** A broken file is no reason to drop the others; a wrong option or a shop that is gone is. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof Error && !isRetriable(error) && !(error instanceof ShopkeeperError);

async function importFile(
  source: Source,
  options: CatalogImport,
  delivery: Delivery,
  seen: Map<string, string>,
  report: ImportReport,
  io: Io,
): Promise<void> {
  const { path } = source;
  const { columns, rows } = await peek(source);
  const native = options.map === undefined && isNative(source.format, columns);
  const mapping =
    options.map === undefined
      ? proposeMapping(columns, CATALOG_FIELDS)
      : readMapping(options.map, columns, CATALOG_FIELDS);
  const observedAt = options.observedAt ?? source.modifiedAt;
  const reading: CatalogReading = { ...options.reading, mapping, observedAt };
  io.out.write(`${path}: ${native ? nativeNote(columns) : `--map ${showMapping(mapping)}`}\n`);
  const groups = new Map<string, GroupedRow[]>();

  const take = async (item: Converted<CatalogItem>, line: number): Promise<void> => {
    if ('problem' in item) return report.reject({ file: path, line, reason: item.problem });
    const { productId } = item.value;
    const before = seen.get(productId);
    if (before !== undefined) {
      return report.reject({
        file: path,
        line,
        reason: 'a product that was there before',
        detail: `${productId} in ${before}`,
      });
    }
    seen.set(productId, `${path}:${line}`);
    await delivery.add(item.value, { file: path, line });
  };
  const convert = (row: Row): Converted<CatalogItem> =>
    native ? toNativeItem(row, observedAt) : toCatalogItem(row, reading);

  for await (const batch of rows) {
    report.lines(batch.length);
    for (const each of batch) {
      if ('problem' in each) {
        report.reject({ file: path, line: each.line, reason: 'the line cannot be read', detail: each.problem });
        continue;
      }
      const group = native ? undefined : groupOf(each.row, reading);
      if (group === undefined) await take(convert(each.row), each.line);
      else groups.set(group, [...(groups.get(group) ?? []), each]);
    }
  }
  for (const [group, members] of groups) {
    const { item, problems } = toGroupedItem(group, members, reading);
    for (const { line, problem } of problems) report.reject({ file: path, line, reason: problem });
    await take(item, members[0]!.line);
  }
}

function nativeNote(columns: readonly string[]): string {
  const unknown = strangers(columns);
  return `products in the words of Shopkeeper${unknown.length > 0 ? `; left out: ${unknown.join(', ')}` : ''}`;
}

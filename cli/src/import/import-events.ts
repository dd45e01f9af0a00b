import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Io } from '../io.js';
import { proposeMapping, readMapping, showMapping, type Mapping } from './columns.js';
import { Delivery } from './delivery.js';
import { derivedProducts } from './derived-products.js';
import type { Destination } from './destination.js';
import { toEvent } from './event-line.js';
import { invalid } from './import-options.js';
import type { ImportReport } from './import-report.js';
import { OrderBook, type OrderReading } from './order-book.js';
import { orderEvents } from './order-events.js';
import { ORDER_FIELDS, type OrderField } from './order-fields.js';
import { peek } from './peek.js';
import { openSources, type SourceOptions, type SourceRow } from './source.js';
import type { DateOrder, Zone } from './time.js';

export interface EventImport extends SourceOptions {
  readonly map?: string | undefined;
  readonly products: 'from-lines' | 'none';
  readonly zone: Zone;
  readonly dateOrder?: DateOrder | undefined;
  readonly keepCharges: boolean;
  readonly reading: Omit<OrderReading, 'mapping'>;
}

/** Imports files one after the other; the orders of all CSV files are settled together. A file that cannot be read is named and the others go on. */
export async function importEvents(
  files: readonly string[],
  options: EventImport,
  destination: Destination,
  report: ImportReport,
  io: Io,
): Promise<void> {
  const events = new Delivery(destination, 'events', report);
  const book = new OrderBook();
  for (const source of await openSources(files, options)) {
    const file = source.path;
    try {
      const { columns, rows } = await peek(source);
      if (source.format === 'json-lines') await importLines(file, rows, events, report);
      else await readOrders(file, columns, rows, options, book, report, io);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof ShopkeeperError) throw error;
      report.reject({ file, line: 0, reason: 'the file cannot be read', detail: error.message });
    }
  }
  if (book.size > 0) await sendOrders(book, options, destination, events, report);
  await events.finish();
}

async function importLines(
  file: string,
  rows: AsyncIterable<readonly SourceRow[]>,
  events: Delivery,
  report: ImportReport,
): Promise<void> {
  for await (const batch of rows) {
    report.lines(batch.length);
    for (const each of batch) {
      const event = 'problem' in each ? each : toEvent(each.row);
      if ('problem' in event) report.reject({ file, line: each.line, reason: 'not an event', detail: event.problem });
      else await events.add(event.value, { file, line: each.line });
    }
  }
}

async function readOrders(
  file: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly SourceRow[]>,
  options: EventImport,
  book: OrderBook,
  report: ImportReport,
  io: Io,
): Promise<void> {
  const mapping =
    options.map === undefined ? proposeMapping(columns, ORDER_FIELDS) : readMapping(options.map, columns, ORDER_FIELDS);
  assertComplete(file, mapping, columns);
  io.out.write(`${file}: --map ${showMapping(mapping)}\n`);
  const reading: OrderReading = { ...options.reading, mapping };
  for await (const batch of rows) {
    report.lines(batch.length);
    for (const each of batch) {
      const rejection =
        'problem' in each
          ? { file, line: each.line, reason: 'the line cannot be read', detail: each.problem }
          : book.add(file, each.line, each.row, reading);
      if (rejection) report.reject(rejection);
    }
  }
}

function assertComplete(file: string, mapping: Mapping<OrderField>, columns: readonly string[]): void {
  const missing = (['order', 'time', 'quantity', 'price'] as const).filter((field) => !mapping[field]);
  const wanted: string[] = mapping.sku || mapping.product ? missing : [...missing, 'sku'];
  if (wanted.length === 0) return;
  const example = wanted.map((field) => `${field}=COLUMN`).join(',');
  throw invalid(
    `${file}: no column looks like ${wanted.join(', ')}; say --map ${example}. The file has: ${columns.join(', ')}`,
  );
}

async function sendOrders(
  book: OrderBook,
  options: EventImport,
  destination: Destination,
  events: Delivery,
  report: ImportReport,
): Promise<void> {
  const settled = book.settle(options);
  if ('ambiguous' in settled) {
    throw invalid(`"${settled.ambiguous}" may be day or month first; say --date-order dmy or mdy`);
  }
  for (const rejection of settled.rejected) report.reject(rejection);
  if (options.products === 'from-lines') {
    const products = new Delivery(destination, 'catalog', report);
    for (const item of derivedProducts(settled.lines))
      await products.add(item, { file: `product ${item.productId}`, line: 0 });
    await products.finish();
  }
  for (const { event, origin } of orderEvents(settled.lines)) await events.add(event, origin);
}

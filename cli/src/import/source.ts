import { ShopkeeperError } from '@shopkeeper/contracts';
import { parse, type CsvError, type Options } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A row of a file with the line it ends on, or what is wrong with that line. */
export type SourceRow =
  | { readonly line: number; readonly row: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: string };

export interface Source {
  readonly path: string;
  readonly format: 'json-lines' | 'csv';
  /** When the file was last written, ISO 8601. */
  readonly modifiedAt: string;
  /** In batches; fails where the file cannot be read any further. */
  rows(): AsyncIterable<readonly SourceRow[]>;
}

export interface SourceOptions {
  readonly encoding?: BufferEncoding | undefined;
  /** Of CSV; found out from the first line when absent. */
  readonly delimiter?: string | undefined;
}

const BATCH = 500;
const LONGEST_LINE = 8 * 1024 * 1024;
const unreadable = (path: string, why: string) => new ShopkeeperError('CONFIG_INVALID', `${path}: ${why}`);

/**
 * Opens a file of JSON lines or CSV, gzipped or not: gzip is seen by its first bytes, the format by the name and else by the first character.
 * @throws ShopkeeperError CONFIG_INVALID when it cannot be opened or is neither
 */
export async function openSource(path: string, options: SourceOptions = {}): Promise<Source> {
  const { gzipped, modifiedAt } = await inspect(path);
  const chunks = (): AsyncIterable<string> => textOf(path, gzipped, options.encoding ?? 'utf8');
  const format = formatOf(path) ?? (await formatByContent(chunks()));
  if (format === undefined) throw unreadable(path, 'the file is empty');
  const rows = () => (format === 'csv' ? csvRows(chunks(), options.delimiter) : jsonRows(chunks(), path));
  return { path, format, modifiedAt, rows };
}

/** Opens them all before the first is read: a wrong name must not show after half of the work. @throws ShopkeeperError CONFIG_INVALID */
export const openSources = (paths: readonly string[], options: SourceOptions): Promise<Source[]> =>
  Promise.all(paths.map((path) => openSource(path, options)));

async function inspect(path: string): Promise<{ gzipped: boolean; modifiedAt: string }> {
  try {
    const [file, { mtime }] = await Promise.all([open(path), stat(path)]);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return { gzipped: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b, modifiedAt: mtime.toISOString() };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function textOf(path: string, gzipped: boolean, encoding: BufferEncoding): Readable {
  const file = createReadStream(path);
  if (!gzipped) return file.setEncoding(encoding);
  // Whoever reads the unpacked text meets the error there; the callback only keeps it from being thrown twice.
  return pipeline(file, createGunzip(), () => undefined).setEncoding(encoding);
}

function formatOf(path: string): Source['format'] | undefined {
  const name = basename(path).replace(/\.gz$/i, '');
  if (/\.(csv|tsv)$/i.test(name)) return 'csv';
  return /\.(jsonl|ndjson|json)$/i.test(name) ? 'json-lines' : undefined;
}

async function formatByContent(chunks: AsyncIterable<string>): Promise<Source['format'] | undefined> {
  for await (const chunk of chunks) {
    const start = chunk.replace(/^\ufeff/, '').trimStart();
    if (start !== '') return /^[{[]/.test(start) ? 'json-lines' : 'csv';
  }
  return undefined;
}

async function* jsonRows(chunks: AsyncIterable<string>, path: string): AsyncGenerator<readonly SourceRow[]> {
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + (line === 0 && rest === '' ? chunk.replace(/^\ufeff/, '') : chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (line === 0 && /^\s*\[\s*(\{|$)/.test(lines[0] ?? rest)) {
      throw unreadable(path, 'is one JSON array; one object a line is wanted, as "jq -c .[]" makes of it');
    }
    if (rest.length > LONGEST_LINE) throw unreadable(path, `line ${line + lines.length + 1} is longer than 8 MB`);
    const rows = lines.flatMap((text) => jsonRow(text, ++line));
    if (rows.length > 0) yield rows;
  }
  const last = jsonRow(rest, line + 1);
  if (last.length > 0) yield last;
}

function jsonRow(text: string, line: number): SourceRow[] {
  if (text.trim() === '') return [];
  try {
    const row: unknown = JSON.parse(text);
    const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
    return [isObject ? { line, row: row as Record<string, unknown> } : { line, problem: 'not a JSON object' }];
  } catch (error) {
    return [{ line, problem: `not JSON: ${(error as Error).message.slice(0, 120)}` }];
  }
}

async function* csvRows(chunks: AsyncIterable<string>, delimiter?: string): AsyncGenerator<readonly SourceRow[]> {
  const [text, first] = await withFirst(chunks);
  const skipped: SourceRow[] = [];
  const parser = parse({
    bom: true,
    columns: columnNames,
    delimiter: delimiter ?? delimiterOf(first),
    info: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      skipped.push({ line: Number(error?.['lines'] ?? 0), problem: error?.message ?? 'cannot be read' });
      return undefined;
    },
  } satisfies Options);
  const records = pipeline(Readable.from(text), parser, () => undefined) as AsyncIterable<CsvRecord>;
  let batch: SourceRow[] = [];
  for await (const { record, info } of records) {
    batch.push({ line: info.lines, row: record });
    if (batch.length < BATCH) continue;
    yield [...batch, ...skipped.splice(0)];
    batch = [];
  }
  if (batch.length + skipped.length > 0) yield [...batch, ...skipped];
}

interface CsvRecord {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number };
}

/** Of two columns with one name both are kept. */
function columnNames(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((name, index) => {
    const column = name.trim() || `column ${index + 1}`;
    const count = (seen.get(column) ?? 0) + 1;
    seen.set(column, count);
    return count === 1 ? column : `${column} (${count})`;
  });
}

/** The delimiter that divides the first line most often, outside of quotes. */
export function delimiterOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text.replace(/^\ufeff/, ''))?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).sign;
}

async function withFirst(chunks: AsyncIterable<string>): Promise<[AsyncIterable<string>, string]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const all = (async function* () {
    if (first.done) return;
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  return [all, first.done ? '' : first.value];
}

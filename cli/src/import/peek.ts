import type { Source, SourceRow } from './source.js';

/** The first rows decide what the columns mean; they are read once and handed on with the others. */
export async function peek(
  source: Source,
  rows = 2000,
): Promise<{ columns: string[]; rows: AsyncIterable<readonly SourceRow[]> }> {
  const iterator = source.rows()[Symbol.asyncIterator]();
  const seen: (readonly SourceRow[])[] = [];
  const columns = new Set<string>();
  let count = 0;
  while (count < rows) {
    const next = await iterator.next();
    if (next.done) break;
    seen.push(next.value);
    count += next.value.length;
    for (const each of next.value) if ('row' in each) for (const column of Object.keys(each.row)) columns.add(column);
  }
  const all = (async function* () {
    yield* seen;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  return { columns: [...columns], rows: all };
}

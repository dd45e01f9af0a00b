import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openSource, type SourceOptions, type SourceRow } from './source.js';
import { someFiles } from './testing/fakes.js';

const files = someFiles();
afterAll(files.remove);

async function read(name: string, text: string | Buffer, options?: SourceOptions): Promise<SourceRow[]> {
  const source = await openSource(files.write(name, text), options);
  const rows: SourceRow[] = [];
  for await (const batch of source.rows()) rows.push(...batch);
  return rows;
}

describe('JSON lines', () => {
  it('names broken lines and goes on', async () => {
    const rows = await read('a.jsonl', '\ufeff{"id":1}\r\n\n{"id":\n[1]\n"x"\n{"id":2}');
    expect(rows).toEqual([
      { line: 1, row: { id: 1 } },
      { line: 3, problem: expect.stringMatching(/^not JSON/) },
      { line: 4, problem: 'not a JSON object' },
      { line: 5, problem: 'not a JSON object' },
      { line: 6, row: { id: 2 } },
    ]);
  });

  it('reads lines across the borders of chunks, gzipped by content whatever the name', async () => {
    const lines = Array.from({ length: 3_000 }, (_, id) => JSON.stringify({ id, text: 'ä€😀'.repeat(20) }));
    const rows = await read('b.json', gzipSync(lines.join('\n')));
    expect(rows).toHaveLength(3_000);
    expect(rows[2_999]).toEqual({ line: 3_000, row: JSON.parse(lines[2_999]!) });
  });

  it('is told from a JSON array', async () => {
    await expect(read('c.json', '[{"id":1},\n{"id":2}]')).rejects.toThrow(/one JSON array.*jq/);
  });

  it('fails where a gzipped file is cut off, after the lines before', async () => {
    const whole = gzipSync(
      Array.from({ length: 50_000 }, (_, id) => JSON.stringify({ id, x: Math.sin(id) })).join('\n'),
    );
    const source = await openSource(files.write('d.jsonl', whole.subarray(0, whole.length >> 1)));
    let count = 0;
    const all = async () => {
      for await (const batch of source.rows()) count += batch.length;
    };
    await expect(all()).rejects.toThrow(/unexpected end/);
    expect(count).toBeGreaterThan(1_000);
  });
});

describe('CSV', () => {
  it.each([
    ['a,b\n1,"x, y"\n', 'comma'],
    ['a;b\n1;x, y\n', 'semicolon'],
    ['a\tb\n1\tx, y\n', 'tab'],
    ['a|b\n1|x, y\n', 'bar'],
    ['\ufeffa,b\r\n1,"x, y"\r\n', 'with BOM and CRLF'],
  ])('%j (%s)', async (text) => {
    expect(await read('a.csv', text)).toEqual([{ line: 2, row: { a: '1', b: 'x, y' } }]);
  });

  it('reads quotes, line breaks in cells, and inches', async () => {
    expect(await read('b.csv', 'a,b\n1,"say ""hi""\nthere"\n2,10" lamp\n')).toEqual([
      { line: 3, row: { a: '1', b: 'say "hi"\nthere' } },
      { line: 4, row: { a: '2', b: '10" lamp' } },
    ]);
  });

  it('names rows with too few or too many cells and goes on', async () => {
    const rows = await read('c.csv', 'a,b\n1,2\n1\n1,2,3\n3,4\n');
    expect(rows.filter((row) => 'row' in row)).toHaveLength(2);
    expect(rows.filter((row) => 'problem' in row).map(({ line }) => line)).toEqual([3, 4]);
  });

  it('keeps both of two columns with one name, and columns without', async () => {
    expect(await read('d.csv', 'a,a,\n1,2,3\n')).toEqual([{ line: 2, row: { a: '1', 'a (2)': '2', 'column 3': '3' } }]);
  });

  it('reads other encodings and delimiters when told to', async () => {
    expect(await read('e.txt', Buffer.from('a~b\n1~£2\n', 'latin1'), { encoding: 'latin1', delimiter: '~' })).toEqual([
      { line: 2, row: { a: '1', b: '£2' } },
    ]);
  });
});

describe('openSource', () => {
  it('finds out the format by the first character where the name does not tell', async () => {
    expect((await openSource(files.write('feed', ' {"id":1}'))).format).toBe('json-lines');
    expect((await openSource(files.write('feed.txt', 'id,title\n'))).format).toBe('csv');
  });

  it('refuses what is not there, or empty', async () => {
    await expect(openSource('/nowhere/x.csv')).rejects.toThrow(/cannot be read: ENOENT/);
    await expect(openSource(files.write('empty', ''))).rejects.toThrow(/empty/);
  });
});

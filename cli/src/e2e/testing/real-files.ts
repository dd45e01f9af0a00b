import { createReadStream, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';

/** Real files are not part of the repository: beside it, or where `REAL_DATA` says. */
const FOLDER = process.env['REAL_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

/** Order lines of a gift shop, and the catalogue of an electronics shop. */
export const ORDER_LINES = join(FOLDER, 'uci-online-retail/online_retail.csv.gz');
export const CATALOGUE = join(FOLDER, 'chorus-icecat/products.jsonl.gz');

export const isThere = (file: string): boolean => existsSync(file);

/** The first lines of a gzipped file, in a file of its own. */
export async function beginningOf(file: string, lines: number, into: string): Promise<string> {
  const input = createReadStream(file);
  const kept: string[] = [];
  for await (const line of createInterface({ input: input.pipe(createGunzip()) })) {
    if (kept.push(line) >= lines) break;
  }
  input.destroy();
  await writeFile(into, `${kept.join('\n')}\n`);
  return into;
}

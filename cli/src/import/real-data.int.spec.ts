import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runImportCatalog } from '../commands/import-catalog.js';
import { runImportEvents } from '../commands/import-events.js';
import { anIo } from './testing/fakes.js';

/** Real catalogues and orders are not part of the repository: beside it, or where REAL_DATA says. */
const FOLDER = process.env['REAL_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');
const CHORUS = join(FOLDER, 'chorus-icecat/products.jsonl.gz');
const UCI = join(FOLDER, 'uci-online-retail/online_retail.csv.gz');

describe('real files', () => {
  it.skipIf(!existsSync(CHORUS))('reads all 19,406 products of the Chorus catalogue', async () => {
    const io = anIo();
    expect(await runImportCatalog([CHORUS, '--minor-units', '--currency', 'EUR', '--dry-run'], io)).toBe(0);
    expect(io.texts.out).toContain('category=attr_t_product_type');
    expect(io.texts.out).toContain('19,406 lines read, 19,406 products to nowhere');
    expect(io.texts.out).not.toContain('rejected');
  });

  it.skipIf(!existsSync(UCI))('reads the order lines of the UCI shop', async () => {
    const io = anIo();
    expect(await runImportEvents([UCI, '--currency', 'GBP', '--dry-run'], io)).toBe(0);
    expect(io.texts.out).toMatch(/451,127 lines read, 3,7\d\d products and 19,9\d\d events to nowhere/);
    expect(io.texts.out).toMatch(/ 2,\d{3} {2}a charge, not a product\n +2,\d{3} {2}price is 0/);
  });
});

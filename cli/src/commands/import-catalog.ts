import { Instant } from '@shopkeeper/contracts';
import { parseArgs } from 'node:util';
import { importCatalog, type CatalogImport } from '../import/import-catalog.js';
import { IMPORT_OPTIONS, IMPORT_USAGE, invalid, readCurrency, readEncoding } from '../import/import-options.js';
import { runImport } from '../import/run-import.js';
import type { Io } from '../io.js';

const USAGE = `usage: shopkeeper import catalog FILE... [options]

Brings products from JSON lines or CSV, gzipped or not. A second run of the same file changes nothing.

  --category-separator S   what divides the levels of a category; default ">" where there is one
  --attributes LIST        columns that become attributes: all (default), none, or a,b,c
  --observed-at TIME       when the source saw it so; default: when the file was last written
${IMPORT_USAGE}
exit code: 0 something was imported, 2 nothing was, 1 the import could not be done
`;

export async function runImportCatalog(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...IMPORT_OPTIONS,
      'category-separator': { type: 'string' },
      attributes: { type: 'string', default: 'all' },
      'observed-at': { type: 'string' },
    },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  if (positionals.length === 0) throw invalid('import catalog: name a file');
  const { attributes } = values;
  const options: CatalogImport = {
    map: values.map,
    observedAt: readMoment(values['observed-at']),
    encoding: readEncoding(values.encoding),
    delimiter: values.delimiter,
    reading: {
      currency: readCurrency(values.currency),
      minorUnits: values['minor-units'],
      decimalComma: values['decimal-comma'],
      categorySeparator: values['category-separator'],
      attributes: attributes === 'all' || attributes === 'none' ? attributes : new Set(attributes.split(',')),
    },
  };
  return runImport(values, io, (destination, report) => importCatalog(positionals, options, destination, report, io));
}

function readMoment(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!Number.isFinite(Date.parse(text)))
    throw invalid(`--observed-at: "${text}" is not a time such as 2026-11-24T12:00:00Z`);
  return Instant.parse(new Date(text).toISOString());
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import { parseArgs } from 'node:util';
import { importEvents, type EventImport } from '../import/import-events.js';
import { IMPORT_OPTIONS, IMPORT_USAGE, invalid, readCurrency, readEncoding } from '../import/import-options.js';
import { runImport } from '../import/run-import.js';
import { Zone } from '../import/time.js';
import type { Io } from '../io.js';

const USAGE = `usage: shopkeeper import events FILE... [options]

Brings past events from JSON lines (as the gateway takes them) or orders from CSV, one line an article, gzipped or not. The time of
each event is kept. A second run of the same file changes nothing.

of orders:
  --products from-lines    also make the catalogue from the lines (default), or: none
  --time-zone NAME         of times without a zone, such as Europe/London; default UTC
  --date-order ORDER       dmy or mdy, where dates such as 3/11/2010 do not tell
  --cancel-prefix TEXT     orders whose number begins so are cancellations; negative quantities are so anyway
  --keep-charges           take postage, fees and vouchers for products
${IMPORT_USAGE}
exit code: 0 something was imported, 2 nothing was, 1 the import could not be done
`;

export async function runImportEvents(argv: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      ...IMPORT_OPTIONS,
      products: { type: 'string', default: 'from-lines' },
      'time-zone': { type: 'string', default: 'UTC' },
      'date-order': { type: 'string' },
      'cancel-prefix': { type: 'string' },
      'keep-charges': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  if (positionals.length === 0) throw invalid('import events: name a file');
  const options: EventImport = {
    map: values.map,
    products: oneOf('--products', values.products, ['from-lines', 'none']) ?? 'from-lines',
    zone: readZone(values['time-zone']),
    dateOrder: oneOf('--date-order', values['date-order'], ['dmy', 'mdy']),
    keepCharges: values['keep-charges'],
    encoding: readEncoding(values.encoding),
    delimiter: values.delimiter,
    reading: {
      currency: readCurrency(values.currency),
      minorUnits: values['minor-units'],
      decimalComma: values['decimal-comma'],
      cancelPrefix: values['cancel-prefix'],
    },
  };
  return runImport(values, io, (destination, report) => importEvents(positionals, options, destination, report, io));
}

function oneOf<T extends string>(option: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(`${option}: "${value}" is not one of ${allowed.join(', ')}`);
  return found;
}

function readZone(name: string): Zone {
  try {
    return new Zone(name);
  } catch (error) {
    throw new ShopkeeperError('CONFIG_INVALID', `--time-zone: "${name}" is not a zone such as Europe/London`, {
      cause: error,
    });
  }
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import type { ParseArgsConfig } from 'node:util';

/** Options of both imports. */
export const IMPORT_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  map: { type: 'string' },
  currency: { type: 'string' },
  'minor-units': { type: 'boolean', default: false },
  'decimal-comma': { type: 'boolean', default: false },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  report: { type: 'string' },
  'dry-run': { type: 'boolean' },
  to: { type: 'string' },
  key: { type: 'string' },
  bus: { type: 'string' },
  'data-dir': { type: 'string' },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

export const IMPORT_USAGE = `  --map FIELD=COLUMN,...   which column holds what; what is not named is proposed and shown; FIELD= leaves one out
  --currency CODE          where the file names none, such as EUR
  --minor-units            prices are whole cents
  --decimal-comma          prices are written 1.234,50
  --encoding NAME          utf8 (default), latin1, utf16le
  --delimiter SIGN         of CSV; found out from the first line when absent
  --report FILE            write every rejected line with its reason
  --dry-run                read and count, send nothing

where to (default: the bus of BUS_URL, else a shop that answers on this machine, else the data directory):
  --to URL                 a running shop, such as http://127.0.0.1:3000
  --key KEY                its key with the scope admin, or SHOPKEEPER_KEY
  --bus URL                straight to the bus, such as kafka://127.0.0.1:9092
  --data-dir DIR           into a data directory that no shop has open
`;

const ENCODINGS = {
  utf8: 'utf8',
  'utf-8': 'utf8',
  latin1: 'latin1',
  'iso-8859-1': 'latin1',
  utf16le: 'utf16le',
} as const;

/** @throws ShopkeeperError CONFIG_INVALID */
export function readEncoding(name: string | undefined): BufferEncoding | undefined {
  if (name === undefined) return undefined;
  const encoding = Object.entries(ENCODINGS).find(([known]) => known === name.toLowerCase())?.[1];
  if (!encoding) throw invalid(`--encoding: "${name}" is not one of ${Object.keys(ENCODINGS).join(', ')}`);
  return encoding;
}

/** @throws ShopkeeperError CONFIG_INVALID */
export function readCurrency(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[A-Za-z]{3}$/.test(text)) throw invalid(`--currency: "${text}" is not a three-letter code such as EUR`);
  return text.toUpperCase();
}

export const invalid = (message: string): ShopkeeperError => new ShopkeeperError('CONFIG_INVALID', message);

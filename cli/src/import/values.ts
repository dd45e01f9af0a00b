import type { Availability } from '@shopkeeper/contracts';

export type Read<T> = { readonly value: T } | { readonly problem: string };

export interface MoneyOptions {
  /** Whole numbers are hundredths: 4995 = 49.95. */
  readonly minorUnits: boolean;
  /** `1.234,50` instead of `1,234.50`; without it the text decides where it can. */
  readonly decimalComma: boolean;
}

const SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', $: 'USD' };

/** Text of a cell: trimmed, inner white space made one space; `undefined` when there is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return textOf(value.find((each) => textOf(each) !== undefined));
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Text of a cell that may hold HTML: tags become spaces, entities their characters. */
export function plainTextOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || !/[<&]/.test(text)) return text;
  return textOf(
    text
      .replace(/<\/?[a-z!][^>]*>/gi, ' ')
      .replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{2,6}));/gi, (all, dec, hex, name) => {
        if (name) return ENTITIES[String(name).toLowerCase()] ?? String(all);
        const code = dec ? Number(dec) : Number.parseInt(String(hex), 16);
        return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
      }),
  );
}

/** An amount of money with its currency where the text names one: `12.50 EUR`, `€ 1.234,50`, 4995 in minor units. */
export function readMoney(value: unknown, options: MoneyOptions): Read<{ amount: number; currency?: string }> {
  const text = textOf(value) ?? '';
  const code = /(?:^|[^A-Z])([A-Z]{3})(?:[^A-Z]|$)/.exec(text)?.[1] ?? SIGNS[/[€£$]/.exec(text)?.[0] ?? ''];
  const amount =
    typeof value === 'number' ? value : readNumber(text.replace(/[A-Z]{3}|[€£$]/g, ''), options.decimalComma);
  if (amount === undefined || !Number.isFinite(amount)) return { problem: `"${text.slice(0, 40)}" is not an amount` };
  const major = options.minorUnits ? amount / 100 : amount;
  // Tenths of a cent are kept (wholesale prices have them), the noise of binary fractions is not.
  return { value: { amount: Math.round(major * 10_000) / 10_000, ...(code && { currency: code }) } };
}

/** A number as people write it; `undefined` when it is none. */
export function readNumber(text: string, decimalComma = false): number | undefined {
  const bare = text.replace(/[\s'\u00a0]/g, '');
  if (!/^[-+]?[\d.,]+$/.test(bare) || !/\d/.test(bare)) return undefined;
  const [dot, comma] = [bare.lastIndexOf('.'), bare.lastIndexOf(',')];
  const both = dot >= 0 && comma >= 0;
  // One comma with three digits behind it is a thousand, with fewer or more a decimal comma.
  const commaDecides = both ? comma > dot : comma >= 0 && !/^[-+]?\d{1,3}(,\d{3})+$/.test(bare);
  const normal = decimalComma || commaDecides ? bare.replace(/\./g, '').replace(',', '.') : bare.replace(/,/g, '');
  const number = Number(normal);
  return Number.isFinite(number) ? number : undefined;
}

/** A whole number; `12.0` is one, `12.5` is none. */
export function readCount(value: unknown): Read<number> {
  const text = textOf(value) ?? '';
  const number = typeof value === 'number' ? value : readNumber(text);
  return number !== undefined && Number.isSafeInteger(number)
    ? { value: number }
    : { problem: `"${text.slice(0, 40)}" is not a whole number` };
}

const AVAILABILITY: readonly (readonly [RegExp, Availability])[] = [
  [/discontinued|end of life|eol/, 'discontinued'],
  [/pre ?order|coming soon/, 'preorder'],
  [/back ?order/, 'backorder'],
  [/out ?of ?stock|sold ?out|not available|unavailable|^(no|false|0|n|nein)$/, 'out_of_stock'],
  [/in ?stock|limited ?availability|online ?only|available|^(yes|true|1|y|ja)$/, 'in_stock'],
];

/** Availability in the words of Google, schema.org and shop systems. */
export function readAvailability(value: unknown): Read<Availability> {
  const text = (textOf(value) ?? '').replace(/^https?:\/\/schema\.org\//i, '');
  const plain = text.toLowerCase().replace(/[_-]+/g, ' ');
  const found = AVAILABILITY.find(([words]) => words.test(plain));
  return found ? { value: found[1] } : { problem: `"${text.slice(0, 40)}" is not an availability` };
}

/**
 * Category paths of a cell, parts joined by `/`. Without a separator given, `>` divides where there is one; a `/` divides only where
 * no spaces or capitals speak against it ("Server/Workstation Board" is one category).
 */
export function categoriesOf(value: unknown, separator: string | undefined): string[] {
  const cells = Array.isArray(value) ? value : [value];
  const paths = cells.flatMap((cell) => {
    const text = plainTextOf(cell);
    if (text === undefined) return [];
    const divider =
      separator ?? (text.includes('>') ? '>' : /^[\p{Ll}\d-]+(\/[\p{Ll}\d-]+)+$/u.test(text) ? '/' : undefined);
    return [divider === undefined ? [text] : text.split(divider)];
  });
  return [...new Set(paths.map(joinPath).filter((path) => /\p{L}/u.test(path)))].slice(0, 20);
}

/** A path from its parts; a slash inside a part would divide it, so it becomes a dash. */
export const joinPath = (parts: readonly string[]): string =>
  parts
    .map((part) => part.trim().replace(/\s*\/\s*/g, '-'))
    .filter((part) => part !== '')
    .join('/')
    .slice(0, 300);

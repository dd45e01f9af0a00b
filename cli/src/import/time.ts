export type DateOrder = 'dmy' | 'mdy';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const YEAR_FIRST =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?$/i;

/**
 * Whether day or month comes first in dates such as 3/11/2010, from all the dates of a file: one with a number above 12 decides.
 * Dots mean day first. `undefined` when nothing decides.
 */
export function dateOrderOf(texts: Iterable<string>): DateOrder | undefined {
  for (const text of texts) {
    const match = YEAR_LAST.exec(text);
    if (!match) continue;
    if (match[2] === '.' || Number(match[1]) > 12) return 'dmy';
    if (Number(match[3]) > 12) return 'mdy';
  }
  return undefined;
}

export const isAmbiguous = (text: string): boolean => {
  const match = YEAR_LAST.exec(text);
  return match !== null && match[2] !== '.';
};

/** Milliseconds since the epoch of a time as exports write it; without a zone of its own it is local time of `zone`. */
export function readTime(text: string, zone: Zone, order: DateOrder): number | undefined {
  if (/^\d{10}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return Number(text);
  const first = YEAR_FIRST.exec(text);
  if (first) {
    const [, year, month, day, hour, minute, second, offset] = first;
    const parts = partsOf(year, month, day, hour, minute, second);
    return parts && (offset ? utc(parts) - offsetOf(offset) : zone.toUtc(parts));
  }
  const last = YEAR_LAST.exec(text);
  if (!last) return undefined;
  const [, one, sign, two, year = '', hour, minute, second, half] = last;
  const dayFirst = sign === '.' || order === 'dmy';
  const twelve = Number(hour ?? 0) % 12;
  const parts = partsOf(
    year.length === 2 ? `20${year}` : year,
    dayFirst ? two : one,
    dayFirst ? one : two,
    half ? String(/pm/i.test(half) ? twelve + 12 : twelve) : hour,
    minute,
    second,
  );
  return parts && zone.toUtc(parts);
}

/** The parts as numbers; `undefined` for a day or time that does not exist. */
function partsOf(...texts: (string | undefined)[]): Parts | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = texts.map((text) => Number(text ?? 0));
  const parts = { year, month, day, hour, minute, second };
  const date = new Date(utc(parts));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second < 60 ? parts : undefined;
}

const utc = ({ year, month, day, hour, minute, second }: Parts): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

function offsetOf(text: string): number {
  const match = /([+-])(\d{2}):?(\d{2})/.exec(text);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

/** A time zone by its IANA name. */
export class Zone {
  private readonly format: Intl.DateTimeFormat | undefined;
  private readonly offsets = new Map<number, number>();

  /** @throws RangeError when there is no such zone */
  constructor(name: string) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    this.format = name.toUpperCase() === 'UTC' ? undefined : format;
  }

  /** In the hour that a change of clocks leaves out or repeats, the offset before the change holds, as in Temporal's "compatible". */
  toUtc(parts: Parts): number {
    const local = utc(parts);
    const guess = local - this.offsetAt(local - 12 * 3_600_000);
    const other = local - this.offsetAt(guess);
    return local - this.offsetAt(other) === other ? other : guess;
  }

  private offsetAt(moment: number): number {
    if (!this.format) return 0;
    const quarter = Math.floor(moment / 900_000);
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(
      this.format.formatToParts(quarter * 900_000).map(({ type, value }) => [type, Number(value)]),
    );
    const offset = utc(parts as unknown as Parts) - quarter * 900_000;
    this.offsets.set(quarter, offset);
    return offset;
  }
}

import type { ErrorCode } from '@shopkeeper/contracts';

/** Why an event cannot be read: a stable code and the field to mend. */
export interface EventProblem {
  readonly code: Extract<ErrorCode, 'EVENT_UNKNOWN' | 'EVENT_INVALID'>;
  /** `properties.products[2].price` */
  readonly path: string;
  /** Says what is wrong, without the value: it may be anything. */
  readonly message: string;
}

export type Fields = Readonly<Record<string, unknown>>;

const MAX_ID = 200;
const MAX_PRICE = 10_000_000;
const MAX_QUANTITY = 1_000_000;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]+/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** Reads loosely typed fields and keeps the first problem. Absent, `null` and '' are all "not given". */
export class FieldReader {
  problem: EventProblem | null = null;

  /** The first of the names that is given: `[path, value]`. */
  given(fields: Fields, base: string, names: readonly string[]): readonly [path: string, value: unknown] | null {
    for (const name of names) {
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (value !== undefined && value !== null && value !== '') return [`${base}.${name}`, value];
    }
    return null;
  }

  /** Ids are text; whole numbers are taken as text, since storefronts send them so. */
  id(fields: Fields, base: string, names: readonly string[]): string | undefined {
    const found = this.given(fields, base, names);
    if (!found) return undefined;
    const [path, value] = found;
    const text = Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string') return this.fail(path, 'must be text');
    if (text.length > MAX_ID) return this.fail(path, `must not be longer than ${MAX_ID} characters`);
    if (CONTROL.test(text)) return this.fail(path, 'must not contain control characters');
    return text.trim() === '' ? this.fail(path, 'must not be blank') : text;
  }

  /** Free text, control characters made spaces, trimmed, cut at `max` characters. '' when nothing is left of it. */
  text(fields: Fields, base: string, names: readonly string[], max: number): string | undefined {
    const found = this.given(fields, base, names);
    if (!found) return undefined;
    const [path, value] = found;
    if (typeof value !== 'string' && typeof value !== 'number') return this.fail(path, 'must be text');
    const clean = String(value)
      .slice(0, max * 4)
      .replaceAll(new RegExp(CONTROL, 'g'), ' ')
      .trim();
    // A cut between the two halves of a surrogate pair would leave half a character.
    return clean
      .slice(0, max)
      .replace(/[\uD800-\uDBFF]$/, '')
      .trimEnd();
  }

  /** An amount for one piece, major units. */
  price(fields: Fields, base: string, names: readonly string[]): number | undefined {
    return this.number(fields, base, names, (value) =>
      value < 0 ? 'must not be negative' : value > MAX_PRICE ? `must not be above ${MAX_PRICE}` : null,
    );
  }

  /** Pieces. What is sold by length or weight is rounded, at least to 1. */
  quantity(fields: Fields, base: string, names: readonly string[]): number | undefined {
    const quantity = this.number(fields, base, names, (value) =>
      value <= 0 ? 'must be above 0' : value > MAX_QUANTITY ? `must not be above ${MAX_QUANTITY}` : null,
    );
    return quantity === undefined ? undefined : Math.max(1, Math.round(quantity));
  }

  fail(path: string, message: string, code: EventProblem['code'] = 'EVENT_INVALID'): undefined {
    this.problem ??= { code, path, message };
    return undefined;
  }

  private number(
    fields: Fields,
    base: string,
    names: readonly string[],
    objection: (value: number) => string | null,
  ): number | undefined {
    const found = this.given(fields, base, names);
    if (!found) return undefined;
    const [path, value] = found;
    const number = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      return this.fail(path, 'must be a number, or text such as "12.50"');
    }
    const why = objection(number);
    return why === null ? number : this.fail(path, why);
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

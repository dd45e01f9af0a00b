import { z } from 'zod';

// Control characters never belong in an id; they break logs, headers and keys.
// eslint-disable-next-line no-control-regex
const PRINTABLE = /^[^\u0000-\u001f\u007f]+$/;

/** An id given by the store or the storefront: 1 to 200 printable characters. */
export const Id = z.string().min(1).max(200).regex(PRINTABLE, 'must not contain control characters');

/** A moment as ISO 8601 with time zone, millisecond precision: `2026-11-24T12:00:00.000Z`. */
export const Instant = z.iso.datetime({ offset: true });

/** An amount of money in major units of its currency (12.5 = twelve euros fifty), 0 to 10 million. */
export const Money = z.number().min(0).max(10_000_000);

/** ISO 4217 code, upper case. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a three-letter ISO 4217 code such as EUR');

/** A category path from general to special, parts separated by `/`: `garden/hand-tools`. */
export const CategoryPath = z.string().min(1).max(300).regex(PRINTABLE);

export const Url = z.string().min(1).max(2000);

export const AttributeValue = z.union([
  z.string().max(1000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(300)).max(50),
]);
export type AttributeValue = z.infer<typeof AttributeValue>;

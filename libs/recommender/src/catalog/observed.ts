import { ShopkeeperError } from '@shopkeeper/contracts';
import { canonicalJson } from './canonical.js';
import type { Observed } from './product-state.js';

/** Above 0 when `a` is to be kept of two values seen at the same moment; the same answer whichever came first. */
type Preference<T> = (a: T, b: T) => number;

const byText: Preference<unknown> = (a, b) => {
  const [left, right] = [canonicalJson(a), canonicalJson(b)];
  return left === right ? 0 : left > right ? 1 : -1;
};

/**
 * The moment in its one spelling, so that the same news written with another time zone is the same news.
 * @throws ShopkeeperError CHANGE_INVALID when it is no moment
 */
export function instant(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ShopkeeperError('CHANGE_INVALID', `observedAt is not a moment: ${text}`);
  return new Date(time).toISOString();
}

/** The later of two pieces of news about one thing; `known` itself when the other brings nothing new. */
export function later<T>(
  known: Observed<T> | null | undefined,
  news: Observed<T> | undefined,
  preference: Preference<T> = byText,
): Observed<T> | undefined {
  if (!known || !news) return known ?? news;
  const age = Date.parse(news.observedAt) - Date.parse(known.observedAt);
  if (age !== 0) return age > 0 ? news : known;
  return preference(news.value, known.value) > 0 ? news : known;
}

/** True when `a` was seen after `b`; not when `b` is newer or as old. */
export const isNewer = (a: Observed<unknown> | undefined, b: Observed<unknown> | undefined): boolean =>
  a !== undefined && (b === undefined || Date.parse(a.observedAt) > Date.parse(b.observedAt));

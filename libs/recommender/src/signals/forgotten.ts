import type { ShopperEventReceived } from '@shopkeeper/contracts';
import { stableId } from './stable-id.js';

const MARK = 'erased:';

/** Under which key it is kept that what was known under a key was erased, without keeping the id itself. */
export const forgottenKey = (key: string): string => `e:${stableId('forgotten', key)}`;

/** What such a key leads to in the place of a shopper: the moment of the erasure. */
export const forgottenMark = (erasedAt: string): string => `${MARK}${new Date(erasedAt).toISOString()}`;

/** The moment that a mark holds, ISO 8601 in UTC; `null` when it is none. */
export const erasedAtOf = (mark: string | undefined): string | null =>
  mark?.startsWith(MARK) ? mark.slice(MARK.length) : null;

/** True when an event belongs to what was erased: it happened or was received up to that moment, however late it arrives. */
export function isForgotten(
  { timestamp, receivedAt }: Pick<ShopperEventReceived, 'timestamp' | 'receivedAt'>,
  erasedAt: string | null,
): boolean {
  return erasedAt !== null && Math.min(Date.parse(timestamp), Date.parse(receivedAt)) <= Date.parse(erasedAt);
}

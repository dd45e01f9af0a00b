import type { ShopperEventReceived, SignalRecorded } from '@shopkeeper/contracts';
import type { SignalDraft } from './read-event.js';
import type { SessionState } from './session.js';
import { stableId } from './stable-id.js';

/** A clock may run ahead by this much; beyond it the moment of receipt counts, or one bad clock would keep a session open for good. */
export const MAX_AHEAD_MS = 24 * 3_600_000;

/** When it happened, in UTC with milliseconds. */
export function occurredAtOf({
  timestamp,
  receivedAt,
}: Pick<ShopperEventReceived, 'timestamp' | 'receivedAt'>): string {
  const happened = Date.parse(timestamp);
  const received = Date.parse(receivedAt);
  return new Date(happened > received + MAX_AHEAD_MS ? received : happened).toISOString();
}

/** The same message of the same device always becomes the same signal. */
export const signalIdOf = ({ anonymousId, messageId }: Pick<ShopperEventReceived, 'anonymousId' | 'messageId'>) =>
  stableId('signal', anonymousId, messageId);

/** An order is the same deed however often its confirmation page is loaded; `undefined` for everything else. */
export const deedOf = ({ kind, orderId, items }: SignalDraft): string | undefined =>
  kind === 'order' && orderId !== undefined
    ? ['order', orderId, ...items.map((item) => `${item.productId} ${item.sku ?? ''} ${item.quantity ?? 1}`)].join('\n')
    : undefined;

/** The signal that an event becomes in its session. */
export const signalOf = (
  event: ShopperEventReceived,
  draft: SignalDraft,
  session: Pick<SessionState, 'sessionId' | 'shopperId' | 'joinedInto'>,
  seq: number,
  occurredAt: string,
): SignalRecorded => ({
  signalId: signalIdOf(event),
  shopperId: session.shopperId,
  ...(session.joinedInto === undefined ? {} : { joinedInto: session.joinedInto }),
  sessionId: session.sessionId,
  seq,
  ...draft,
  occurredAt,
  ...(event.recommendationId === undefined ? {} : { recommendationId: event.recommendationId }),
});

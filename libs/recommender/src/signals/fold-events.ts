import type { ShopperEventReceived, SignalRecorded } from '@shopkeeper/contracts';
import { deviceKey, userKey, type LinkState, type Named } from './identity.js';
import type { SignalDraft } from './read-event.js';
import { foldSession } from './session.js';
import { deedOf, occurredAtOf, signalOf } from './signal.js';

/** An event that could be read. */
export interface LegibleEvent extends Named {
  readonly event: ShopperEventReceived;
  /** `null` = teaches nothing. */
  readonly draft: SignalDraft | null;
  readonly occurredAt: string;
}

export const legible = (event: ShopperEventReceived, draft: SignalDraft | null): LegibleEvent => ({
  event,
  draft,
  device: deviceKey(event.anonymousId),
  user: event.userId === undefined ? null : userKey(event.userId),
  teaches: draft !== null,
  occurredAt: occurredAtOf(event),
});

export interface FoldedEvents {
  readonly signals: readonly SignalRecorded[];
  /** Devices as they are afterwards, by key; those that changed. */
  readonly devices: ReadonlyMap<string, LinkState>;
  /** Memories of anonymous shoppers that turned out to be a user's. */
  readonly joins: readonly { readonly from: string; readonly into: string }[];
  readonly duplicates: number;
}

/**
 * Folds events in their order into sessions and signals, and settles whose the devices are.
 * An event that names a user makes the device that user's. What the device did as a stranger joins the user's memory; a device that was
 * another user's only changes hands: two people at one computer stay two. Deterministic, so that a repeat after a crash gives the same again.
 */
export function foldEvents(
  events: readonly LegibleEvent[],
  links: ReadonlyMap<string, LinkState>,
  isUsers: (shopperId: string) => boolean,
): FoldedEvents {
  const signals: SignalRecorded[] = [];
  const devices = new Map<string, LinkState>();
  const joins: { from: string; into: string }[] = [];
  let duplicates = 0;
  for (const { event, draft, device, user, teaches, occurredAt } of events) {
    const link = devices.get(device) ?? links.get(device);
    if (!link) continue;
    const usersShopper = user === null ? undefined : links.get(user)?.shopperId;
    const shopperId = usersShopper ?? link.shopperId;
    const joinsUser = shopperId !== link.shopperId && !isUsers(link.shopperId);
    const ofItsStranger = link.session?.shopperId === link.shopperId;
    // The join had been written when a crash came, and pointed the device at the user; its session had not.
    const wasJoined = shopperId === link.shopperId && !ofItsStranger;
    const deed = draft ? deedOf(draft) : undefined;
    const folded = foldSession(
      link.session,
      { device, messageId: event.messageId, occurredAt, teaches, ...(deed === undefined ? {} : { deed }) },
      { shopperId, named: usersShopper !== undefined, joins: joinsUser ? ofItsStranger : wasJoined },
    );
    if (folded === 'duplicate') {
      duplicates++;
      continue;
    }
    if (joinsUser) joins.push({ from: link.shopperId, into: shopperId });
    if (shopperId !== link.shopperId || folded.session !== link.session) {
      devices.set(device, { shopperId, session: folded.session });
    }
    if (draft && folded.session && folded.seq !== null) {
      signals.push(signalOf(event, draft, folded.session, folded.seq, occurredAt));
    }
  }
  return { signals, devices, joins, duplicates };
}

import { stableId } from './stable-id.js';

/** A session ends after this long without an event, by the time of the events (the usual convention of web analytics). */
export const SESSION_IDLE_MS = 30 * 60_000;

/** How many events of a device are known again, however late they are repeated. */
export const RECENT_EVENTS = 512;

/** The last session of one device. */
export interface SessionState {
  readonly sessionId: string;
  /** Whose session it is: a session never changes hands, so that all its signals share one key and keep their order. */
  readonly shopperId: string;
  /** The user that a stranger turned out to be within it, where that user was known by another pseudonym before. */
  readonly joinedInto?: string;
  /** Of the last signal; the next one gets `seq + 1`. 0 = no signal yet. */
  readonly seq: number;
  readonly startedAt: string;
  /** Time of its latest event, UTC. */
  readonly lastAt: string;
  /** Fingerprints of the last events of the device, newest last, bounded: what is in here was seen before. */
  readonly recent: readonly string[];
}

/** An event as far as sessions are concerned. */
export interface SessionEvent {
  /** The link key of the device: `a:<anonymousId>`. */
  readonly device: string;
  readonly messageId: string;
  /** UTC with milliseconds. */
  readonly occurredAt: string;
  /** True when it becomes a signal; the others only keep the session open. */
  readonly teaches: boolean;
  /** What makes it the same deed although the message id differs (an order confirmed twice). */
  readonly deed?: string;
}

/** Who the device belongs to when the event is folded. */
export interface SessionOwner {
  readonly shopperId: string;
  /** True when the event itself named the user; otherwise an open session stays with the shopper it began with. */
  readonly named: boolean;
  /** True when the device was a stranger's until this event, who now turns out to be the user. */
  readonly joins?: boolean;
}

export interface FoldedSession {
  /** `null` while the device has done nothing that a session could begin with. */
  readonly session: SessionState | null;
  /** `null` when the event is no signal. */
  readonly seq: number | null;
}

/**
 * Folds an event into the session of its device.
 * A session begins with a signal or with an event that names the user, after 30 minutes without any event, and when the event names another
 * shopper. A stranger who logs in goes on: whether the user was seen before, on another device, must not tear a visit apart. Late events join the session that is open. Deterministic: the same events from the same state give the same ids and numbers.
 */
export function foldSession(
  state: SessionState | null,
  event: SessionEvent,
  owner: SessionOwner,
): FoldedSession | 'duplicate' {
  const marks = fingerprints(event);
  if (state && marks.some((mark) => state.recent.includes(mark))) return 'duplicate';
  if (!state && !event.teaches && !owner.named) return { session: null, seq: null };
  const goesOn = state && continues(state, event, owner);
  const session = goesOn ? joined(state, owner) : begin(state, event, owner.shopperId);
  const seq = event.teaches ? session.seq + 1 : null;
  return {
    session: {
      ...session,
      seq: seq ?? session.seq,
      lastAt: event.occurredAt > session.lastAt ? event.occurredAt : session.lastAt,
      recent: [...session.recent, ...marks].slice(-RECENT_EVENTS),
    },
    seq,
  };
}

const continues = (state: SessionState, event: SessionEvent, owner: SessionOwner): boolean =>
  (!owner.named || isOf(owner, state) || owner.joins === true) &&
  Date.parse(event.occurredAt) - Date.parse(state.lastAt) <= SESSION_IDLE_MS;

const isOf = ({ shopperId }: SessionOwner, state: SessionState): boolean =>
  shopperId === state.shopperId || shopperId === state.joinedInto;

const joined = (state: SessionState, owner: SessionOwner): SessionState =>
  owner.named && !isOf(owner, state) ? { ...state, joinedInto: owner.shopperId } : state;

const begin = (before: SessionState | null, event: SessionEvent, shopperId: string): SessionState => ({
  sessionId: stableId('session', event.device, event.messageId, event.occurredAt),
  shopperId,
  seq: 0,
  startedAt: event.occurredAt,
  lastAt: event.occurredAt,
  recent: before?.recent ?? [],
});

// 48 bits: among 512 of them one false alarm in some 500 billion events, for a sixth of the room of the ids themselves.
const fingerprints = ({ messageId, deed }: SessionEvent): readonly string[] => {
  const message = stableId('message', messageId).slice(0, 8);
  return deed === undefined ? [message] : [message, stableId('deed', deed).slice(0, 8)];
};

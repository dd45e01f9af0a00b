import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECENT_EVENTS, foldSession, type SessionEvent, type SessionOwner, type SessionState } from './session.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString();
const event = (messageId: string, minute: number, over: Partial<SessionEvent> = {}): SessionEvent => ({
  device: 'a:1',
  messageId,
  occurredAt: at(minute),
  teaches: true,
  ...over,
});
const anonymous: SessionOwner = { shopperId: 's-1', named: false };
const named = (shopperId: string): SessionOwner => ({ shopperId, named: true });

const fold = (state: SessionState | null, one: SessionEvent, owner = anonymous) => {
  const folded = foldSession(state, one, owner);
  if (folded === 'duplicate') throw new Error(`${one.messageId} was taken for a duplicate`);
  return folded;
};
const foldAll = (events: readonly SessionEvent[], owner = anonymous) =>
  events.reduce<SessionState | null>((state, one) => fold(state, one, owner).session, null);

describe('foldSession', () => {
  it('counts the signals of a session', () => {
    const first = fold(null, event('m-1', 0));
    const second = fold(first.session, event('m-2', 5));
    expect([first.seq, second.seq]).toEqual([1, 2]);
    expect(second.session).toMatchObject({ sessionId: first.session?.sessionId, startedAt: at(0), lastAt: at(5) });
  });

  it('ends after more than 30 idle minutes of event time, not at 30', () => {
    const first = fold(null, event('m-1', 0));
    const inTime = fold(first.session, event('m-2', 30));
    expect(inTime.session?.sessionId).toBe(first.session?.sessionId);
    const tooLate = fold(
      inTime.session,
      event('m-3', 60, { occurredAt: new Date(Date.parse(at(60)) + 1).toISOString() }),
    );
    expect(tooLate.session?.sessionId).not.toBe(first.session?.sessionId);
    expect(tooLate.seq).toBe(1);
  });

  it('knows a message again, also in the next session', () => {
    const state = foldAll([event('m-1', 0), event('m-2', 90)]);
    expect(foldSession(state, event('m-1', 0), anonymous)).toBe('duplicate');
    expect(foldSession(state, event('m-2', 95), anonymous)).toBe('duplicate');
  });

  it('knows an order again that is confirmed twice under two message ids', () => {
    const state = foldAll([event('m-1', 0, { deed: 'order 7' })]);
    expect(foldSession(state, event('m-2', 1, { deed: 'order 7' }), anonymous)).toBe('duplicate');
    expect(foldSession(state, event('m-3', 1, { deed: 'order 8' }), anonymous)).not.toBe('duplicate');
  });

  it('takes late events into the open session without moving its end', () => {
    const state = foldAll([event('m-1', 50), event('m-2', 60)]);
    const late = fold(state, event('m-0', 1));
    expect(late.session).toMatchObject({ sessionId: state?.sessionId, lastAt: at(60), seq: 3 });
  });

  it('is kept open by events that teach nothing, without a number for them', () => {
    const first = fold(null, event('m-1', 0));
    const page = fold(first.session, event('m-2', 25, { teaches: false }));
    expect(page.seq).toBeNull();
    const next = fold(page.session, event('m-3', 50));
    expect(next.session?.sessionId).toBe(first.session?.sessionId);
    expect(next.seq).toBe(2);
  });

  it('does not begin with an event that neither teaches nor names anybody', () => {
    expect(fold(null, event('m-1', 0, { teaches: false }))).toEqual({ session: null, seq: null });
  });

  it('never changes hands: another user begins a new one, an event without a user stays in it', () => {
    const first = fold(null, event('m-1', 0));
    const login = fold(first.session, event('m-2', 1, { teaches: false }), named('s-2'));
    expect(login.session).toMatchObject({ shopperId: 's-2', seq: 0 });
    expect(login.session?.sessionId).not.toBe(first.session?.sessionId);
    // The link may already say s-9; the open session goes on as it began.
    const after = fold(login.session, event('m-3', 2), { shopperId: 's-9', named: false });
    expect(after.session).toMatchObject({ shopperId: 's-2', sessionId: login.session?.sessionId, seq: 1 });
    const idle = fold(after.session, event('m-4', 90), { shopperId: 's-9', named: false });
    expect(idle.session?.shopperId).toBe('s-9');
  });

  it('goes on when a stranger turns out to be a user who was known before, and under the same key', () => {
    const first = fold(null, event('m-1', 0));
    const login = fold(first.session, event('m-2', 1), { ...named('s-2'), joins: true });
    expect(login).toMatchObject({ seq: 2, session: { shopperId: 's-1', joinedInto: 's-2' } });
    const after = fold(login.session, event('m-3', 2), named('s-2'));
    expect(after).toMatchObject({ seq: 3, session: { sessionId: first.session?.sessionId, joinedInto: 's-2' } });
    expect(fold(after.session, event('m-4', 3), named('s-3')).session).toMatchObject({ shopperId: 's-3', seq: 1 });
    const next = fold(after.session, event('m-5', 90), { shopperId: 's-2', named: false }).session;
    expect(next).toMatchObject({ shopperId: 's-2' });
    expect(next?.joinedInto).toBeUndefined();
  });

  it('remembers a bounded number of events', () => {
    const events = Array.from({ length: RECENT_EVENTS + 1 }, (_, n) => event(`m-${n}`, 0));
    const state = foldAll(events);
    expect(state?.recent).toHaveLength(RECENT_EVENTS);
    expect(foldSession(state, event('m-1', 0), anonymous)).toBe('duplicate');
    expect(foldSession(state, event('m-0', 0), anonymous)).not.toBe('duplicate');
  });

  it('gives different devices different sessions for the same message', () => {
    const one = fold(null, event('m-1', 0));
    const other = fold(null, event('m-1', 0, { device: 'a:2' }));
    expect(one.session?.sessionId).not.toBe(other.session?.sessionId);
  });

  it('gives the same ids again, and only duplicates after a repeat from the end', () => {
    const minutes = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.constantFrom(null, 's-1', 's-2')), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(minutes, (list) => {
        const run = (from: SessionState | null) => {
          let state = from;
          const ids = list.map(([minute, user], n) => {
            const owner = user === null ? anonymous : named(user);
            const folded = foldSession(state, event(`m-${n}`, minute), owner);
            if (folded === 'duplicate') return folded;
            state = folded.session;
            return `${folded.session?.sessionId} ${folded.seq}`;
          });
          return { ids, state };
        };
        const first = run(null);
        expect(run(null)).toEqual(first);
        expect(new Set(first.ids).size).toBe(list.length);
        const again = run(first.state);
        expect(again.ids.every((id) => id === 'duplicate')).toBe(true);
        expect(again.state).toBe(first.state);
      }),
    );
  });
});

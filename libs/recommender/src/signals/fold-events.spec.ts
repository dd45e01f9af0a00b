import type { ShopperEventReceived } from '@shopkeeper/contracts';
import { A_MOMENT, anEvent } from '@shopkeeper/contracts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents, legible, type LegibleEvent } from './fold-events.js';
import { claimDevices, claimUsers, shoppersToJudge, type LinkState } from './identity.js';
import { readEvent } from './read-event.js';

let messages = 0;
const event = (over: Partial<ShopperEventReceived> = {}): LegibleEvent => {
  const whole = anEvent({ messageId: `m-${++messages}`, ...over });
  const read = readEvent(whole);
  if ('problem' in read) throw new Error(read.problem.message);
  return legible(whole, read.signal);
};
const identify = (anonymousId: string, userId: string) =>
  event({ type: 'identify', event: undefined, anonymousId, userId });
const link = (shopperId: string): LinkState => ({ shopperId, session: null });
const links = (known: Record<string, string>) =>
  new Map(Object.entries(known).map(([key, shopperId]) => [key, link(shopperId)]));
const ids = () => {
  let n = 0;
  return () => `new-${++n}`;
};
const nobody = () => false;

describe('claimDevices', () => {
  it('gives strangers a new pseudonym and devices of known users theirs', () => {
    const events = [event({ anonymousId: 'x' }), event({ anonymousId: 'y', userId: 'u' }), event({ anonymousId: 'x' })];
    expect([...claimDevices(events, links({ 'u:u': 's-u' }), ids())]).toEqual([
      ['a:x', 'new-1'],
      ['a:y', 's-u'],
    ]);
  });

  it('gives nothing to known devices and mere pages', () => {
    const events = [event({ anonymousId: 'x' }), event({ anonymousId: 'y', type: 'page' })];
    expect(claimDevices(events, links({ 'a:x': 's' }), ids()).size).toBe(0);
  });
});

describe('claimUsers', () => {
  it('makes the stranger the user', () => {
    expect([...claimUsers([identify('x', 'u')], links({ 'a:x': 's' }), nobody, ids())]).toEqual([['u:u', 's']]);
  });

  it('never gives one pseudonym to two users', () => {
    const known = links({ 'a:x': 's', 'a:y': 's', 'u:old': 's-old' });
    const claimed = (...events: LegibleEvent[]) => [
      ...claimUsers(events, known, (id) => id === 's-old', ids()).values(),
    ];
    expect(claimed(identify('x', 'u'), identify('x', 'v'))).toEqual(['s', 'new-1']);
    expect(claimed(identify('x', 'u'), identify('y', 'v'))).toEqual(['s', 'new-1']);
    // The device becomes old's before v logs in: what it did as a stranger is old's.
    expect(claimed(identify('x', 'old'), identify('x', 'v'))).toEqual(['new-1']);
    const hers = links({ 'a:x': 's-old', 'u:old': 's-old' });
    expect([...claimUsers([identify('x', 'v')], hers, (id) => id === 's-old', ids()).values()]).toEqual(['new-1']);
  });
});

describe('shoppersToJudge', () => {
  it('asks only about devices that are about to change hands', () => {
    const known = links({ 'a:x': 's', 'a:y': 't', 'a:z': 'w', 'u:u': 's' });
    const events = [identify('x', 'u'), identify('y', 'u'), identify('z', 'new'), event({ anonymousId: 'x' })];
    expect([...shoppersToJudge(events, known)]).toEqual(['t', 'w']);
  });
});

describe('foldEvents', () => {
  it('joins a stranger to the user and leaves another user alone', () => {
    const known = links({ 'a:x': 's', 'u:u': 's-u', 'u:v': 's-v' });
    const folded = foldEvents([identify('x', 'u'), identify('x', 'v')], known, (id) => id.startsWith('s-'));
    expect(folded.joins).toEqual([{ from: 's', into: 's-u' }]);
    expect(folded.devices.get('a:x')).toMatchObject({ shopperId: 's-v', session: { shopperId: 's-v' } });
    expect(folded.signals).toEqual([]);
  });

  it("makes the same sessions, whichever of a user's devices is read first", () => {
    const visit = [event({ anonymousId: 'x' }), event({ anonymousId: 'x', userId: 'u' }), event({ anonymousId: 'x' })];
    const seen = (userIs: string) => {
      const known = links({ 'a:x': 's-x', 'u:u': userIs });
      const { signals } = foldEvents(visit, known, (id) => id === userIs && id !== 's-x');
      return signals;
    };
    const sessionsOf = (signals: ReturnType<typeof seen>) => signals.map(({ sessionId, seq }) => [sessionId, seq]);
    expect(sessionsOf(seen('s-other'))).toEqual(sessionsOf(seen('s-x')));
    expect(seen('s-other')).toMatchObject([{}, { shopperId: 's-x', joinedInto: 's-other' }, { joinedInto: 's-other' }]);
  });

  it('leaves out devices without a link and counts what it knows already', () => {
    const view = event();
    const folded = foldEvents([view, view, event({ anonymousId: 'unknown' })], links({ 'a:a-1': 's' }), nobody);
    expect(folded).toMatchObject({ signals: [{ shopperId: 's', seq: 1 }], duplicates: 1 });
  });

  it('does not let a repeated login undo a later one', () => {
    const known = links({ 'a:x': 's-u', 'u:u': 's-u', 'u:v': 's-v' });
    const events = [identify('x', 'u'), identify('x', 'v')];
    const once = foldEvents(events, known, () => true);
    const again = foldEvents(events, new Map([...known, ...once.devices]), () => true);
    expect(again).toMatchObject({ duplicates: 2, joins: [] });
    expect(again.devices.size).toBe(0);
  });

  it('says the same in one batch as in any number of batches', () => {
    const step = fc.record({
      anonymousId: fc.constantFrom('x', 'y', 'z'),
      userId: fc.constantFrom(undefined, undefined, 'u', 'v'),
      minute: fc.integer({ min: 0, max: 120 }),
      type: fc.constantFrom('track' as const, 'track' as const, 'page' as const),
    });
    const known = links({ 'a:x': 's-x', 'a:y': 's-y', 'a:z': 's-z', 'u:u': 's-u', 'u:v': 's-v' });
    const isUsers = (id: string) => id === 's-u' || id === 's-v';
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }),
        (steps, cuts) => {
          const events = steps.map(({ minute, ...over }) =>
            event({ ...over, timestamp: new Date(Date.parse(A_MOMENT) + minute * 60_000).toISOString() }),
          );
          const whole = foldEvents(events, known, isUsers);
          let state: ReadonlyMap<string, LinkState> = known;
          const signals: unknown[] = [];
          const joins: unknown[] = [];
          const bounds = [0, ...[...cuts].sort((a, b) => a - b), events.length];
          bounds.slice(1).forEach((end, n) => {
            const part = foldEvents(events.slice(bounds[n], end), state, isUsers);
            signals.push(...part.signals);
            joins.push(...part.joins);
            state = new Map([...state, ...part.devices]);
          });
          expect(signals).toEqual(whole.signals);
          expect(joins).toEqual(whole.joins);
          for (const { sessionId, shopperId } of whole.signals) {
            expect(whole.signals.every((one) => one.sessionId !== sessionId || one.shopperId === shopperId)).toBe(true);
          }
        },
      ),
    );
  });
});

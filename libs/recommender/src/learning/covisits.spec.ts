import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoVisits } from './covisits.js';
import { OpenSession, SESSION_ITEMS, WINDOW } from './sessions.js';

const DAY = 86_400_000;
const TAU = 90 * DAY;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const nothing = () => false;

const visit = (model: CoVisits, items: readonly number[], at = START): OpenSession => {
  const session = new OpenSession(1, at);
  for (const item of items) model.fold(session, item, 1);
  return session;
};
const shares = (model: CoVisits, item: number): Record<number, number> => {
  const { items, scores } = model.covisitRow(item, nothing);
  return Object.fromEntries(items.map((neighbour, i) => [neighbour, scores[i] as number]));
};

describe('CoVisits', () => {
  it('gives R and T as computed by hand', () => {
    const model = new CoVisits(TAU);
    visit(model, [1, 2, 3]);
    const r = model.covisitRow(1, nothing);
    expect(r.items).toEqual([2, 3]);
    // C_R = 1, 1/2
    expect(r.scores[0]).toBeCloseTo(2 / 3, 6);
    expect(r.scores[1]).toBeCloseTo(1 / 3, 6);
    const t = model.transitionRow(1, START, nothing);
    expect(t.items).toEqual([2, 3]);
    // C_T = 1, 1/4; n = 1 each
    expect(t.scores[0]).toBeCloseTo(1 / Math.sqrt(1.25), 6);
    expect(t.scores[1]).toBeCloseTo(0.25 / Math.sqrt(1.25), 6);
  });

  it('works in both directions', () => {
    const model = new CoVisits(TAU);
    visit(model, [1, 2, 3]);
    expect(shares(model, 3)).toEqual({ 2: expect.closeTo(2 / 3, 6), 1: expect.closeTo(1 / 3, 6) });
  });

  it('holds popular neighbours back in T, not in R', () => {
    const model = new CoVisits(TAU);
    visit(model, [1, 2]);
    visit(model, [1, 3]);
    for (let i = 0; i < 9; i += 1) visit(model, [3, 4]);
    const r = model.covisitRow(1, nothing);
    expect(r.scores[0]).toBeCloseTo(r.scores[1] as number, 6);
    const t = model.transitionRow(1, START, nothing);
    expect(t.items).toEqual([2, 3]);
    expect(t.scores[1]).toBeCloseTo(1 / (Math.sqrt(2) * 10 ** 0.3), 6);
  });

  it('counts the strongest deed of a session, towards what it was done to', () => {
    const model = new CoVisits(TAU);
    const session = visit(model, [1, 2, 3]);
    expect(model.fold(session, 2, 3)).toBe(2);
    expect(model.fold(session, 2, 1)).toBe(0);
    // row 1: C_R = 3 towards 2; 1/2 towards 3, untouched
    expect(shares(model, 1)).toEqual({ 2: expect.closeTo(6 / 7, 6), 3: expect.closeTo(1 / 7, 6) });
    // row 2: nobody did more to 1 and 3 than look
    expect(shares(model, 2)).toEqual({ 1: expect.closeTo(1 / 2, 6), 3: expect.closeTo(1 / 2, 6) });
  });

  it('gives a pair one vote per session, however often the shopper goes to and fro', () => {
    const once = new CoVisits(TAU);
    visit(once, [1, 2]);
    const often = new CoVisits(TAU);
    visit(
      often,
      Array.from({ length: 50 }, (_, i) => 1 + (i % 2)),
    );
    for (const model of [once, often]) visit(model, [1, 3]);
    expect(shares(often, 1)).toEqual(shares(once, 1));
    expect(shares(often, 1)[2]).toBeCloseTo(0.5, 6);
  });

  it('reaches ten distinct products back', () => {
    const model = new CoVisits(TAU);
    visit(
      model,
      Array.from({ length: WINDOW + 2 }, (_, i) => i),
    );
    expect(Object.keys(shares(model, 0))).toHaveLength(WINDOW);
    expect(shares(model, 0)[WINDOW + 1]).toBeUndefined();
    const row = shares(model, 0);
    expect((row[1] as number) / (row[WINDOW] as number)).toBeCloseTo(WINDOW, 4);
  });

  it('stops learning from a session that never ends', () => {
    const model = new CoVisits(TAU);
    const session = visit(
      model,
      Array.from({ length: 400 }, (_, i) => i),
    );
    expect(session.items).toHaveLength(SESSION_ITEMS);
    expect(shares(model, SESSION_ITEMS)).toEqual({});
  });

  it('takes back what a removal from the cart takes, never more than there was', () => {
    const model = new CoVisits(TAU);
    const session = visit(model, [1, 2, 3]);
    model.fold(session, 2, 3);
    expect(model.fold(session, 2, -1.5)).toBe(-1.5);
    expect(shares(model, 1)[2]).toBeCloseTo(0.75, 6);
    expect(model.fold(session, 2, -1.5)).toBe(-1.5);
    expect(model.fold(session, 2, -1.5)).toBe(0);
    expect(shares(model, 1)).toEqual({ 3: expect.closeTo(1, 6) });
    expect(model.fold(session, 9, -1.5)).toBe(0);
  });

  it('forgets at the pace of tau, whatever order sessions arrive in', () => {
    const inOrder = new CoVisits(TAU);
    visit(inOrder, [1, 2], START);
    visit(inOrder, [1, 3], START + TAU);
    const late = new CoVisits(TAU);
    visit(late, [1, 3], START + TAU);
    visit(late, [1, 2], START);
    for (const model of [inOrder, late]) {
      expect(shares(model, 1)[3]).toBeCloseTo(Math.E / (1 + Math.E), 5);
      expect(shares(model, 1)[2]).toBeCloseTo(1 / (1 + Math.E), 5);
    }
  });

  it('keeps the level of T at what it is worth at the moment asked for', () => {
    const early = new CoVisits(TAU);
    visit(early, [1, 2], START);
    const [fresh] = early.transitionRow(1, START, nothing).scores;
    const [aged] = early.transitionRow(1, START + TAU, nothing).scores;
    expect((aged as number) / (fresh as number)).toBeCloseTo(Math.exp(-0.2), 6);
  });

  it('rescales before counters overflow', () => {
    const model = new CoVisits(DAY);
    visit(model, [1, 2], START);
    visit(model, [1, 3], START + 59 * DAY);
    visit(model, [1, 4], START + 61 * DAY);
    visit(model, [1, 5], START + 600 * DAY);
    visit(model, [1, 6], START + 600 * DAY);
    expect(shares(model, 1)).toEqual({ 5: expect.closeTo(0.5, 5), 6: expect.closeTo(0.5, 5) });
  });

  it('gives a newcomer to a full row the place and the count of the least', () => {
    const model = new CoVisits(TAU);
    for (let i = 1; i <= 256; i += 1) visit(model, [0, i]);
    for (let i = 1; i <= 99; i += 1) visit(model, [0, i]);
    visit(model, [0, 100]);
    visit(model, [0, 999]);
    const row = model.covisitRow(0, nothing);
    expect(row.items).toHaveLength(100);
    // 1..100 were seen twice; 999 took the place of one seen once, and its count: 2 as well.
    expect(shares(model, 0)[100]).toBeCloseTo(2 / 357, 6);
    const all = model.covisitRow(0, (item) => item >= 1 && item <= 100);
    expect(all.items[0]).toBe(999);
    expect(all.scores[0]).toBeCloseTo(2 / 357, 6);
  });

  it('leaves out what it is told to, without lifting the others', () => {
    const model = new CoVisits(TAU);
    visit(model, [1, 2, 3]);
    const row = model.covisitRow(1, (item) => item === 2);
    expect(row.items).toEqual([3]);
    expect(row.scores[0]).toBeCloseTo(1 / 3, 6);
  });

  it('agrees with the definition on any session: strongest weight by smallest distance', () => {
    const deeds = fc.array(fc.record({ item: fc.integer({ min: 0, max: 14 }), weight: fc.constantFrom(1, 2, 3, 6) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(deeds, (session) => {
        const model = new CoVisits(TAU);
        const open = new OpenSession(1, START);
        for (const { item, weight } of session) model.fold(open, item, weight);
        for (let a = 0; a < 15; a += 1) {
          const votes = votesByDefinition(session, a);
          const total = [...votes.values()].reduce((sum, vote) => sum + vote, 0);
          const got = shares(model, a);
          expect(Object.keys(got)).toHaveLength(votes.size);
          for (const [b, vote] of votes) expect(got[b]).toBeCloseTo(vote / total, 4);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function votesByDefinition(session: readonly { item: number; weight: number }[], a: number): Map<number, number> {
  const weights = new Map<number, number>();
  const gaps = new Map<number, number>();
  const trail: number[] = [];
  for (const { item, weight } of session) {
    weights.set(item, Math.max(weights.get(item) ?? 0, weight));
    const before = [...new Set(trail.filter((one) => one !== item))];
    before.slice(0, WINDOW).forEach((other, i) => {
      const neighbour = item === a ? other : other === a ? item : undefined;
      if (neighbour !== undefined) gaps.set(neighbour, Math.min(gaps.get(neighbour) ?? Infinity, i + 1));
    });
    trail.unshift(item);
  }
  return new Map([...gaps].map(([b, gap]) => [b, (weights.get(b) as number) / gap]));
}

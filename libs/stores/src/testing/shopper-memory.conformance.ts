import { A_MOMENT } from '@shopkeeper/contracts/testing';
import type { Evidence, SessionState } from '@shopkeeper/recommender';
import { expect, it } from 'vitest';
import type { ShopperLink, ShopperMemory } from '../shopper-memory.js';
import { anEvidence } from './builders.js';
import { freshStore, type Opened } from './fixture.js';

const at = (second: number) => new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString();
const session: SessionState = {
  sessionId: 'sess-1',
  shopperId: 's-1',
  seq: 3,
  startedAt: A_MOMENT,
  lastAt: A_MOMENT,
  recent: ['m-1', 'm-2'],
};
const link = (key: string, shopperId: string, over: Partial<ShopperLink> = {}): ShopperLink => ({
  key,
  shopperId,
  session: null,
  ...over,
});

/** What every ShopperMemory does. */
export function shopperMemoryConformance(open: () => Promise<Opened<ShopperMemory>>): void {
  const shoppers = freshStore(open);
  const remember = (shopperId: string, ...evidence: Evidence[]) =>
    shoppers().remember(new Map([[shopperId, evidence]]));
  const idsOf = async (shopperId: string) =>
    (await shoppers().read([shopperId])).get(shopperId)?.evidence.map(({ id }) => id);
  const keysOf = async (shopperId: string) => (await shoppers().linksOf(shopperId)).map(({ key }) => key).sort();

  it('knows nobody at first', async () => {
    expect(await shoppers().links(['a:1'])).toEqual(new Map());
    expect(await shoppers().linksOf('s-1')).toEqual([]);
    expect(await shoppers().read(['s-1'])).toEqual(new Map());
    expect(await shoppers().erased(['s-1'])).toEqual(new Set());
    await shoppers().remember(new Map());
    await shoppers().remember(new Map([['s-1', []]]));
    expect((await shoppers().read(['s-1'])).size).toBe(0);
    await shoppers().putLinks([]);
  });

  it('gives a link to the first who claims it', async () => {
    expect(await shoppers().claim('a:1', 's-1')).toBe('s-1');
    expect(await shoppers().claim('a:1', 's-2')).toBe('s-1');
    expect(await shoppers().claim('a:1', 's-1')).toBe('s-1');
    expect(await shoppers().links(['a:1', 'a:2'])).toEqual(new Map([['a:1', link('a:1', 's-1')]]));
  });

  it('claims many links at once: those that are there hold, the joined lead to whom they were joined into', async () => {
    await shoppers().claim('a:1', 's-1');
    await shoppers().join('guest', 'ada');
    await shoppers().erase('gone', A_MOMENT);
    const wanted = new Map([
      ['a:1', 's-2'],
      ['a:2', 's-2'],
      ['a:3', 's-2'],
      ['a:4', 'guest'],
      ['a:5', 'gone'],
    ]);
    expect(await shoppers().claims(wanted)).toEqual(
      new Map([
        ['a:1', 's-1'],
        ['a:2', 's-2'],
        ['a:3', 's-2'],
        ['a:4', 'ada'],
        ['a:5', 'gone'],
      ]),
    );
    const links = await shoppers().links([...wanted.keys()]);
    expect(new Map([...links].map(([key, { shopperId }]) => [key, shopperId]))).toEqual(
      new Map([
        ['a:1', 's-1'],
        ['a:2', 's-2'],
        ['a:3', 's-2'],
        ['a:4', 'ada'],
      ]),
    );
    expect(await shoppers().claims(new Map())).toEqual(new Map());
  });

  it('keeps a session too long for a page, under whichever shopper the device changes to', async () => {
    const recent = Array.from({ length: 512 }, (_, n) => `m-${n}-of-many`);
    for (const shopperId of ['s-1', 's-1', 's-2', 's-1']) {
      const long = { ...session, shopperId, recent };
      await shoppers().putLinks([link('a:1', shopperId, { session: long })]);
      expect((await shoppers().links(['a:1'])).get('a:1')).toEqual(link('a:1', shopperId, { session: long }));
      expect(await keysOf(shopperId)).toEqual(['a:1']);
    }
    expect(await keysOf('s-2')).toEqual([]);
  });

  it('answers one and the same shopper to all who claim at once', async () => {
    const claims = Array.from({ length: 8 }, (_, n) => shoppers().claim('u:ada', `s-${n}`));
    const holders = new Set(await Promise.all(claims));
    expect(holders.size).toBe(1);
    expect((await shoppers().links(['u:ada'])).get('u:ada')?.shopperId).toBe([...holders][0]);
  });

  it('keeps the last link and session written', async () => {
    await shoppers().claim('a:1', 's-1');
    await shoppers().putLinks([link('a:1', 's-2', { session }), link('u:ada', 's-2')]);
    expect((await shoppers().links(['a:1'])).get('a:1')).toEqual(link('a:1', 's-2', { session }));
    expect(await keysOf('s-2')).toEqual(['a:1', 'u:ada']);
    expect(await keysOf('s-1')).toEqual([]);
    const next = { ...session, seq: 4 };
    await shoppers().putLinks([link('a:1', 's-2', { session: next })]);
    expect((await shoppers().links(['a:1'])).get('a:1')?.session).toEqual(next);
  });

  it('remembers by union on id, newest first', async () => {
    const one = anEvidence({ id: 'one', occurredAt: at(1) });
    const two = anEvidence({ id: 'two', occurredAt: at(2), kind: 'cart-add', weight: 3.5, sku: 'p-1-m', price: 12.5 });
    const also = anEvidence({ id: 'also', occurredAt: at(2) });
    await remember('s-1', one, two);
    await remember('s-1', also, one);
    await remember('s-1', two);
    expect((await shoppers().read(['s-1', 's-2'])).get('s-1')).toEqual({
      shopperId: 's-1',
      evidence: [also, two, one],
    });
    expect((await shoppers().read(['s-2'])).size).toBe(0);
  });

  it('ends the same whatever the order and however often', async () => {
    const deeds = Array.from({ length: 12 }, (_, n) => anEvidence({ id: `d-${n}`, occurredAt: at(n % 5) }));
    for (const deed of deeds) await remember('forth', deed);
    for (const deed of [...deeds].reverse()) await remember('back', deed, deed);
    expect(await idsOf('back')).toEqual(await idsOf('forth'));
  });

  it('loses nothing when many write at once', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => remember('s-1', anEvidence({ id: `d-${n}`, occurredAt: at(n) }))),
    );
    expect(await idsOf('s-1')).toHaveLength(8);
  });

  it('keeps the newest 300, though an old deed comes late', async () => {
    const deed = (n: number) => anEvidence({ id: `d-${n}`, occurredAt: new Date(1.7e12 + n * 1000).toISOString() });
    const deeds = Array.from({ length: 360 }, (_, n) => deed(n + 1));
    await remember('s-1', ...deeds.slice(200));
    await remember('s-1', ...deeds.slice(0, 200));
    await remember('s-1', deed(0));
    const ids = await idsOf('s-1');
    expect(ids).toHaveLength(300);
    expect(ids?.[0]).toBe('d-360');
    expect(ids?.at(-1)).toBe('d-61');
  });

  it('takes an import of many shoppers at once', async () => {
    const shopper = (n: number) => [`s-${n}`, [anEvidence({ id: `d-${n}` })]] as const;
    await shoppers().remember(new Map(Array.from({ length: 700 }, (_, n) => shopper(n))));
    expect(await idsOf('s-0')).toEqual(['d-0']);
    expect(await idsOf('s-699')).toEqual(['d-699']);
  });

  it('joins two shoppers, twice as well as once', async () => {
    await shoppers().putLinks([link('a:1', 'guest', { session }), link('u:ada', 'ada')]);
    await remember(
      'guest',
      anEvidence({ id: 'seen', occurredAt: at(1) }),
      anEvidence({ id: 'both', occurredAt: at(2) }),
    );
    await remember(
      'ada',
      anEvidence({ id: 'both', occurredAt: at(2) }),
      anEvidence({ id: 'bought', occurredAt: at(3) }),
    );
    for (let twice = 0; twice < 2; twice++) {
      await shoppers().join('guest', 'ada');
      expect(await idsOf('ada')).toEqual(['bought', 'both', 'seen']);
      expect(await idsOf('guest')).toBeUndefined();
      expect(await keysOf('ada')).toEqual(['a:1', 'u:ada']);
      expect(await keysOf('guest')).toEqual([]);
      expect((await shoppers().links(['a:1'])).get('a:1')).toEqual(link('a:1', 'ada', { session }));
    }
    await shoppers().join('ada', 'ada');
    expect(await idsOf('ada')).toHaveLength(3);
  });

  it('hands late news of a joined shopper to the one it was joined into', async () => {
    await shoppers().join('guest', 'ada');
    await remember('guest', anEvidence({ id: 'late' }));
    await shoppers().putLinks([link('a:1', 'guest', { session })]);
    expect(await shoppers().claim('a:2', 'guest')).toBe('ada');
    expect(await idsOf('ada')).toEqual(['late']);
    expect(await idsOf('guest')).toBeUndefined();
    expect(await keysOf('ada')).toEqual(['a:1', 'a:2']);
    await shoppers().join('ada', 'ada-2');
    await remember('guest', anEvidence({ id: 'later', occurredAt: at(9) }));
    expect(await idsOf('ada-2')).toEqual(['later', 'late']);
    await shoppers().join('ada-2', 'guest');
    expect(await idsOf('ada-2')).toEqual(['later', 'late']);
  });

  it('forgets an erased shopper for good', async () => {
    await shoppers().putLinks([link('a:1', 's-1', { session }), link('u:ada', 's-1'), link('a:2', 's-2')]);
    await remember('s-1', anEvidence());
    await remember('s-2', anEvidence());
    for (let twice = 0; twice < 2; twice++) {
      await shoppers().erase('s-1', A_MOMENT);
      await remember('s-1', anEvidence({ id: 'late' }));
      await shoppers().putLinks([link('a:1', 's-1', { session })]);
      expect(await shoppers().read(['s-1', 's-2'])).toEqual(
        new Map([['s-2', { shopperId: 's-2', evidence: [anEvidence()] }]]),
      );
      expect(await shoppers().links(['a:1', 'u:ada'])).toEqual(new Map());
      expect(await shoppers().linksOf('s-1')).toEqual([]);
      expect(await shoppers().erased(['s-1', 's-2'])).toEqual(new Set(['s-1']));
    }
    expect(await shoppers().claim('a:1', 's-3')).toBe('s-3');
  });

  it('erases what was joined, under either name, and joins nothing with the erased', async () => {
    await remember('guest', anEvidence());
    await shoppers().join('guest', 'ada');
    await shoppers().erase('guest', A_MOMENT);
    expect(await idsOf('ada')).toBeUndefined();
    await remember('guest', anEvidence({ id: 'late' }));
    await remember('ada', anEvidence({ id: 'late' }));
    expect((await shoppers().read(['guest', 'ada'])).size).toBe(0);
    expect(await shoppers().erased(['guest', 'ada'])).toEqual(new Set(['guest', 'ada']));
    await remember('other', anEvidence());
    await shoppers().putLinks([link('a:9', 'other')]);
    await shoppers().join('other', 'ada');
    expect((await shoppers().read(['other', 'ada'])).size).toBe(0);
    expect(await shoppers().links(['a:9'])).toEqual(new Map());
  });
}

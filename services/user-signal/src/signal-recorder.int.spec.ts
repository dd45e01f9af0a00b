import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStores, type ShopperMemory, type Stores } from '@shopkeeper/stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShopperQuestions } from './shopper-questions.js';
import { Recording, aView, minutesLater } from './testing/recording.js';

let dataDir: string;
let stores: Stores;
let shoppers: ShopperMemory;
let recording: Recording;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'user-signal-'));
  stores = await openStores({ dataDir });
  shoppers = stores.shoppers;
  recording = new Recording(shoppers);
});
afterEach(async () => {
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

const shopperOf = async (key: string) => (await shoppers.links([key])).get(key)?.shopperId;
const evidenceOfShopper = async (shopperId: string | undefined) =>
  (await shoppers.read([shopperId ?? ''])).get(shopperId ?? '')?.evidence ?? [];
const login = (anonymousId: string, userId: string, minute = 0) =>
  aView(anonymousId, minute, { type: 'identify', event: undefined, properties: undefined, userId });

/** A store that fails once at one of its calls, as if the process died there. */
function dyingAt(call: 'putLinks' | 'join', times = 1): ShopperMemory {
  let left = times;
  return new Proxy(shoppers, {
    get: (target, name) => {
      if (name === call && left-- > 0) return () => Promise.reject(new Error('died'));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('outcomes', () => {
  it('refuses what cannot be read with a stable code and goes on with the rest', async () => {
    const outcomes = await recording.record(
      0,
      aView('a'),
      aView('a', 1, { properties: { price: 3 } }),
      aView('a', 1, { event: 'Song Played' }),
      aView('a', 2, { event: 'Checkout Started' }),
      aView('a', 3),
    );
    expect(outcomes).toMatchObject([
      'done',
      { errorClass: 'EVENT_INVALID' },
      { errorClass: 'EVENT_UNKNOWN' },
      'done',
      'done',
    ]);
    expect(outcomes[1]).toMatchObject({ poison: expect.stringContaining('properties.product_id') as string });
    expect(recording.signals.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('says a message once, within a batch, across batches and across instances', async () => {
    const event = aView('a');
    await recording.record(0, event, event);
    await recording.record(2, event);
    const other = new Recording(shoppers);
    await other.record(3, event, aView('a', 1));
    expect(recording.signals).toHaveLength(1);
    expect(other.signals.map(({ seq }) => seq)).toEqual([2]);
  });

  it('gives a stranger who only looks at pages no pseudonym', async () => {
    await recording.record(0, aView('a', 0, { type: 'page', event: undefined }));
    expect(await shopperOf('a:a')).toBeUndefined();
  });

  it('writes nothing once the partition is taken away', async () => {
    recording.onPublish = () => recording.abort.abort();
    const outcomes = await recording.record(0, aView('a'));
    expect(outcomes).toEqual([{ retry: expect.any(String) as string }]);
    expect((await shoppers.links(['a:a'])).get('a:a')?.session).toBeNull();
  });
});

describe('identity', () => {
  it('keeps the stranger as the user at the first login, session included', async () => {
    await recording.record(0, aView('a'), aView('a', 1, { userId: 'u' }), aView('a', 2));
    expect(new Set(recording.signals.map(({ shopperId }) => shopperId)).size).toBe(1);
    expect(recording.signals.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await shopperOf('u:u')).toBe(await shopperOf('a:a'));
  });

  it.each(['the phone', 'the laptop'])('makes two devices one shopper, %s logging in first', async (which) => {
    const [first, second] = which === 'the phone' ? ['phone', 'laptop'] : ['laptop', 'phone'];
    await recording.record(0, aView('phone', 0), aView('laptop', 0));
    await recording.remember();
    await recording.record(2, login(first!, 'u', 1));
    await recording.record(3, login(second!, 'u', 2), aView(second!, 3));
    await recording.remember();
    const shopper = await shopperOf('u:u');
    expect(await shopperOf('a:phone')).toBe(shopper);
    expect(await shopperOf('a:laptop')).toBe(shopper);
    expect(await evidenceOfShopper(shopper)).toHaveLength(3);
    expect(recording.signals.at(-1)).toMatchObject({ joinedInto: shopper, seq: 2 });
  });

  it('joins what is remembered late, after the login', async () => {
    await recording.record(0, aView('known', 0, { userId: 'u' }));
    await recording.record(1, aView('a'), login('a', 'u', 1));
    await recording.remember();
    expect(await evidenceOfShopper(await shopperOf('u:u'))).toHaveLength(2);
  });

  it('keeps two people at one computer apart', async () => {
    await recording.record(0, aView('home', 0, { userId: 'her' }));
    await recording.record(1, aView('home', 5, { userId: 'him' }), aView('home', 6));
    await recording.record(3, aView('home', 9, { userId: 'her' }));
    await recording.remember();
    const [her, him] = [await shopperOf('u:her'), await shopperOf('u:him')];
    expect(her).not.toBe(him);
    expect(recording.signals.map(({ shopperId }) => shopperId)).toEqual([her, him, him, her]);
    expect(await evidenceOfShopper(her)).toHaveLength(2);
    expect(await evidenceOfShopper(him)).toHaveLength(2);
  });

  it('keeps them apart when both are new in one batch, and when one computer was used before', async () => {
    await recording.record(0, aView('home'));
    await recording.record(1, login('home', 'her', 1), login('home', 'him', 2), aView('home', 3));
    await recording.remember();
    expect(await shopperOf('u:her')).not.toBe(await shopperOf('u:him'));
    expect(await shopperOf('a:home')).toBe(await shopperOf('u:him'));
    expect(await evidenceOfShopper(await shopperOf('u:her'))).toHaveLength(1);
    expect(await evidenceOfShopper(await shopperOf('u:him'))).toHaveLength(1);
  });

  it('gives one pseudonym although two instances meet the user at once', async () => {
    const other = new Recording(shoppers);
    await Promise.all([
      recording.record(0, aView('a', 0, { userId: 'u' })),
      other.record(0, aView('b', 0, { userId: 'u' })),
    ]);
    await recording.record(1, aView('a', 1, { userId: 'u' }));
    await other.record(1, aView('b', 1, { userId: 'u' }));
    const shopper = await shopperOf('u:u');
    expect([await shopperOf('a:a'), await shopperOf('a:b')]).toEqual([shopper, shopper]);
  });
});

describe('a crash', () => {
  const story = () => [
    aView('a', 0),
    aView('a', 1),
    login('a', 'u', 2),
    aView('a', 3),
    aView('b', 3),
    aView('a', 50),
    aView('a', 51, { userId: 'u' }),
  ];

  it.each(['publish', 'join', 'putLinks'] as const)('at %s says the same again', async (where) => {
    await recording.record(0, aView('elsewhere', 0, { userId: 'u' }), aView('a', -1));
    const events = story();
    const dying = new Recording(where === 'publish' ? shoppers : dyingAt(where));
    if (where === 'publish') {
      dying.onPublish = () => {
        throw new Error('died');
      };
    }
    await expect(dying.record(2, ...events)).rejects.toThrow('died');
    const next = new Recording(shoppers);
    await next.record(2, ...events);
    expect(next.signals.map(({ seq }) => seq)).toEqual([2, 3, 4, 1, 1, 2]);
    if (where !== 'publish') expect(dying.said).toEqual(next.said);
    for (const each of [recording, dying, next]) await each.remember();
    expect(await evidenceOfShopper(await shopperOf('u:u'))).toHaveLength(7);
  });

  it('after the sessions were written says nothing twice, however the batch is cut', async () => {
    const events = story();
    await recording.record(0, ...events);
    const next = new Recording(shoppers);
    await next.record(0, ...events.slice(0, 3));
    await next.record(3, ...events.slice(3));
    expect(next.signals).toEqual([]);
  });

  it('of another instance in between is seen: sessions are read again', async () => {
    await recording.record(0, aView('a', 0));
    const other = new Recording(shoppers);
    await other.record(1, aView('a', 1), aView('a', 2));
    await recording.record(3, aView('a', 3));
    expect(recording.signals.map(({ seq }) => seq)).toEqual([1, 4]);
  });
});

describe('erasure', () => {
  it('begins anew with the next event and never brings back what was', async () => {
    const before = [aView('a', 0, { userId: 'u' }), aView('a', 1)];
    await recording.record(0, ...before);
    await recording.remember();
    const shopper = (await shopperOf('u:u'))!;
    await recording.eraser.erase(shopper, minutesLater(2));
    await recording.remember();
    expect(await evidenceOfShopper(shopper)).toEqual([]);

    await recording.record(2, aView('a', 5));
    const fresh = await shopperOf('a:a');
    expect(fresh).not.toBe(shopper);
    expect(recording.signals.at(-1)).toMatchObject({ shopperId: fresh, seq: 1 });

    // The whole log again, with a late one from before on top, in another instance.
    const replay = new Recording(shoppers);
    await replay.record(
      0,
      ...before,
      aView('a', 1, { receivedAt: minutesLater(9) }),
      aView('other', 1, { userId: 'u' }),
    );
    expect(replay.signals).toEqual([]);
    expect(await shopperOf('u:u')).toBeUndefined();
  });

  it('works when the events come after it', async () => {
    await recording.record(0, aView('a', 0));
    await new Recording(shoppers).eraser.erase((await shopperOf('a:a'))!, minutesLater(2));
    await recording.record(1, aView('a', 1), aView('a', 3));
    expect(recording.signals).toHaveLength(2);
    expect(recording.signals[1]?.occurredAt).toBe(minutesLater(3));
  });

  it('twice keeps the later moment', async () => {
    await recording.record(0, aView('a', 0));
    await recording.eraser.erase((await shopperOf('a:a'))!, minutesLater(1));
    await recording.record(1, aView('a', 5));
    await recording.eraser.erase((await shopperOf('a:a'))!, minutesLater(6));
    await recording.record(2, aView('a', 4));
    expect(recording.signals).toHaveLength(2);
  });
});

describe('ShopperQuestions', () => {
  it('answers by userId, anonymousId and shopperId', async () => {
    const questions = new ShopperQuestions(shoppers, stores.catalog);
    await recording.record(0, aView('a', 0, { userId: 'u' }), aView('u', 0));
    await recording.remember();
    const shopper = (await shopperOf('u:u'))!;
    // The id that a user and a device share is taken for the user's.
    expect(await questions.resolve('u')).toBe(shopper);
    expect(await questions.resolve('a')).toBe(shopper);
    expect(await questions.resolve(shopper)).toBe(shopper);
    expect(await questions.resolve('nobody')).toBeNull();
    expect(await questions.memory('nobody')).toBeNull();
    expect(await questions.memory('a')).toMatchObject({
      shopperId: shopper,
      evidence: [{ productId: 'p-1', kind: 'view' }],
      interests: [],
    });
    await recording.eraser.erase(shopper, minutesLater(1));
    expect(await questions.memory('a')).toBeNull();
    expect(await questions.memory(shopper)).toBeNull();
  });
});

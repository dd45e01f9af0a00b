import { aProduct, aSignal } from '@shopkeeper/contracts/testing';
import { createLogger } from '@shopkeeper/platform';
import { evidenceOf, Shelf } from '@shopkeeper/recommender';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROFILES, Profiles } from './profiles.js';
import { FakeMemory } from './testing/fakes.js';

const logger = createLogger({ service: 'ranking', level: 'silent' });
const REF = { anonymousId: 'a-1' };
let signals = 0;
/** A view that happened just now. */
const aView = (productId: string, over: Parameters<typeof aSignal>[0] = {}) =>
  aSignal({ signalId: `sig-${++signals}`, items: [{ productId }], occurredAt: new Date().toISOString(), ...over });

let shelf: Shelf;
let memory: FakeMemory;
let profiles: Profiles;
beforeEach(() => {
  // performance.now too: pauses and ages are measured by it.
  vi.useFakeTimers();
  shelf = new Shelf();
  for (const productId of ['p-1', 'p-2', 'p-3']) shelf.applyProduct(aProduct({ productId }));
  memory = new FakeMemory();
  profiles = new Profiles(shelf, memory, logger);
});
afterEach(() => void vi.useRealTimers());

/** Asks, and lets time pass until there is an answer. */
async function ask(ref: Parameters<Profiles['of']>[0] = REF) {
  const from = performance.now();
  const asked = profiles.of(ref);
  let waited = -1;
  void asked.then(() => (waited = performance.now() - from));
  await vi.advanceTimersByTimeAsync(50);
  const { profile, whole } = await asked;
  return { seen: profile?.seeds.map((product) => shelf.id(product)), whole, waited };
}

describe('Profiles', () => {
  it('knows nothing of nobody', async () => {
    expect(await ask(undefined)).toMatchObject({ seen: undefined, whole: true });
    expect(await ask({})).toMatchObject({ seen: undefined, whole: true });
    expect(await ask()).toMatchObject({ seen: undefined, whole: true });
  });

  it('joins memory and tail, each deed once', async () => {
    const stored = aView('p-1');
    memory.link('a:a-1', 's-1');
    memory.keep('s-1', ...evidenceOf(stored));
    profiles.observe(stored);
    profiles.observe(aView('p-2', { occurredAt: new Date(Date.now() + 5).toISOString() }));
    expect(await ask()).toMatchObject({ seen: ['p-2', 'p-1'], whole: true });
  });

  it('prefers who is logged in', async () => {
    memory.link('a:a-1', 's-1');
    memory.link('u:u-1', 's-2');
    memory.keep('s-1', ...evidenceOf(aView('p-1')));
    memory.keep('s-2', ...evidenceOf(aView('p-2')));
    expect(await ask({ anonymousId: 'a-1', userId: 'u-1' })).toMatchObject({ seen: ['p-2'] });
    expect(await ask({ anonymousId: 'a-1', userId: 'u-strange' })).toMatchObject({ seen: ['p-1'] });
  });

  it('shows at once what the tail brings, without reading again', async () => {
    memory.link('a:a-1', 's-1');
    await ask();
    profiles.observe(aView('p-3'));
    expect(await ask()).toMatchObject({ seen: ['p-3'] });
    expect(memory.reading.asked).toBe(1);
  });

  it('knows what a stranger does for the user that the stranger turned out to be', async () => {
    memory.link('u:u-1', 's-2');
    memory.keep('s-2', ...evidenceOf(aView('p-1')));
    await ask({ userId: 'u-1' });
    const later = new Date(Date.now() + 5).toISOString();
    profiles.observe(aView('p-2', { occurredAt: later, joinedInto: 's-2' }));
    expect(await ask({ userId: 'u-1' })).toMatchObject({ seen: ['p-2', 'p-1'] });
    profiles.forget('s-2');
    profiles.observe(aView('p-3', { joinedInto: 's-2' }));
    expect((await ask({ userId: 'u-1' })).seen).toBeUndefined();
  });

  it('recognises at once a shopper who was unknown at the first request', async () => {
    expect((await ask()).seen).toBeUndefined();
    memory.link('a:a-1', 's-1');
    profiles.observe(aView('p-1'));
    expect((await ask()).seen).toEqual(['p-1']);
  });

  it('follows an id that now leads to another shopper, with what is known of the one before', async () => {
    memory.link('a:a-1', 's-1');
    profiles.observe(aView('p-1'));
    await ask();
    memory.link('a:a-1', 's-2');
    memory.keep('s-2', ...evidenceOf(aView('p-2', { occurredAt: new Date(Date.now() - 60_000).toISOString() })));
    expect((await ask()).seen).toEqual(['p-1', 'p-2']);
  });

  it('does not wait longer than the deadline and takes what comes later into the next list', async () => {
    memory.link('a:a-1', 's-1');
    memory.keep('s-1', ...evidenceOf(aView('p-1')));
    memory.reading.delayMs = 40;
    profiles.observe(aView('p-2'));
    expect(await ask()).toEqual({ seen: ['p-2'], whole: false, waited: PROFILES.deadlineMs });
    expect((await ask()).seen).toHaveLength(2);
    expect(memory.reading.asked).toBe(1);
  });

  it.each(['linking', 'reading'] as const)(
    'goes on without a store whose %s fails, and leaves it alone for a while',
    async (part) => {
      memory.link('a:a-1', 's-1');
      memory[part].failing = true;
      expect(await ask()).toMatchObject({ whole: false });
      expect(await ask()).toMatchObject({ whole: false });
      expect(memory[part].asked).toBe(1);
      memory[part].failing = false;
      await vi.advanceTimersByTimeAsync(1000);
      expect(await ask()).toMatchObject({ whole: true });
    },
  );

  it('asks a slow store for a link once, and then seldom', async () => {
    memory.link('a:a-1', 's-1');
    memory.linking.delayMs = 8;
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(memory.linking.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    await ask();
    expect(memory.linking.asked).toBe(2);
  });

  it('forgets who is erased, and late signals do not bring them back', async () => {
    memory.link('a:a-1', 's-1');
    profiles.observe(aView('p-1'));
    expect((await ask()).seen).toEqual(['p-1']);
    profiles.forget('s-1');
    profiles.observe(aView('p-2'));
    expect(await ask()).toMatchObject({ seen: undefined, whole: true });
  });

  it('passes over signals of an import', async () => {
    profiles.observe(aView('p-1', { occurredAt: '2024-01-01T00:00:00.000Z' }));
    memory.link('a:a-1', 's-1');
    expect((await ask()).seen).toBeUndefined();
  });

  it('makes the profile anew when products of it become known, and when time has passed', async () => {
    memory.link('a:a-1', 's-1');
    profiles.observe(aView('p-9'));
    expect((await ask()).seen).toEqual([]);
    shelf.applyProduct(aProduct({ productId: 'p-9' }));
    expect((await ask()).seen).toEqual(['p-9']);
    const { profile } = await profiles.of(REF);
    await vi.advanceTimersByTimeAsync(PROFILES.profileMs);
    expect((await profiles.of(REF)).profile).not.toBe(profile);
  });

  it('reads the memory again after some minutes, behind the request', async () => {
    memory.link('a:a-1', 's-1');
    memory.keep('s-1', ...evidenceOf(aView('p-1')));
    await ask();
    memory.keep('s-1');
    memory.reading.delayMs = 10;
    await vi.advanceTimersByTimeAsync(PROFILES.memoryMs);
    expect((await ask()).seen).toEqual(['p-1']);
    expect((await ask()).seen).toBeUndefined();
  });
});

import { createHash } from 'node:crypto';
import { EventRequest } from '@shopkeeper/contracts';
import { readEvent } from '@shopkeeper/recommender';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleCatalog } from './catalog.js';
import { sampleEvents } from './events.js';
import type { SampleEvent } from './to-request.js';
import { COMPANIONS, TYPE_BY_NAME } from './types.js';

const UNTIL = Date.UTC(2026, 4, 31, 20);
const catalog = [...sampleCatalog({ seed: 1 })];
const events = [...sampleEvents({ seed: 1, catalog, until: UNTIL })];
const typeOf = new Map(catalog.map((item) => [item.productId, String(item.attributes?.['type'])]));
const isUsedUp = (id: string) => TYPE_BY_NAME.get(typeOf.get(id)!)?.traits.every !== undefined;
const items = new Map(catalog.map((item) => [item.productId, item]));

const digest = (lines: readonly unknown[]) =>
  createHash('sha256')
    .update(lines.map((line) => JSON.stringify(line)).join('\n'))
    .digest('hex');
const named = (name: string) => events.filter(({ event }) => event === name);
const productsOf = ({ properties }: SampleEvent) =>
  (properties?.['products'] ?? []) as { product_id: string; sku: string; price: number; quantity: number }[];
const orders = named('Order Completed');

/** Events of each device, parted where half an hour passes. */
const sessions = (() => {
  const open = new Map<string, SampleEvent[]>();
  const all: SampleEvent[][] = [];
  for (const event of events) {
    const last = open.get(event.anonymousId);
    if (last && Date.parse(event.timestamp) - Date.parse(last.at(-1)!.timestamp) < 1_800_000) last.push(event);
    else {
      const session = [event];
      open.set(event.anonymousId, session);
      all.push(session);
    }
  }
  return all;
})();
const has = (session: readonly SampleEvent[], name: string) => session.some(({ event }) => event === name);

describe('sampleEvents: the same seed', () => {
  it('tells the same story, byte for byte', () => {
    expect(digest(events)).toBe('7a09e24f5c8c0310ae8fbd559790e0f8ca8acb2fc2d63f4265a324eeea877468');
  });

  it('does not depend on the time zone of the machine', () => {
    const zone = process.env['TZ'];
    afterAll(() => (zone === undefined ? delete process.env['TZ'] : (process.env['TZ'] = zone)));
    process.env['TZ'] = 'Asia/Kathmandu';
    const small = [...sampleCatalog({ seed: 1, size: 300 })];
    const elsewhere = digest([...sampleEvents({ seed: 1, catalog: small, until: UNTIL, events: 2_000 })]);
    process.env['TZ'] = 'America/Los_Angeles';
    expect(digest([...sampleEvents({ seed: 1, catalog: small, until: UNTIL, events: 2_000 })])).toBe(elsewhere);
  });

  it('moves as a whole when it is to end at another time', () => {
    const shift = 3 * 86_400_000 + 12_345;
    const moved = [...sampleEvents({ seed: 1, catalog, until: UNTIL + shift })];
    const back = moved.map((event) => ({
      ...event,
      timestamp: new Date(Date.parse(event.timestamp) - shift).toISOString(),
    }));
    expect(digest(back)).toBe(digest(events));
  });

  it('is nothing without a catalogue', () => {
    expect([...sampleEvents({ seed: 1, catalog: [], until: UNTIL })]).toEqual([]);
  });
});

describe('sampleEvents: every event', () => {
  it('is one that the gateway takes, with an id of its own, in the order of time, within 120 days', () => {
    expect(events.length).toBeGreaterThan(195_000);
    expect(events.length).toBeLessThan(205_000);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(events.length);
    expect(events.filter((event) => 'problem' in readEvent(event))).toEqual([]);
    expect(events.filter(({ type, userId }) => type === 'identify' && userId === undefined)).toEqual([]);
    const times = events.map(({ timestamp }) => timestamp);
    expect([...times].sort()).toEqual(times);
    const last = times.at(-1)!;
    for (const event of events.slice(0, 5_000)) expect(EventRequest.parse(event)).toEqual(event);
    expect(Date.parse(last)).toBeLessThanOrEqual(UNTIL);
    expect(Date.parse(events[0]!.timestamp)).toBeGreaterThanOrEqual(UNTIL - 120 * 86_400_000);
    expect(UNTIL - Date.parse(last)).toBeLessThan(3_600_000);
  });

  it('names products that exist; orders hold skus that were there to be sold', () => {
    for (const order of orders) {
      const products = productsOf(order);
      expect(products.length).toBeGreaterThan(0);
      for (const { product_id, sku } of products) {
        const item = items.get(product_id)!;
        const offer = (item.variants ?? [{ sku: item.productId, stock: item.stock }]).find(
          (variant) => variant.sku === sku,
        );
        expect(offer?.stock).not.toBe(0);
      }
    }
    expect(new Set(orders.map(({ properties }) => properties?.['order_id'])).size).toBe(orders.length);
  });
});

describe('sampleEvents: a believable shop', () => {
  it('has some 15,000 to 20,000 devices, a third of them of people who log in, some on two devices', () => {
    const devices = new Set(events.map(({ anonymousId }) => anonymousId));
    expect(devices.size).toBeGreaterThan(14_000);
    expect(devices.size).toBeLessThan(20_000);
    const byUser = new Map<string, Set<string>>();
    for (const { userId, anonymousId } of events) {
      if (userId) byUser.set(userId, (byUser.get(userId) ?? new Set()).add(anonymousId));
    }
    expect(byUser.size).toBeGreaterThan(3_000);
    expect([...byUser.values()].filter(({ size }) => size === 2).length).toBeGreaterThan(200);
  });

  it('leaves half of the carts and more, buys in some of the sessions, sends some things back', () => {
    const carts = sessions.filter((session) => has(session, 'Product Added'));
    const abandoned = carts.filter((session) => !has(session, 'Order Completed'));
    expect(abandoned.length / carts.length).toBeGreaterThan(0.45);
    expect(abandoned.length / carts.length).toBeLessThan(0.75);
    expect(orders.length / sessions.length).toBeLessThan(0.2);
    expect(orders.length).toBeGreaterThan(4_000);
    const returns = named('Order Refunded').length / orders.length;
    expect(returns).toBeGreaterThan(0.02);
    expect(returns).toBeLessThan(0.15);
  });

  it('wants few things often and most things now and then', () => {
    const views = new Map<string, number>();
    for (const { properties } of named('Product Viewed')) {
      const id = String(properties?.['product_id']);
      views.set(id, (views.get(id) ?? 0) + 1);
    }
    const counts = [...views.values()].sort((a, b) => b - a);
    const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0);
    expect(counts.length).toBeGreaterThan(4_500);
    expect(sum(counts.slice(0, 500)) / sum(counts)).toBeGreaterThan(0.35);
  });

  it('has a robot whose session is far longer than any other', () => {
    const lengths = sessions.map(({ length }) => length).sort((a, b) => b - a);
    expect(lengths[0]).toBeGreaterThan(150);
    expect(lengths[10]).toBeLessThan(80);
  });

  it('thinks longer about what is dear', () => {
    const firstLook = new Map<string, number>();
    const waits: { price: number; days: number }[] = [];
    for (const event of events) {
      const key = (id: string) => `${event.anonymousId} ${typeOf.get(id)}`;
      const at = Date.parse(event.timestamp);
      if (event.event === 'Product Viewed') {
        const seen = key(String(event.properties?.['product_id']));
        if (!firstLook.has(seen)) firstLook.set(seen, at);
      }
      const [main] = event.event === 'Order Completed' ? productsOf(event) : [];
      const seen = main && !isUsedUp(main.product_id) ? firstLook.get(key(main.product_id)) : undefined;
      if (main && seen !== undefined) waits.push({ price: main.price, days: (at - seen) / 86_400_000 });
    }
    const late = (list: typeof waits) => list.filter(({ days }) => days > 1).length / list.length;
    const [dear, cheap] = [
      late(waits.filter(({ price }) => price > 80)),
      late(waits.filter(({ price }) => price < 25)),
    ];
    expect(dear).toBeGreaterThan(1.5 * cheap);
  });
});

describe('sampleEvents: something to learn', () => {
  const together = (baskets: readonly (readonly string[])[], from: string) => {
    const counts = new Map<string, number>();
    for (const basket of baskets) {
      const types = new Set(basket.map((id) => typeOf.get(id)!));
      if (types.has(from)) for (const type of types) if (type !== from) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([type]) => type);
  };
  const baskets = orders.map((order) => productsOf(order).map(({ product_id }) => product_id));
  const viewed = sessions
    .filter(({ length }) => length < 100)
    .map((session) =>
      session.flatMap(({ event, properties }) =>
        event === 'Product Viewed' ? String(properties?.['product_id']) : [],
      ),
    );

  it.each([
    'hand trowel',
    'dome tent',
    'pasta machine',
    'coffee grinder',
    "women's jumper",
    'knitting yarn',
    'yoga mat',
    'dog lead',
  ])('who buys a %s buys what goes with it', (type) => {
    const companions = COMPANIONS.get(type)!;
    expect(companions.has(together(baskets, type)[0]!)).toBe(true);
    const viewedWith = together(viewed, type).slice(0, 3);
    expect(viewedWith.filter((other) => companions.has(other)).length).toBeGreaterThanOrEqual(1);
  });

  it('is looked at among its own kind: the next view is mostly of the same shelf', () => {
    let same = 0;
    let all = 0;
    const leaf = (id: string) => items.get(id)!.categories[0];
    for (const views of viewed) {
      for (let i = 1; i < views.length; i++) {
        if (views[i] === views[i - 1]) continue;
        all++;
        if (leaf(views[i]!) === leaf(views[i - 1]!)) same++;
      }
    }
    expect(same / all).toBeGreaterThan(0.6);
  });
});

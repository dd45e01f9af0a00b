import { Controller } from '@nestjs/common';
import {
  CATALOG_CHANGE,
  ContentObserved,
  OfferChanged,
  OfferObserved,
  ProductUpserted,
  recordOf,
  RemovalObserved,
  SHOPPER_EVENT,
  ShopperEventReceived,
  tombstoneOf,
} from '@shopkeeper/contracts';
import { A_MOMENT, anEvent, aProduct } from '@shopkeeper/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchContext } from '../event-bus.js';
import { Serving } from '../testing/serving.js';
import { carries, On, type Delivery } from './on.js';

const source = { source: '/tests' };

describe('BusServer decodes', () => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await Serving.open();
  });
  afterEach(() => serving.remove());

  it('hands over checked payloads; what does not fit goes to the dead letters untouched and never to the handler', async () => {
    @Controller()
    class Handlers {
      @On(ShopperEventReceived)
      async onEventReceived(deliveries: readonly Delivery<ShopperEventReceived>[], context: BatchContext) {
        serving.note('event', deliveries);
        expect(context.topic).toBe(SHOPPER_EVENT.name);
      }
    }
    const good = recordOf(ShopperEventReceived, anEvent(), source);
    const odd = {
      ...good,
      value: '{ "messageId":  "m-2", "type": "nonsense" }',
      headers: { ...good.headers, traceparent: 't' },
    };
    const broken = { ...good, value: '{"messageId": "secret@example.com", ' };
    const strange = { ...good, headers: { ...good.headers, ce_type: 'event.revoked' } };
    const extra = { ...good, value: JSON.stringify({ ...anEvent({ messageId: 'm-5' }), newField: 1 }) };
    const bare = { ...good, value: JSON.stringify(anEvent({ messageId: 'm-6' })), headers: {} };
    await serving.bus.publish([good, odd, broken, strange, extra, bare]);
    await serving.serve([Handlers]);
    await serving.settled(SHOPPER_EVENT, 'tester');
    expect(serving.seen.flatMap(({ payloads }) => payloads)).toEqual([
      anEvent(),
      anEvent({ messageId: 'm-5' }),
      anEvent({ messageId: 'm-6' }),
    ]);
    const letters = await serving.lettersOf(SHOPPER_EVENT, 'tester');
    expect(letters.map(({ value }) => value!.toString())).toEqual([odd.value, broken.value, strange.value]);
    expect(letters[0]!.headers).toMatchObject({
      ...odd.headers,
      'dlq-error-class': 'PayloadInvalid',
      'dlq-group': 'tester',
    });
    expect(letters[0]!.headers['dlq-error-message']).toContain('type');
    expect(letters[1]!.headers['dlq-error-message']).not.toContain('secret');
    expect(letters[2]!.headers['dlq-error-class']).toBe('EventUnknown');
  });

  it('delivers tombstones with a null payload and the event they belong to', async () => {
    const events: [string | null, string][] = [];
    @Controller()
    class Handlers {
      @On([ProductUpserted, OfferChanged], { mode: 'reader' })
      async onChange(deliveries: readonly Delivery<ProductUpserted | OfferChanged>[]) {
        serving.note('reader', deliveries);
        for (const { key, payload, event } of deliveries) if (payload === null) events.push([key, event.type]);
      }
    }
    const nameless = { ...tombstoneOf(OfferChanged, 'p-9', source), headers: {} };
    await serving.bus.publish([
      recordOf(ProductUpserted, aProduct(), source),
      tombstoneOf(ProductUpserted, 'p-1', source),
      nameless,
    ]);
    await serving.serve([Handlers]);
    await serving.server.caughtUp();
    expect(events.sort()).toEqual([
      ['p-1', 'product.upserted'],
      ['p-9', 'offer.changed'],
    ]);
    expect(serving.keysOf('reader').length).toBe(3);
  });

  it('events of the topic that nobody asked for are done; a handler may ask for several and for some topics only', async () => {
    @Controller()
    class Handlers {
      @On([OfferObserved, RemovalObserved], { topics: [CATALOG_CHANGE] })
      async onNews(deliveries: readonly Delivery<OfferObserved | RemovalObserved>[]) {
        serving.note('news', deliveries);
        for (const each of deliveries) if (carries(each, OfferObserved)) expect(each.payload!.offer).toBeDefined();
      }
    }
    const news = [
      recordOf(
        ContentObserved,
        { productId: 'p-1', observedAt: A_MOMENT, content: { title: 'A', categories: [] } as never },
        source,
      ),
      recordOf(OfferObserved, { productId: 'p-2', observedAt: A_MOMENT, offer: { stock: 3 } }, source),
      recordOf(RemovalObserved, { productId: 'p-3', observedAt: A_MOMENT }, source),
    ];
    await serving.bus.publish(news);
    await serving.serve([Handlers]);
    await serving.settled(CATALOG_CHANGE, 'tester');
    expect(serving.keysOf('news').sort()).toEqual(['p-2', 'p-3']);
    await expect(serving.lettersOf(CATALOG_CHANGE, 'tester')).rejects.toMatchObject({ code: 'BUS_TOPIC_UNKNOWN' });
  });
});

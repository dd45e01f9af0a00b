import 'reflect-metadata';
import {
  Catch,
  Controller,
  Injectable,
  Module,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type ExecutionContext,
  type INestMicroservice,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import {
  CATALOG_CHANGE,
  CATALOG_OFFER,
  CATALOG_PRODUCT,
  ContentObserved,
  deadLetterTopic,
  OfferChanged,
  OfferObserved,
  ProductUpserted,
  recordOf,
  RemovalObserved,
  SHOPPER_EVENT,
  ShopkeeperError,
  ShopperEventReceived,
  tombstoneOf,
  TOPICS,
  type Topic,
} from '@shopkeeper/contracts';
import { A_MOMENT, anEvent, anOffer, aProduct } from '@shopkeeper/contracts/testing';
import { map, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchContext, LogRecord, Outcome } from '../event-bus.js';
import { openTestBus, type TestBus } from '../testing/index.js';
import { aGroup, allDone } from '../testing/scratch.js';
import { BusServer } from './bus-server.js';
import { carries, On, type Delivery } from './on.js';

const source = { source: '/tests' };
const seen: { by: string; keys: (string | null)[]; payloads: unknown[] }[] = [];
const note = (by: string, deliveries: readonly Delivery[]) => {
  seen.push({ by, keys: deliveries.map(({ key }) => key), payloads: deliveries.map(({ payload }) => payload) });
};
const keysOf = (by: string) => seen.filter((each) => each.by === by).flatMap(({ keys }) => keys);

@Catch()
class KeepError {
  catch(error: unknown) {
    return throwError(() => error);
  }
}

describe('BusServer', () => {
  let test: TestBus;
  let app: INestMicroservice | undefined;
  let server: BusServer;

  beforeEach(async () => {
    seen.length = 0;
    test = await openTestBus();
    await test.bus.createTopics(TOPICS);
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await test.remove();
  });

  const serve = async (controllers: Type[], before?: (server: BusServer) => void) => {
    @Module({ controllers })
    class TestModule {}
    server = new BusServer({ bus: test.bus, service: 'tester' });
    app = await NestFactory.createMicroservice(TestModule, { strategy: server, logger: false });
    app.useGlobalFilters(new KeepError());
    before?.(server);
    await app.listen();
  };
  const lettersOf = async (topic: Topic, group: string): Promise<LogRecord[]> => {
    const letters: LogRecord[] = [];
    const running = await test.bus.subscribe({
      group: aGroup(),
      topics: [deadLetterTopic(topic.name, group)],
      mode: 'reader',
      handle: async (records) => (letters.push(...records), allDone(records)),
    });
    await running.caughtUp();
    await running.close();
    return letters;
  };
  const settled = (topic: Topic, group: string) => test.settled(topic, group);

  it('hands over checked payloads; what does not fit goes to the dead letters untouched and never to the handler', async () => {
    @Controller()
    class Handlers {
      @On(ShopperEventReceived)
      async onEventReceived(deliveries: readonly Delivery<ShopperEventReceived>[], context: BatchContext) {
        note('event', deliveries);
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
    await test.bus.publish([good, odd, broken, strange, extra, bare]);
    await serve([Handlers]);
    await settled(SHOPPER_EVENT, 'tester');
    expect(seen.flatMap(({ payloads }) => payloads)).toEqual([
      anEvent(),
      anEvent({ messageId: 'm-5' }),
      anEvent({ messageId: 'm-6' }),
    ]);
    const letters = await lettersOf(SHOPPER_EVENT, 'tester');
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
        note('reader', deliveries);
        for (const { key, payload, event } of deliveries) if (payload === null) events.push([key, event.type]);
      }
    }
    const nameless = { ...tombstoneOf(OfferChanged, 'p-9', source), headers: {} };
    await test.bus.publish([
      recordOf(ProductUpserted, aProduct(), source),
      tombstoneOf(ProductUpserted, 'p-1', source),
      nameless,
    ]);
    await serve([Handlers]);
    await server.caughtUp();
    expect(events.sort()).toEqual([
      ['p-1', 'product.upserted'],
      ['p-9', 'offer.changed'],
    ]);
    expect(keysOf('reader').length).toBe(3);
  });

  it('events of the topic that nobody asked for are done; a handler may ask for several and for some topics only', async () => {
    @Controller()
    class Handlers {
      @On([OfferObserved, RemovalObserved], { topics: [CATALOG_CHANGE] })
      async onNews(deliveries: readonly Delivery<OfferObserved | RemovalObserved>[]) {
        note('news', deliveries);
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
    await test.bus.publish(news);
    await serve([Handlers]);
    await settled(CATALOG_CHANGE, 'tester');
    expect(keysOf('news').sort()).toEqual(['p-2', 'p-3']);
    await expect(lettersOf(CATALOG_CHANGE, 'tester')).rejects.toMatchObject({ code: 'BUS_TOPIC_UNKNOWN' });
  });

  it('names groups after the service; handlers of one group share a subscription and keep the order of a key', async () => {
    @Controller()
    class Handlers {
      @On(ProductUpserted)
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        note('product', deliveries);
      }
      @On(OfferChanged)
      async onOffer(deliveries: readonly Delivery<OfferChanged>[]) {
        note('offer', deliveries);
      }
      @On(OfferChanged, { group: 'index', maxBatch: 2 })
      async onOfferForIndex(deliveries: readonly Delivery<OfferChanged>[]) {
        note('index', deliveries);
        expect(deliveries.length).toBeLessThanOrEqual(2);
      }
    }
    await test.bus.publish([
      recordOf(ProductUpserted, aProduct(), source),
      ...Array.from({ length: 5 }, () => recordOf(OfferChanged, anOffer(), source)),
    ]);
    await serve([Handlers]);
    await settled(CATALOG_PRODUCT, 'tester');
    await settled(CATALOG_OFFER, 'tester');
    await settled(CATALOG_OFFER, 'tester-index');
    expect([keysOf('product').length, keysOf('offer').length, keysOf('index').length]).toEqual([1, 5, 5]);
    expect(server.positions('tester-index').size).toBe(CATALOG_OFFER.partitions);
    expect(server.health()).toEqual({ status: 'ok' });
  });

  it('interleaved events of one key reach their handlers in order; a retry holds back what comes after it', async () => {
    let refusals = 2;
    @Controller()
    class Handlers {
      @On(OfferObserved, { topics: [CATALOG_CHANGE] })
      async onOffer(deliveries: readonly Delivery<OfferObserved>[]): Promise<readonly Outcome[] | void> {
        if (deliveries.some(({ payload }) => payload?.sku === 'busy') && refusals-- > 0)
          return deliveries.map(() => ({ retry: 'busy' }));
        note('offer', deliveries);
      }
      @On(RemovalObserved, { topics: [CATALOG_CHANGE] })
      async onRemoval(deliveries: readonly Delivery<RemovalObserved>[]) {
        note('removal', deliveries);
      }
    }
    const removal = recordOf(RemovalObserved, { productId: 'p-1', observedAt: A_MOMENT }, source);
    const offer = (sku: string) =>
      recordOf(OfferObserved, { productId: 'p-1', sku, observedAt: A_MOMENT, offer: { stock: 1 } }, source);
    await test.bus.publish([offer('a'), removal, offer('busy'), removal]);
    await serve([Handlers]);
    await settled(CATALOG_CHANGE, 'tester');
    expect(seen.map(({ by }) => by).slice(-2)).toEqual(['offer', 'removal']);
    expect(refusals).toBe(-1);
    expect(seen.at(-2)!.payloads).toMatchObject([{ sku: 'busy' }]);
  });

  it('pipes and interceptors work; what an interceptor makes of the answer counts', async () => {
    @Injectable()
    class Shorten implements PipeTransform {
      transform(value: unknown) {
        return Array.isArray(value) ? (value as Delivery[]).map((delivery) => ({ ...delivery, key: 'piped' })) : value;
      }
    }
    @Injectable()
    class Poison implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler) {
        expect(context.getType()).toBe('rpc');
        return next.handle().pipe(map(() => [{ poison: 'said the interceptor' }]));
      }
    }
    @Controller()
    class Handlers {
      @UsePipes(Shorten)
      @UseInterceptors(Poison)
      @On(ProductUpserted)
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        note('product', deliveries);
      }
    }
    await test.bus.publish([recordOf(ProductUpserted, aProduct(), source)]);
    await serve([Handlers]);
    await settled(CATALOG_PRODUCT, 'tester');
    expect(keysOf('product')).toEqual(['piped']);
    const [letter] = await lettersOf(CATALOG_PRODUCT, 'tester');
    expect(letter).toMatchObject({ key: 'p-1', headers: { 'dlq-error-message': 'said the interceptor' } });
  });

  it('a retriable error waits and says so; another goes to the dead letters with its class', async () => {
    let down = true;
    @Controller()
    class Handlers {
      @On(ProductUpserted)
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        if (down) throw new ShopkeeperError('STORE_UNAVAILABLE', 'no store', { retriable: true });
        if (deliveries.some(({ key }) => key === 'p-bad')) throw new RangeError('p-bad is bad');
        note('product', deliveries);
      }
    }
    await test.bus.publish(
      ['p-1', 'p-bad', 'p-2'].map((productId) => recordOf(ProductUpserted, aProduct({ productId }), source)),
    );
    await serve([Handlers]);
    await expect
      .poll(() => server.health())
      .toMatchObject({ status: 'degraded', detail: expect.stringContaining('no store') });
    down = false;
    await settled(CATALOG_PRODUCT, 'tester');
    expect(new Set(keysOf('product'))).toEqual(new Set(['p-1', 'p-2']));
    expect((await lettersOf(CATALOG_PRODUCT, 'tester')).map(({ headers }) => headers['dlq-error-class'])).toEqual([
      'RangeError',
    ]);
    await app!.close();
    expect(server.health()).toEqual({ status: 'down', detail: 'closed' });
  });

  it('a reader starts where its snapshot ends', async () => {
    @Controller()
    class Handlers {
      @On(ProductUpserted, { mode: 'reader' })
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        note('reader', deliveries);
      }
    }
    const products = (from: number) =>
      Array.from({ length: 20 }, (_, n) => recordOf(ProductUpserted, aProduct({ productId: `p-${from + n}` }), source));
    await test.bus.publish(products(0));
    await serve([Handlers]);
    await server.caughtUp();
    const positions = server.positions('tester');
    await app!.close();
    await test.bus.publish(products(20));
    seen.length = 0;
    await serve([Handlers], (fresh) => fresh.startAt('tester', positions));
    await server.caughtUp();
    expect(keysOf('reader').sort()).toEqual(
      products(20)
        .map(({ key }) => key)
        .sort(),
    );
    expect(() => server.startAt('tester', positions)).toThrow('began to listen');
  });

  it('refuses to start with what it cannot serve', async () => {
    @Controller()
    class Stray {
      @MessagePattern('question')
      answer() {
        return 1;
      }
    }
    @Controller()
    class Rivals {
      @On(ProductUpserted)
      async one() {}
      @On(ProductUpserted)
      async two() {}
    }
    await expect(serve([Stray])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('question'),
    });
    await expect(serve([Rivals])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Rivals.two'),
    });
    await expect(serve([], (fresh) => fresh.startAt('nobody', new Map()))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

import {
  Controller,
  Injectable,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import {
  CATALOG_CHANGE,
  CATALOG_OFFER,
  CATALOG_PRODUCT,
  OfferChanged,
  OfferObserved,
  ProductUpserted,
  recordOf,
  RemovalObserved,
  ShopkeeperError,
} from '@shopkeeper/contracts';
import { A_MOMENT, anOffer, aProduct } from '@shopkeeper/contracts/testing';
import { map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../event-bus.js';
import { Serving } from '../testing/serving.js';
import { On, type Delivery } from './on.js';

const source = { source: '/tests' };

describe('BusServer in Nest', () => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await Serving.open();
  });
  afterEach(() => serving.remove());

  it('names groups after the service; handlers of one group share a subscription and keep the order of a key', async () => {
    @Controller()
    class Handlers {
      @On(ProductUpserted)
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        serving.note('product', deliveries);
      }
      @On(OfferChanged)
      async onOffer(deliveries: readonly Delivery<OfferChanged>[]) {
        serving.note('offer', deliveries);
      }
      @On(OfferChanged, { group: 'index', maxBatch: 2 })
      async onOfferForIndex(deliveries: readonly Delivery<OfferChanged>[]) {
        serving.note('index', deliveries);
        expect(deliveries.length).toBeLessThanOrEqual(2);
      }
    }
    await serving.bus.publish([
      recordOf(ProductUpserted, aProduct(), source),
      ...Array.from({ length: 5 }, () => recordOf(OfferChanged, anOffer(), source)),
    ]);
    await serving.serve([Handlers]);
    await serving.settled(CATALOG_PRODUCT, 'tester');
    await serving.settled(CATALOG_OFFER, 'tester');
    await serving.settled(CATALOG_OFFER, 'tester-index');
    expect([serving.keysOf('product').length, serving.keysOf('offer').length, serving.keysOf('index').length]).toEqual([
      1, 5, 5,
    ]);
    expect(serving.server.positions('tester-index').size).toBe(CATALOG_OFFER.partitions);
    expect(serving.server.health()).toEqual({ status: 'ok' });
  });

  it('interleaved events of one key reach their handlers in order; a retry holds back what comes after it', async () => {
    let refusals = 2;
    @Controller()
    class Handlers {
      @On(OfferObserved, { topics: [CATALOG_CHANGE] })
      async onOffer(deliveries: readonly Delivery<OfferObserved>[]): Promise<readonly Outcome[] | void> {
        if (deliveries.some(({ payload }) => payload?.sku === 'busy') && refusals-- > 0)
          return deliveries.map(() => ({ retry: 'busy' }));
        serving.note('offer', deliveries);
      }
      @On(RemovalObserved, { topics: [CATALOG_CHANGE] })
      async onRemoval(deliveries: readonly Delivery<RemovalObserved>[]) {
        serving.note('removal', deliveries);
      }
    }
    const removal = recordOf(RemovalObserved, { productId: 'p-1', observedAt: A_MOMENT }, source);
    const offer = (sku: string) =>
      recordOf(OfferObserved, { productId: 'p-1', sku, observedAt: A_MOMENT, offer: { stock: 1 } }, source);
    await serving.bus.publish([offer('a'), removal, offer('busy'), removal]);
    await serving.serve([Handlers]);
    await serving.settled(CATALOG_CHANGE, 'tester');
    expect(serving.seen.map(({ by }) => by).slice(-2)).toEqual(['offer', 'removal']);
    expect(refusals).toBe(-1);
    expect(serving.seen.at(-2)!.payloads).toMatchObject([{ sku: 'busy' }]);
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
        serving.note('product', deliveries);
      }
    }
    await serving.bus.publish([recordOf(ProductUpserted, aProduct(), source)]);
    await serving.serve([Handlers]);
    await serving.settled(CATALOG_PRODUCT, 'tester');
    expect(serving.keysOf('product')).toEqual(['piped']);
    const [letter] = await serving.lettersOf(CATALOG_PRODUCT, 'tester');
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
        serving.note('product', deliveries);
      }
    }
    await serving.bus.publish(
      ['p-1', 'p-bad', 'p-2'].map((productId) => recordOf(ProductUpserted, aProduct({ productId }), source)),
    );
    await serving.serve([Handlers]);
    await expect
      .poll(() => serving.server.health())
      .toMatchObject({ status: 'degraded', detail: expect.stringContaining('no store') });
    down = false;
    await serving.settled(CATALOG_PRODUCT, 'tester');
    expect(new Set(serving.keysOf('product'))).toEqual(new Set(['p-1', 'p-2']));
    expect(
      (await serving.lettersOf(CATALOG_PRODUCT, 'tester')).map(({ headers }) => headers['dlq-error-class']),
    ).toEqual(['RangeError']);
    await serving.stopServing();
    expect(serving.server.health()).toEqual({ status: 'down', detail: 'closed' });
  });

  it('a reader starts where its snapshot ends', async () => {
    @Controller()
    class Handlers {
      @On(ProductUpserted, { mode: 'reader' })
      async onProduct(deliveries: readonly Delivery<ProductUpserted>[]) {
        serving.note('reader', deliveries);
      }
    }
    const products = (from: number) =>
      Array.from({ length: 20 }, (_, n) => recordOf(ProductUpserted, aProduct({ productId: `p-${from + n}` }), source));
    await serving.bus.publish(products(0));
    await serving.serve([Handlers]);
    await serving.server.caughtUp();
    const positions = serving.server.positions('tester');
    await serving.stopServing();
    await serving.bus.publish(products(20));
    serving.seen.length = 0;
    await serving.serve([Handlers], (fresh) => fresh.startAt('tester', positions));
    await serving.server.caughtUp();
    expect(serving.keysOf('reader').sort()).toEqual(
      products(20)
        .map(({ key }) => key)
        .sort(),
    );
    expect(() => serving.server.startAt('tester', positions)).toThrow('began to listen');
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
    await expect(serving.serve([Stray])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('question'),
    });
    await expect(serving.serve([Rivals])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Rivals.two'),
    });
    await expect(serving.serve([], (fresh) => fresh.startAt('nobody', new Map()))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

import { OfferChanged, ProductUpserted } from '@shopkeeper/contracts';
import { describe, expect, it } from 'vitest';
import { carries, On, type Delivery } from './on.js';

describe('On', () => {
  it('accepts handlers of the payloads asked for, and no others', () => {
    class Handlers {
      @On(ProductUpserted)
      async one(_: readonly Delivery<ProductUpserted>[]): Promise<void> {}

      @On([ProductUpserted, OfferChanged])
      async union(deliveries: readonly Delivery<ProductUpserted | OfferChanged>[]): Promise<void> {
        for (const each of deliveries) if (carries(each, OfferChanged)) void each.payload?.offers;
      }

      @On([ProductUpserted, OfferChanged])
      either(_: readonly (Delivery<ProductUpserted> | Delivery<OfferChanged>)[]): readonly 'done'[] {
        return [];
      }

      // @ts-expect-error -- an offer is no product
      @On(OfferChanged)
      async wrong(_: readonly Delivery<ProductUpserted>[]): Promise<void> {}
    }
    expect(new Handlers()).toBeDefined();
  });

  it('refuses what cannot work', () => {
    const method = () => ({ value: async () => undefined });
    const apply = (decorate: ReturnType<typeof On>, descriptor: object = method()) =>
      decorate(class {}.prototype, 'on', descriptor as TypedPropertyDescriptor<() => Promise<void>>);
    expect(() => apply(On([]))).toThrow('names no event');
    expect(() => apply(On(ProductUpserted, { topics: OfferChanged.topics }))).toThrow('catalog.offer.v1');
    expect(() => apply(On(ProductUpserted, { from: 'end' }))).toThrow('readers only');
    const twice = method();
    apply(On(ProductUpserted), twice);
    expect(() => apply(On(OfferChanged), twice)).toThrow('has one already');
  });
});

import {
  CATALOG_OFFER,
  CATALOG_PRODUCT,
  ContentObserved,
  OfferObserved,
  RemovalObserved,
  ShopkeeperError,
  type CatalogCommand,
} from '@shopkeeper/contracts';
import { aContent, A_MOMENT } from '@shopkeeper/contracts/testing';
import { Metrics } from '@shopkeeper/platform';
import { applyContent, applyOffer, isRemoved, toOffer } from '@shopkeeper/recommender';
import { beforeEach, describe, expect, it } from 'vitest';
import { CatalogPublisher } from './catalog-publisher.js';
import { CatalogWriter } from './catalog-writer.js';
import { FakeBus, FakeCatalogState } from './testing/fakes.js';

const at = (minute: number): string => new Date(Date.parse(A_MOMENT) + minute * 60_000).toISOString();
const content = (productId: string, minute: number, skus: string[] = []): CatalogCommand => ({
  event: ContentObserved,
  payload: {
    productId,
    observedAt: at(minute),
    content: aContent({ title: `${productId} at ${minute}`, variants: skus.map((sku) => ({ sku })) }),
  },
});
const offer = (
  ids: { productId?: string; sku?: string },
  minute: number,
  change: OfferObserved['offer'],
): CatalogCommand => ({
  event: OfferObserved,
  payload: { ...ids, observedAt: at(minute), offer: change },
});
const removal = (productId: string, minute: number): CatalogCommand => ({
  event: RemovalObserved,
  payload: { productId, observedAt: at(minute) },
});

let catalog: FakeCatalogState;
let bus: FakeBus;
let writer: CatalogWriter;
let publisher: CatalogPublisher;
const run = async (...commands: CatalogCommand[]) => publisher.publish(await writer.apply(commands));
const stateOf = (id: string) => catalog.stored.get(id)!.state;
const stockOf = (id: string) => toOffer(stateOf(id)).offers.map(({ sku, stock }) => [sku, stock]);

beforeEach(() => {
  catalog = new FakeCatalogState();
  bus = new FakeBus();
  writer = new CatalogWriter(catalog, new Metrics());
  publisher = new CatalogPublisher(bus, catalog);
});

describe('a batch of commands', () => {
  it('is folded per product, written once, and published', async () => {
    await run(content('p-1', 1), offer({ productId: 'p-1' }, 2, { price: 9, stock: 3 }), content('p-2', 1));
    expect(catalog.writes).toBe(2);
    expect(bus.kept(CATALOG_PRODUCT.name).get('p-1')).toMatchObject({ content: { title: 'p-1 at 1' }, removed: false });
    expect(bus.kept(CATALOG_OFFER.name).get('p-1')).toMatchObject({
      revision: stateOf('p-1').revision,
      offers: [{ sku: 'p-1', price: 9, stock: 3, availability: 'in_stock' }],
    });
  });

  it('publishes content only where content may have changed', async () => {
    await run(content('p-1', 1));
    bus.records.length = 0;
    await run(offer({ productId: 'p-1' }, 2, { stock: 0 }));
    expect(bus.records.map(({ topic }) => topic)).toEqual([CATALOG_OFFER.name]);
    await run(removal('p-1', 3));
    expect(bus.kept(CATALOG_PRODUCT.name).get('p-1')).toMatchObject({ removed: true });
  });

  it('publishes again what was written but not published, and writes nothing', async () => {
    const batch = [content('p-1', 1), offer({ productId: 'p-1' }, 2, { price: 9 })];
    bus.beforePublish = () => {
      throw new ShopkeeperError('BUS_UNAVAILABLE', 'down', { retriable: true });
    };
    await expect(run(...batch)).rejects.toThrow('down');
    bus.beforePublish = () => undefined;
    await run(...batch);
    expect(catalog.writes).toBe(1);
    expect(bus.kept(CATALOG_OFFER.name).get('p-1')).toMatchObject({ offers: [{ price: 9 }] });
  });
});

describe('a conflict', () => {
  it('is read again and re-applied; the work of neither writer is lost', async () => {
    await run(content('p-1', 1), offer({ productId: 'p-1' }, 1, { price: 9, stock: 5 }));
    let once = true;
    catalog.beforeWrite = async () => {
      if (!once) return;
      once = false;
      await run(offer({ productId: 'p-1' }, 3, { stock: 0 }));
    };
    await run(offer({ productId: 'p-1' }, 2, { price: 8, stock: 4 }));
    expect(toOffer(stateOf('p-1')).offers).toMatchObject([{ price: 8, stock: 0 }]);
  });

  it('that never ends is a dependency that is down, not a lost command', async () => {
    let rival = 0;
    catalog.beforeWrite = () => {
      catalog.stored.set('p-1', {
        state: applyContent(null, content('p-1', 1).payload as ContentObserved),
        version: `r${++rival}`,
      });
    };
    await expect(run(content('p-1', 2))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
  });
});

describe('two writers of one product', () => {
  it('leave the newest revision last in the topic, whoever publishes last', async () => {
    await run(content('p-1', 1));
    let once = true;
    bus.beforePublish = async () => {
      if (!once) return;
      once = false;
      // The other writer writes and publishes while our older revision is still on its way.
      await run(offer({ productId: 'p-1' }, 3, { price: 9, stock: 0 }));
    };
    await run(offer({ productId: 'p-1' }, 2, { price: 9, stock: 4 }));
    expect(bus.kept(CATALOG_OFFER.name).get('p-1')).toMatchObject({
      revision: stateOf('p-1').revision,
      offers: [{ stock: 0 }],
    });
  });
});

describe('a sku alone', () => {
  it('is resolved to the product that lists it', async () => {
    await run(content('p-1', 1, ['s', 'm']), offer({ sku: 'm' }, 2, { stock: 7 }));
    await run(offer({ sku: 's' }, 2, { stock: 2 }));
    expect(stockOf('p-1')).toEqual([
      ['s', 2],
      ['m', 7],
    ]);
    expect([...bus.kept(CATALOG_OFFER.name).keys()]).toContain('p-1');
  });

  it('is kept when nobody knows it, and moves into the product that lists it later', async () => {
    await run(offer({ sku: 'm' }, 2, { stock: 7, price: 5 }));
    expect(bus.kept(CATALOG_OFFER.name).get('m')).toMatchObject({ offers: [{ sku: 'm', stock: 7 }] });
    await run(content('p-1', 3, ['s', 'm']));
    expect(stockOf('p-1')).toEqual([
      ['s', null],
      ['m', 7],
    ]);
    expect(isRemoved(stateOf('m'))).toBe(true);
    expect(bus.kept(CATALOG_PRODUCT.name).get('m')).toMatchObject({ removed: true });
    expect(bus.kept(CATALOG_OFFER.name).get('m')).toMatchObject({ removed: true });
  });

  it('is not lost when its product is written while it is on its way', async () => {
    let once = true;
    catalog.beforeWrite = async () => {
      if (!once) return;
      once = false;
      await run(content('p-1', 1, ['m']));
    };
    await run(offer({ sku: 'm' }, 2, { stock: 7 }));
    expect(stockOf('p-1')).toEqual([['m', 7]]);
    expect(bus.kept(CATALOG_OFFER.name).get('p-1')).toMatchObject({ offers: [{ sku: 'm', stock: 7 }] });
  });

  it('is not lost when news comes between its move and its removal from the old place', async () => {
    await run(offer({ sku: 'm' }, 2, { stock: 7 }));
    catalog.beforeWrite = () => {
      const orphan = catalog.stored.get('m')!;
      if (!catalog.stored.has('p-1') || orphan.version === 'late') return;
      const late = offer({ productId: 'm', sku: 'm' }, 3, { stock: 1 }).payload as OfferObserved;
      catalog.stored.set('m', { state: applyOffer(orphan.state, late), version: 'late' });
    };
    await run(content('p-1', 3, ['m']));
    expect(stockOf('p-1')).toEqual([['m', 1]]);
  });

  it('belongs to the product of the same name where that has content', async () => {
    await run(content('p-1', 1), offer({ sku: 'p-1' }, 2, { stock: 7 }));
    await run(content('p-2', 3, ['p-1']));
    expect(stockOf('p-1')).toEqual([['p-1', 7]]);
  });
});

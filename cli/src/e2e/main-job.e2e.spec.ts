import { setTimeout as sleep } from 'node:timers/promises';
import { Placement } from '@shopkeeper/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atRest, idle, type TestShop } from './testing/a-shop.js';
import { EMBEDDED, SERVERS } from './testing/adapters.js';
import type { Client, Question } from './testing/client.js';
import { aSmallShop, isBuyable, isSoldAhead, skusOf, viewOf } from './testing/small-shop.js';

const PLACEMENTS = Placement.options;
const small = aSmallShop();
const byId = new Map(small.catalog.map((item) => [item.productId, item]));
const buyable = small.catalog.filter(isBuyable);
/** Bought often: every placement has something to say about it. */
const popular = countOf(small.events.flatMap(orderedIn)).filter(
  (id) => isBuyable(byId.get(id)!) && !isSoldAhead(byId.get(id)!),
);

function orderedIn({ event, properties }: (typeof small.events)[number]): string[] {
  if (event !== 'Order Completed') return [];
  return (properties!['products'] as { product_id: string }[]).map(({ product_id }) => product_id);
}

function countOf(ids: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([id]) => id);
}

/** The same wish in every placement. */
const everywhere = (over: Omit<Question, 'placement'>): Question[] =>
  PLACEMENTS.map((placement) => ({ placement, ...over }));

const WITHIN = { timeout: 8_000, interval: 20 };

describe.each([EMBEDDED, SERVERS])('the main job on $name', ({ missing, open }) => {
  describe.skipIf(missing)('one shop', () => {
    let shop: TestShop;
    let client: Client;
    beforeAll(async () => {
      shop = await open();
      client = shop.client;
    });
    afterAll(() => shop?.close());

    it('is ready and answers while it is empty', async () => {
      await expect.poll(async () => (await fetch(`${client.url}/healthz/ready`)).status, WITHIN).toBe(200);
      for (const question of everywhere({ shopper: { anonymousId: 'early' }, products: ['p-00001'] }))
        // A store that answers for the first time may take longer than a list waits for it, and the list says so.
        await expect.poll(() => client.recommend(question), WITHIN).toMatchObject({ items: [], degraded: [] });
    });

    it('takes a catalogue and events in', async () => {
      await client.importCatalog(small.catalog);
      await idle(shop);
      await client.importEvents(small.events);
      await atRest(shop);
      const { items, epoch } = await client.recommend({ placement: 'home' });
      expect(items).toHaveLength(10);
      expect(epoch).toMatch(/^learning-1-\d{4}$/);
    });

    it('answers every placement: only what can be bought, nothing twice, nothing of the context', async () => {
      const shopper = { anonymousId: small.devices[3]! };
      for (const context of popular.slice(0, 8)) {
        for (const question of everywhere({ shopper, products: [context], limit: 20 })) {
          const { items } = await client.recommend(question);
          const ids = items.map(({ productId }) => productId);
          if (question.placement !== 'still-considering') expect(ids.length).toBeGreaterThan(4);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).not.toContain(context);
          expect(ids.filter((id) => !isBuyable(byId.get(id)!))).toEqual([]);
          for (const { productId, sku, product, score } of items) {
            expect(skusOf(byId.get(productId)!)).toContain(sku);
            expect(product.title).toBe(byId.get(productId)!.title);
            expect(score).toBeGreaterThan(0);
          }
        }
      }
    });

    it('says why: what is bought together comes of orders, what is alike of both looks and content', async () => {
      const reasons = async (placement: Placement) => {
        const codes = await Promise.all(
          popular.slice(0, 8).map(async (id) => (await client.recommend({ placement, products: [id] })).items),
        );
        return new Set(codes.flat().map(({ reason }) => reason.code));
      };
      expect(await reasons('bought-together')).toContain('bought-together');
      expect(await reasons('similar')).toContain('similar');
      expect(await reasons('similar')).toContain('viewed-together');
    });

    it('keeps to filter, exclusions and limit', async () => {
      const shopper = { anonymousId: small.devices[1]! };
      const [category] = buyable[0]!.categories[0]!.split('/');
      const filter = { categories: [category!], price: { max: 60 } };
      const { items } = await client.recommend({ placement: 'home', shopper, filter, limit: 30 });
      expect(items.length).toBeGreaterThan(2);
      for (const { productId, product } of items) {
        expect(byId.get(productId)!.categories.some((path) => path.startsWith(category!))).toBe(true);
        expect(product.price).toBeLessThanOrEqual(60);
      }
      for (const question of everywhere({ shopper, products: [popular[0]!], limit: 5 })) {
        const shown = await client.shown(question);
        expect(shown.length).toBeLessThanOrEqual(5);
        const others = await client.shown({ ...question, exclude: [...shown] });
        expect(others.filter((id) => shown.includes(id))).toEqual([]);
      }
    });

    it('answers an unknown shopper and an unknown product', async () => {
      const home = await client.recommend({ placement: 'home', shopper: { userId: 'never-seen' } });
      expect(home.items).toHaveLength(10);
      for (const question of everywhere({ shopper: { userId: 'never-seen' }, products: ['no-such-product'] }))
        expect((await client.recommend(question)).degraded).toEqual([]);
    });

    it('changes the list of who clicks, and of nobody else', async () => {
      const clicker = { placement: 'home', shopper: { anonymousId: 'clicker' } } as const;
      const bystander = { placement: 'home', shopper: { anonymousId: 'bystander' } } as const;
      const [before, other] = [await client.shown(clicker), await client.shown(bystander)];
      const seen = buyable.find(({ productId }) => !before.includes(productId))!.productId;
      await client.send(viewOf(seen, 'clicker'));
      await expect.poll(() => client.shown(clicker), WITHIN).not.toEqual(before);
      expect(await client.shown(bystander)).toEqual(other);
      const considering = { ...clicker, placement: 'still-considering' } as const;
      await expect.poll(() => client.shown(considering), WITHIN).toContain(seen);
    });

    it('remembers a shopper by either id once they are known to be one, counts a message once, and forgets', async () => {
      const [first, second] = buyable.map(({ productId }) => productId);
      await client.send(viewOf(first!, 'device-1'), viewOf(first!, 'device-1'));
      await client.send(viewOf(second!, 'device-2', { userId: 'ann' }));
      await client.send({ type: 'identify', anonymousId: 'device-1', userId: 'ann' });
      const evidence = async (id: string) =>
        (await client.memory(id))?.evidence.map(({ productId }) => productId).sort();
      for (const id of ['ann', 'device-1', 'device-2'])
        await expect.poll(() => evidence(id), WITHIN).toEqual([first!, second!].sort());
      const { shopperId } = (await client.memory('ann'))!;
      expect((await client.memory('device-1'))!.shopperId).toBe(shopperId);

      await client.forget('ann');
      for (const id of ['ann', 'device-1', 'device-2', shopperId])
        await expect.poll(async () => (await client.memory(id))?.evidence ?? [], WITHIN).toEqual([]);
      const home = await client.recommend({ placement: 'still-considering', shopper: { userId: 'ann' } });
      expect(home.items).toEqual([]);
    });

    it('goes on with a visit in which a stranger turns out to be somebody known from another device', async () => {
      const [first, second, third, fourth] = buyable.slice(20).map(({ productId }) => productId);
      const known = async (id: string) => (await client.memory(id))?.evidence.map(({ productId }) => productId).sort();
      await client.send(viewOf(first!, 'ben-phone', { userId: 'ben' }));
      await expect.poll(() => known('ben'), WITHIN).toEqual([first!]);
      await client.send(viewOf(second!, 'ben-laptop'));
      await expect.poll(() => known('ben-laptop'), WITHIN).toEqual([second!]);
      const considering = (shopper: { anonymousId?: string; userId?: string }) =>
        client.shown({ placement: 'still-considering', shopper });
      await expect.poll(() => considering({ anonymousId: 'ben-laptop' }), WITHIN).toEqual([second!]);
      await client.send(viewOf(third!, 'ben-laptop', { userId: 'ben' }));
      await expect.poll(() => known('ben'), WITHIN).toEqual([first!, second!, third!].sort());
      const both = { anonymousId: 'ben-laptop', userId: 'ben' };
      await expect
        .poll(async () => [...(await considering(both))].sort(), WITHIN)
        .toEqual([first!, second!, third!].sort());
      // The rest of the visit, too, changes what ben sees at once.
      await client.send(viewOf(fourth!, 'ben-laptop'));
      await expect.poll(() => considering({ userId: 'ben' }), WITHIN).toContain(fourth);
      const sessions = (await client.memory('ben'))!.evidence.map(({ sessionId }) => sessionId);
      expect(new Set(sessions).size).toBe(2);
    });

    it('shows nothing of a product one second after its skus were reported sold out', async () => {
      const victim = popular.find((id) => byId.get(id)!.variants) ?? popular[0]!;
      const fan = { anonymousId: 'fan' };
      await client.send(viewOf(victim, 'fan'));
      const questions = [
        { placement: 'still-considering', shopper: fan },
        ...small.catalog
          .slice(0, 60)
          .flatMap(({ productId }) => everywhere({ shopper: fan, products: [productId], limit: 50 })),
      ] as Question[];
      await expect.poll(() => client.shown(questions[0]!), WITHIN).toContain(victim);
      for (const sku of skusOf(byId.get(victim)!)) await client.change({ type: 'offer', sku, offer: { stock: 0 } });
      await sleep(1000); // the promise itself: not later than this
      const shown = await Promise.all(questions.map((question) => client.shown(question)));
      expect(shown.flat().length).toBeGreaterThan(1000);
      expect(shown.flat()).not.toContain(victim);
    });

    it('shows a new price', async () => {
      const { items } = await client.recommend({ placement: 'home', limit: 20 });
      const { productId, sku, product } = items.find((item) => item.sku === item.productId)!;
      const price = product.price + 1.25;
      await client.change({ type: 'offer', productId, sku, offer: { price } });
      const priceNow = async () =>
        (await client.recommend({ placement: 'home', limit: 100 })).items.find((item) => item.productId === productId)
          ?.product.price;
      await expect.poll(priceNow, WITHIN).toBe(price);
    });

    it('shows no more what was removed', async () => {
      const [gone] = await client.shown({ placement: 'home' });
      await client.change({ type: 'removal', productId: gone! });
      await expect.poll(() => client.shown({ placement: 'home', limit: 100 }), WITHIN).not.toContain(gone);
    });

    it('finds what is like a new product, and the new product among what is like it', async () => {
      const { productId: _, variants: __, family: ___, observedAt: ____, ...like } = byId.get(popular[2]!)!;
      const { title, description, brand, categories, attributes } = like;
      const content = { title: `${title}, new edition`, description, brand, categories, attributes };
      await client.change(
        { type: 'content', productId: 'p-new', content },
        { type: 'offer', productId: 'p-new', offer: { price: 20, currency: 'EUR', stock: 5 } },
      );
      const similar = (id: string) => client.shown({ placement: 'similar', products: [id], limit: 30 });
      await expect.poll(() => similar('p-new'), { ...WITHIN, interval: 100 }).toContain(popular[2]);
      // Neighbours that are known already are looked up again after ten seconds.
      await expect.poll(() => similar(popular[2]!), { timeout: 20_000, interval: 250 }).toContain('p-new');
    });

    it('keeps the good ones of a batch, and names each bad one', async () => {
      const changes = await client.post('/v1/catalog/changes', {
        changes: [
          { type: 'content', productId: 'p-good', content: { title: 'Good', categories: ['garden'] } },
          { type: 'offer', productId: 'p-good', offer: { price: -1 } },
          { type: 'offer', productId: 'p-good', offer: { price: 3, stock: 2 } },
          { type: 'offer', offer: { price: 3 } },
        ],
      });
      expect(changes.status).toBe(207);
      expect(await changes.json()).toMatchObject({
        accepted: 2,
        rejected: 2,
        errors: [
          { index: 1, code: 'CHANGE_INVALID', path: 'offer.price' },
          { index: 3, code: 'CHANGE_INVALID' },
        ],
      });
      const events = await client.post('/v1/events', [
        viewOf('p-good', 'mixed'),
        viewOf('p-good', 'mixed', { event: 'Product Eaten' }),
        { type: 'track', event: 'Product Viewed', properties: { product_id: 'p-good' } },
      ]);
      expect(events.status).toBe(207);
      expect(await events.json()).toMatchObject({
        errors: [
          { index: 1, code: 'EVENT_UNKNOWN' },
          { index: 2, code: 'EVENT_ID_MISSING' },
        ],
      });
      const lines = ['{"productId":"p-line","title":"A line","price":2,"stock":1}', '{"productId":'];
      const products = await client.postLines('/v1/catalog/import', lines);
      expect(products.status).toBe(207);
      const shown = () => client.shown({ placement: 'still-considering', shopper: { anonymousId: 'mixed' } });
      await expect.poll(shown, WITHIN).toEqual(['p-good']);
    });
  });
});

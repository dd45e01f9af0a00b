import { setTimeout as sleep } from 'node:timers/promises';
import { Placement, type EventRequest } from '@shopkeeper/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../sample-store/random.js';
import { atRest, idle, type TestShop } from './testing/a-shop.js';
import { EMBEDDED, SERVERS } from './testing/adapters.js';
import type { Question } from './testing/client.js';
import { aSmallShop, isBuyable, skusOf } from './testing/small-shop.js';

/** `TRIALS=1000` for the whole promise. */
const TRIALS = Number(process.env['TRIALS'] ?? 30);
/** Trials that run at the same time, each with another product. */
const ABREAST = Math.min(TRIALS, 25);
const WITHIN_MS = 1000;
/** Requests that are under way all the time, beside those of the trials. */
const LOAD = 4;
const RESTOCKED = 30;

const small = aSmallShop({ events: 9_000 });
const buyable = small.catalog.filter(isBuyable);
const random = new Random('sold-out');

interface Trial {
  readonly productId: string;
  /** Questions that were answered with the product just before it sold out, and as many more. */
  readonly asked: readonly Question[];
  /** Those of them that had it still. */
  readonly still: readonly Question[];
}

describe.each([EMBEDDED, SERVERS])('a product that sells out, on $name', ({ missing, open }) => {
  describe.skipIf(missing)('under load', () => {
    let shop: TestShop;
    let resting = false;
    let answers = 0;
    const load: Promise<void>[] = [];

    beforeAll(async () => {
      shop = await open();
      await shop.client.importCatalog(small.catalog);
      await idle(shop);
      await shop.client.importEvents(small.events);
      await atRest(shop);
      for (let n = 0; n < LOAD; n += 1) load.push(askOnAndOn(random.fork(`load ${n}`)));
    });
    afterAll(async () => {
      resting = true;
      await Promise.all(load);
      await shop?.close();
    });

    async function askOnAndOn(chance: Random): Promise<void> {
      while (!resting) {
        await shop.client.recommend(someQuestion(chance, chance.pick(buyable).productId));
        answers += 1;
        await sleep(5);
      }
    }

    const someQuestion = (chance: Random, context: string): Question => ({
      placement: chance.pick(Placement.options),
      shopper: { anonymousId: chance.pick(small.devices.slice(0, 200)) },
      products: [context],
      limit: 20,
    });

    /** A product in stock is looked for in all placements, sold out by its skus, looked for again, and put back. */
    async function trial(productId: string, fan: string, chance: Random): Promise<Trial> {
      const view: Partial<EventRequest> = {
        type: 'track',
        event: 'Product Viewed',
        anonymousId: fan,
        properties: { product_id: productId },
      };
      await shop.client.send(view);
      const shopper = { anonymousId: fan };
      const contexts = await contextsOf(productId);
      const asked = Placement.options.flatMap((placement) =>
        contexts.map((context): Question => ({ placement, shopper, products: [context], limit: 50 })),
      );
      await expect
        .poll(() => shop.client.shown({ placement: 'still-considering', shopper }), { timeout: 8_000 })
        .toContain(productId);
      const skus = skusOf(small.catalog.find((item) => item.productId === productId)!);
      for (const sku of chance.shuffled(skus)) await shop.client.change({ type: 'offer', sku, offer: { stock: 0 } });
      await sleep(WITHIN_MS); // the promise itself
      const still: Question[] = [];
      for (const question of asked) if ((await shop.client.shown(question)).includes(productId)) still.push(question);
      for (const sku of skus) await shop.client.change({ type: 'offer', sku, offer: { stock: RESTOCKED } });
      return { productId, asked, still };
    }

    /** Products that it is shown beside: what is bought, viewed or alike goes both ways mostly. */
    async function contextsOf(productId: string): Promise<readonly string[]> {
      const beside = await shop.client.shown({ placement: 'similar', products: [productId], limit: 3 });
      return beside.length > 0 ? beside : [buyable[0]!.productId];
    }

    it(`is in no answer one second after the acknowledgement, ${TRIALS} times`, { timeout: 600_000 }, async () => {
      const trials: Trial[] = [];
      const victims = random.shuffled(buyable.map(({ productId }) => productId));
      for (let done = 0; done < TRIALS; done += ABREAST) {
        const some = Array.from({ length: Math.min(ABREAST, TRIALS - done) }, (_, n) => done + n);
        const ended = some.map((n) => trial(victims[n % victims.length]!, `fan-${n}`, random.fork(`trial ${n}`)));
        trials.push(...(await Promise.all(ended)));
      }
      expect(trials.flatMap(({ productId, still }) => still.map((question) => [productId, question]))).toEqual([]);
      expect(trials).toHaveLength(TRIALS);
      expect(answers).toBeGreaterThan(TRIALS);
    });
  });
});

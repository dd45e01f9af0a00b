import { setTimeout as sleep } from 'node:timers/promises';
import { Placement, type EventRequest } from '@shopkeeper/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../sample-store/random.js';
import { atRest, idle, type TestShop } from './testing/a-shop.js';
import { EMBEDDED, SERVERS } from './testing/adapters.js';
import type { Question } from './testing/client.js';
import { aSmallShop, isBuyable, isSoldAhead, skusOf } from './testing/small-shop.js';

/** `TRIALS=1000` for the whole promise. */
const TRIALS = Number(process.env['TRIALS'] ?? 30);
/** Trials that run at the same time, each with another product. */
const ABREAST = Math.min(TRIALS, 10);
const WITHIN_MS = 1000;
/** Requests that are under way all the time, beside those of the trials. */
const LOAD = 4;
const RESTOCKED = 30;

const small = aSmallShop({ events: 9_000 });
const buyable = small.catalog.filter(isBuyable);
const random = new Random('sold-out');

interface Trial {
  readonly productId: string;
  /** Placements that showed it just before it sold out. */
  readonly shownIn: readonly Placement[];
  /** From the acknowledgement to the last answer that had it, ms; 0 = none had. */
  readonly lastSeenMs: number;
  /** Questions that were asked a second after the acknowledgement or later, and answered with it. */
  readonly broken: readonly Question[];
}

describe.each([EMBEDDED, SERVERS])('a product that sells out, on $name', ({ missing, open }) => {
  describe.skipIf(missing)('under load', () => {
    let shop: TestShop;
    let resting = false;
    let answers = 0;
    const load: Promise<void>[] = [];
    /** When the promise begins to hold for what is sold out. */
    const promised = new Map<string, number>();
    const strays: string[] = [];

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
        const question = someQuestion(chance, chance.pick(buyable).productId);
        const from = performance.now();
        for (const id of await shop.client.shown(question))
          if (from >= (promised.get(id) ?? Number.POSITIVE_INFINITY))
            strays.push(`${id} in ${JSON.stringify(question)}`);
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
    async function trial(productId: string, anonymousId: string, chance: Random): Promise<Trial> {
      const properties = { product_id: productId };
      const view: Partial<EventRequest> = { type: 'track', event: 'Product Viewed', anonymousId, properties };
      await shop.client.send(view);
      const shopper = { anonymousId };
      const considering: Question = { placement: 'still-considering', shopper };
      await expect.poll(() => shop.client.shown(considering), { timeout: 8_000 }).toContain(productId);
      const contexts = await contextsOf(productId);
      const questions = Placement.options.flatMap((placement) =>
        contexts.map((context): Question => ({ placement, shopper, products: [context], limit: 50 })),
      );
      const shows = async (question: Question) => (await shop.client.shown(question)).includes(productId);
      const before: Question[] = [];
      for (const question of questions) if (await shows(question)) before.push(question);

      const skus = skusOf(small.catalog.find((item) => item.productId === productId)!);
      for (const sku of chance.shuffled(skus)) await shop.client.change({ type: 'offer', sku, offer: { stock: 0 } });
      const from = performance.now();
      promised.set(productId, from + WITHIN_MS);
      let lastSeenMs = 0;
      for (let n = 0; performance.now() - from < WITHIN_MS; n += 1) {
        if (await shows(before[n % before.length]!)) lastSeenMs = performance.now() - from;
        await sleep(40);
      }
      const broken: Question[] = [];
      for (const question of questions) if (await shows(question)) broken.push(question);
      promised.delete(productId);
      for (const sku of skus) await shop.client.change({ type: 'offer', sku, offer: { stock: RESTOCKED } });
      return { productId, shownIn: before.map(({ placement }) => placement), lastSeenMs, broken };
    }

    /** Products that it is shown beside: what is bought, viewed or alike goes both ways mostly. */
    async function contextsOf(productId: string): Promise<readonly string[]> {
      const beside = await shop.client.shown({ placement: 'similar', products: [productId], limit: 3 });
      return beside.length > 0 ? beside : [buyable[0]!.productId];
    }

    it(`is in no answer one second after the acknowledgement, ${TRIALS} times`, { timeout: 600_000 }, async () => {
      const trials: Trial[] = [];
      const victims = random.shuffled(buyable.filter((item) => !isSoldAhead(item)).map(({ productId }) => productId));
      for (let done = 0; done < TRIALS; done += ABREAST) {
        const some = Array.from({ length: Math.min(ABREAST, TRIALS - done) }, (_, n) => done + n);
        const ended = some.map((n) => trial(victims[n % victims.length]!, `fan-${n}`, random.fork(`trial ${n}`)));
        trials.push(...(await Promise.all(ended)));
      }
      expect(
        trials.flatMap(({ productId, broken }) => broken.map(({ placement }) => `${productId} in ${placement}`)),
      ).toEqual([]);
      expect(strays).toEqual([]);
      expect(answers).toBeGreaterThan(TRIALS);
      // Proof that it could have been there: every placement showed what was to be sold out.
      expect(new Set(trials.flatMap(({ shownIn }) => shownIn))).toEqual(new Set(Placement.options));
      const delays = trials.map(({ lastSeenMs }) => Math.round(lastSeenMs)).sort((a, b) => a - b);
      const at = (share: number) => delays[Math.floor(share * (delays.length - 1))];
      console.log(
        `last seen after the acknowledgement: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms;`,
        `${answers} other answers meanwhile`,
      );
    });
  });
});

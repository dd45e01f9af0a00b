import { setTimeout as sleep } from 'node:timers/promises';
import type { RecommendResponse } from '@shopkeeper/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { atRest, idle, openTestShop, type TestShop } from './testing/a-shop.js';
import type { Question } from './testing/client.js';
import { differences } from './testing/same-list.js';
import { wipeServers } from './testing/servers.js';
import { aSmallShop } from './testing/small-shop.js';

const kafkaUrl = inject('kafkaUrl');
const elasticsearchUrl = inject('elasticsearchUrl');
// A seed with users on two devices and returns on another device than their order: what is read first must not matter.
const { catalog, events, devices } = aSmallShop({ seed: 8, products: 400, events: 9_000 });

/** Some of everything: all placements, known and unknown shoppers, filters, exclusions. */
function* questions(): Generator<Question> {
  const shoppers = [...devices.slice(0, 6), ...devices.slice(300, 306)].map((anonymousId) => ({ anonymousId }));
  const products = catalog.filter((_, n) => n % 25 === 0).map(({ productId }) => productId);
  for (const shopper of shoppers) yield { placement: 'home', shopper, limit: 20 };
  for (const shopper of shoppers) yield { placement: 'still-considering', shopper };
  for (const [n, id] of products.entries()) {
    yield { placement: 'similar', products: [id], limit: 20 };
    yield { placement: 'bought-together', products: [id] };
    yield {
      placement: 'cart',
      products: [id, products.at(n - 1)!],
      shopper: shoppers[n]!,
      exclude: [products.at(n - 2)!],
    };
  }
  yield { placement: 'home' };
  yield { placement: 'home', shopper: { anonymousId: 'nobody' }, limit: 50 };
  yield { placement: 'home', shopper: shoppers[0]!, filter: { price: { max: 30 } } };
  yield { placement: 'similar', products: ['no-such-product'] };
}

/** The answer with nothing left out: memories and neighbours are there from the second time on. */
async function whole({ client }: TestShop, question: Question): Promise<RecommendResponse> {
  for (;;) {
    const answer = await client.recommend(question);
    if (answer.degraded.length === 0) return answer;
    await sleep(20);
  }
}

async function fill(test: TestShop): Promise<void> {
  await test.client.importCatalog(catalog);
  await idle(test);
  await test.client.importEvents(events);
  await atRest(test);
}

describe.skipIf(!kafkaUrl || !elasticsearchUrl)('the same catalogue and events, at rest', () => {
  const shops: TestShop[] = [];
  beforeAll(async () => {
    await wipeServers(kafkaUrl!, elasticsearchUrl!);
    shops.push(await openTestShop(), await openTestShop({ busUrl: kafkaUrl, storeUrl: elasticsearchUrl }));
    await Promise.all(shops.map(fill));
  });
  afterAll(async () => {
    for (const shop of shops) await shop.close();
  });

  it('give the same answers on the embedded adapters and on the servers', async () => {
    const [embedded, servers] = shops as [TestShop, TestShop];
    const found: string[] = [];
    let products = 0;
    for (const question of questions()) {
      const [one, other] = await Promise.all([whole(embedded, question), whole(servers, question)]);
      products += one.items.length;
      for (const difference of differences(one.items, other.items))
        found.push(`${JSON.stringify(question)}: ${difference}`);
    }
    expect(found).toEqual([]);
    expect(products).toBeGreaterThan(300);
  });
});

// How soon a change shows: an event in the shopper's list, a sold-out product gone from every list, a new product in the vectors.
//   npm run bench:freshness -- [--trials 300] [--load 200]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SAMPLE_SEED, sampleCatalog } from '@shopkeeper/cli';
import type { RecommendResponse } from '@shopkeeper/contracts';
import { openLoop, quantile } from './open-loop.js';
import { report } from './report.js';
import { startShop } from './shop-process.js';
import { numbers, post, recommendationTraffic, sampleProductIds, warmShoppers } from './traffic.js';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '300' },
    load: { type: 'string', default: '100' },
    'bus-url': { type: 'string' },
    'store-url': { type: 'string' },
    name: { type: 'string', default: 'freshness' },
  },
});
const GIVE_UP_MS = 10_000;

const shop = await startShop(
  {
    ...(values['bus-url'] && { BUS_URL: values['bus-url'] }),
    ...(values['store-url'] && { STORE_URL: values['store-url'] }),
  },
  values['bus-url'] ? ['--sample'] : [],
);
const random = numbers(11);
const skus = new Map(
  [...sampleCatalog({ seed: SAMPLE_SEED })].map(({ productId, variants }) => [
    productId,
    variants?.map(({ sku }) => sku) ?? [productId],
  ]),
);
const trials = Number(values.trials);

const recommend = async (request: object): Promise<RecommendResponse> =>
  (await post(shop.url, '/v1/recommendations', request)) as RecommendResponse;

/** Milliseconds from now until the condition holds; Infinity when it never does. */
async function until(condition: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > GIVE_UP_MS) return Infinity;
    await sleep(1);
  }
  return performance.now() - began;
}

async function measure(what: string, trial: (index: number) => Promise<number>, count: number) {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await trial(index));
  const seen = Float64Array.from(times.filter(Number.isFinite)).sort();
  return {
    what,
    trials: count,
    failed: count - seen.length,
    p50: quantile(seen, 0.5),
    p99: quantile(seen, 0.99),
    max: seen.at(-1),
  };
}

try {
  const productIds = sampleProductIds();
  const product = () => productIds[Math.floor(random() * productIds.length)] ?? '';
  const shoppers = await warmShoppers(shop.url, productIds, 500, 3);
  const next = recommendationTraffic(productIds, shoppers, 5);
  const load = { stopped: false };
  const background = (async () => {
    while (!load.stopped) await openLoop({ url: shop.url, rate: Number(values.load), seconds: 2, next });
  })();

  const ids = ({ items }: RecommendResponse) => items.map(({ productId }) => productId).join();
  const rows = [];
  rows.push(
    await measure(
      'event -> list changes',
      async (index) => {
        const shopper = { anonymousId: `fresh-${index}` };
        const before = ids(await recommend({ placement: 'home', shopper }));
        await post(shop.url, '/v1/events', {
          event: 'Product Viewed',
          ...shopper,
          properties: { product_id: product() },
        });
        return until(async () => ids(await recommend({ placement: 'home', shopper })) !== before);
      },
      trials,
    ),
  );
  rows.push(
    await measure(
      'stock 0 -> gone from the list',
      async () => {
        const request = { placement: 'similar', products: [product()], limit: 10 };
        const shown = (await recommend(request)).items[0];
        if (!shown) return Infinity;
        await sellOut(shown.productId);
        return until(async () => {
          const { items } = await recommend(request);
          return !items.some(({ productId }) => productId === shown.productId);
        });
      },
      trials,
    ),
  );
  rows.push(
    await measure(
      'new product -> similar products by its vector',
      async (index) => {
        const productId = `fresh-product-${index}`;
        const model = (await recommend({ placement: 'similar', products: [product()], limit: 1 })).items[0];
        const content = { title: `${model?.product.title ?? 'Trowel'} mark ${index}`, categories: ['garden'] };
        await post(shop.url, '/v1/catalog/changes', {
          changes: [
            { type: 'content', productId, content },
            { type: 'offer', productId, offer: { price: 9.9, currency: 'EUR', stock: 5 } },
          ],
        });
        return until(async () => {
          const { items } = await recommend({ placement: 'similar', products: [productId], limit: 5 });
          return items.some(({ reason }) => reason.code === 'similar');
        });
      },
      Math.min(trials, 100),
    ),
  );
  load.stopped = true;
  await background;
  await report(values.name, rows);
} finally {
  await shop.stop();
}

/** Sets every variant of a product to stock 0. */
async function sellOut(productId: string): Promise<void> {
  const changes = (skus.get(productId) ?? [productId]).map((sku) => ({
    type: 'offer',
    productId,
    sku,
    offer: { stock: 0 },
  }));
  await post(shop.url, '/v1/catalog/changes', { changes });
}

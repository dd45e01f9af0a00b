import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { idle, type TestShop } from './testing/a-shop.js';
import { SERVERS } from './testing/adapters.js';
import { Elasticsearch } from './testing/servers.js';
import { aSmallShop, viewOf } from './testing/small-shop.js';

const small = aSmallShop();
const WITHIN = { timeout: 15_000, interval: 50 };

describe.skipIf(SERVERS.missing)('what the main job leaves in Elasticsearch', () => {
  let shop: TestShop;
  const elasticsearch = new Elasticsearch({ node: inject('elasticsearchUrl') ?? 'http://127.0.0.1:1' });
  beforeAll(async () => {
    shop = await SERVERS.open();
    await shop.client.importCatalog(small.catalog.slice(0, 40));
    await idle(shop);
    await shop.client.send(
      viewOf(small.catalog[3]!.productId, 'reader'),
      viewOf(small.catalog[4]!.productId, 'reader'),
    );
    await idle(shop);
  });
  afterAll(async () => {
    await elasticsearch.close();
    await shop?.close();
  });

  it("is the shopper's memory, the products and their vectors", async () => {
    const [item] = small.catalog;
    const { shopperId } = (await shop.client.memory('reader'))!;
    const memory = await elasticsearch.get<{ evidence: { productId: string }[] }>({
      index: 'shopper-memory',
      id: shopperId,
    });
    expect(memory._source!.evidence.map(({ productId }) => productId).sort()).toEqual(
      [small.catalog[3]!.productId, small.catalog[4]!.productId].sort(),
    );
    const product = await elasticsearch.get({ index: 'products', id: item!.productId });
    expect(product._source).toMatchObject({ productId: item!.productId, title: item!.title });
    const count = async () => {
      await elasticsearch.indices.refresh({ index: 'product-vectors' });
      return (await elasticsearch.count({ index: 'product-vectors' })).count;
    };
    await expect.poll(count, WITHIN).toBe(40);
    const vector = await elasticsearch.get<{ vector: number[] }>({ index: 'product-vectors', id: item!.productId });
    expect(vector._source!.vector.length).toBeGreaterThan(10);
  });
});

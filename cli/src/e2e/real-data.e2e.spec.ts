import { join } from 'node:path';
import { MODEL_ROW } from '@shopkeeper/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runImportCatalog } from '../commands/import-catalog.js';
import { runImportEvents } from '../commands/import-events.js';
import { anIo } from '../import/testing/fakes.js';
import { atRest, openTestShop, type TestShop } from './testing/a-shop.js';
import type { Question } from './testing/client.js';
import { beginningOf, CATALOGUE, isThere, ORDER_LINES } from './testing/real-files.js';

/** `WHOLE=1` reads the whole files. */
const WHOLE = process.env['WHOLE'] === '1';
const LINES = WHOLE ? Number.POSITIVE_INFINITY : 60_000;
const SLOWLY = { timeout: WHOLE ? 400_000 : 120_000 };
const PRODUCTS = WHOLE ? Number.POSITIVE_INFINITY : 3_000;

/** Titles in an answer, the best first. */
async function titles({ client }: TestShop, question: Question): Promise<readonly string[]> {
  await expect.poll(async () => (await client.recommend(question)).degraded, { timeout: 10_000 }).toEqual([]);
  return (await client.recommend(question)).items.map(({ product }) => product.title);
}

/** Everything that an import may change: products with their revisions, rows, and some memories. */
async function stateOf({ shop, client }: TestShop, shoppers: readonly string[]) {
  const products = new Map<string, string>();
  for await (const page of shop.stores.catalog.scan(500))
    for (const { productId, revision, contentHash } of page) products.set(productId, `${revision} ${contentHash}`);
  const rows = new Map<string, unknown>();
  const reading = await shop.bus.subscribe({
    group: 'e2e-rows',
    topics: [MODEL_ROW],
    mode: 'reader',
    handle: (records) => {
      for (const { key, value } of records) {
        const { products, scores } = value ? (JSON.parse(String(value)) as Record<string, unknown>) : {};
        rows.set(key!, [products, scores]);
      }
      return Promise.resolve(records.map(() => 'done' as const));
    },
  });
  await reading.caughtUp();
  await reading.close();
  const memories = await Promise.all(shoppers.map(async (id) => (await client.memory(id))?.evidence));
  return { products, rows, memories };
}

describe.skipIf(!isThere(ORDER_LINES))('the order lines of a real gift shop', () => {
  let test: TestShop;
  let file: string;
  const importOrders = async () => {
    const io = anIo();
    const code = await runImportEvents([file, '--currency', 'GBP', '--to', test.client.url], io);
    return { code, ...io.texts };
  };
  beforeAll(async () => {
    test = await openTestShop();
    file = WHOLE ? ORDER_LINES : await beginningOf(ORDER_LINES, LINES, join(test.dataDir, 'orders.csv'));
  });
  afterAll(() => test?.close());

  it('come in: products of the lines, orders of the customers, every rejected line named', SLOWLY, async () => {
    const { code, out } = await importOrders();
    expect(code).toBe(0);
    expect(out).toContain('a charge, not a product');
    await atRest(test);
    expect(await test.shop.stores.catalog.count()).toBeGreaterThan(2_500);
  });

  it('say what is bought together, and what is like it', { timeout: 60_000 }, async () => {
    const of = (placement: 'similar' | 'bought-together', id: string) =>
      titles(test, { placement, products: [id], limit: 5 });
    // ALARM CLOCK BAKELIKE RED
    expect((await of('bought-together', '22727'))[0]).toMatch(/^ALARM CLOCK BAKELIKE/);
    expect(await of('similar', '22727')).toEqual(Array(5).fill(expect.stringMatching(/CLOCK/)));
    // ROSES REGENCY TEACUP AND SAUCER
    expect((await of('bought-together', '22699')).join()).toMatch(/GREEN REGENCY TEACUP AND SAUCER/);
    // WHITE HANGING HEART T-LIGHT HOLDER
    expect((await of('similar', '85123A')).slice(0, 3).join()).toMatch(/HANGING.*HEART.*T-LIGHT HOLDER/);
  });

  it('change nothing when they come a second time', SLOWLY, async () => {
    const customers = ['17850', '13047', '15311', '14606'];
    const before = await stateOf(test, customers);
    expect(before.rows.size).toBeGreaterThan(1_000);
    expect(before.memories.flat().length).toBeGreaterThan(100);
    expect((await importOrders()).code).toBe(0);
    await atRest(test);
    expect(await stateOf(test, customers)).toEqual(before);
  });
});

describe.skipIf(!isThere(CATALOGUE))('the catalogue of a real electronics shop', () => {
  let test: TestShop;
  let file: string;
  const importProducts = async () => {
    const io = anIo();
    const argv = [file, '--currency', 'EUR', '--minor-units', '--to', test.client.url];
    const code = await runImportCatalog(argv, io);
    return { code, ...io.texts };
  };
  beforeAll(async () => {
    test = await openTestShop();
    file = WHOLE ? CATALOGUE : await beginningOf(CATALOGUE, PRODUCTS, join(test.dataDir, 'products.jsonl'));
  });
  afterAll(() => test?.close());

  it('comes in, every product of it', SLOWLY, async () => {
    const { code, out } = await importProducts();
    expect(code).toBe(0);
    expect(out).not.toContain('rejected:');
    await atRest(test);
    expect(await test.shop.stores.catalog.count()).toBe(WHOLE ? 19_406 : PRODUCTS);
  });

  it.each([
    ['3920564', 'a toner cartridge', /toner|ink cartridge/i],
    ['2101957', 'a notebook', /book|laptop|GB DDR/i],
  ])('%s, %s, is like others of its kind', { timeout: 100_000 }, async (id, _kind, kind) => {
    const question: Question = { placement: 'similar', products: [id], limit: 5 };
    // By content alone: once the encoder is fitted on this catalogue.
    const alike = async () => (await titles(test, question)).filter((title) => kind.test(title)).length;
    await expect.poll(alike, { timeout: 90_000, interval: 250 }).toBeGreaterThanOrEqual(4);
  });

  it('changes nothing when it comes a second time', SLOWLY, async () => {
    const before = await stateOf(test, []);
    expect((await importProducts()).code).toBe(0);
    await atRest(test);
    expect(await stateOf(test, [])).toEqual(before);
  });
});

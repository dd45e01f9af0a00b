import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalIdOf } from '@shopkeeper/recommender';
import { openStores } from '@shopkeeper/stores';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { Random } from '../sample-store/random.js';
import type { Client } from './testing/client.js';
import { Ledger } from './testing/ledger.js';
import { build, ShopProcess } from './testing/shop-process.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 4);
const SEED = process.env['SEED'] ?? String(Date.now() % 1_000_000);
const WITHIN = { timeout: 20_000, interval: 100 };

let dataDir: string;
const running = new Set<ShopProcess>();
const start = (env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): ShopProcess => {
  const process = new ShopProcess({ DATA_DIR: dataDir, ...env }, ...args);
  running.add(process);
  onTestFailed(() => console.error(process.said));
  return process;
};

beforeAll(build);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-kill-'));
});
afterEach(async () => {
  for (const process of running) await process.kill('SIGKILL');
  running.clear();
  await rm(dataDir, { recursive: true });
});

describe('kill -9', () => {
  it(`loses nothing that was acknowledged, and counts nothing twice (SEED=${SEED})`, async () => {
    const random = new Random(`kill/${SEED}`);
    const ledger = new Ledger(random);
    for (let round = 0; round < ROUNDS; round += 1) {
      const shop = start();
      const working = ledger.work(await shop.ready());
      await sleep(random.int(50, 2_000)); // the random moment
      expect((await shop.kill('SIGKILL')).signal).toBe('SIGKILL');
      await working;
    }
    expect(ledger.acknowledged).toBeGreaterThan(100 * ROUNDS);

    const shop = start();
    await checkMemories(await shop.ready(), ledger);
    expect(await shop.kill('SIGTERM')).toMatchObject({ code: 0 });
    await checkOffers(ledger);
  }, 120_000);
});

async function checkMemories(client: Client, { events }: Ledger): Promise<void> {
  for (const [anonymousId, messageIds] of events) {
    const wanted = [...messageIds].map((messageId) => signalIdOf({ anonymousId, messageId })).sort();
    const newest = async () => {
      const ids = (await client.memory(anonymousId))?.evidence.map(({ id }) => id) ?? [];
      expect(new Set(ids).size).toBe(ids.length);
      return ids.length === 300 ? 'full' : wanted.filter((id) => !ids.includes(id));
    };
    await expect.poll(newest, WITHIN).toEqual([]);
  }
}

async function checkOffers({ offers, doubtful }: Ledger): Promise<void> {
  const stores = await openStores({ dataDir });
  const states = await stores.catalog.read([...offers.keys()]);
  await stores.close();
  for (const [productId, offer] of offers) {
    const state = states.get(productId)?.state;
    expect(state?.content?.value.title).toBe(`Product ${productId}`);
    const { price, stock } = state?.variants[productId] ?? {};
    expect([offer, ...doubtful.get(productId)!]).toContainEqual({ price: price?.value, stock: stock?.value });
  }
}

describe('a start that cannot be', () => {
  it('on a data directory in use is refused, and leaves the other process alone', async () => {
    const client = await start().ready();
    const { code, said } = await start().ended;
    expect(code).toBe(1);
    expect(said).toContain('DATA_DIRECTORY_IN_USE');
    expect(said).toContain(dataDir);
    await client.send({ type: 'track', event: 'Product Viewed', anonymousId: 'a', properties: { product_id: 'p' } });
  });

  it('with a file in the way of the data directory is reported', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const { code, said } = await start({ DATA_DIR: join(dataDir, 'file', 'data') }).ended;
    expect(code).toBe(1);
    expect(said).toContain('DATA_DIRECTORY_UNWRITABLE');
    expect(said).toContain(join(dataDir, 'file'));
  });

  it('on an address that others reach, without keys, is refused', async () => {
    const { code, said } = await start({ HOST: '0.0.0.0' }).ended;
    expect(code).toBe(1);
    expect(said).toMatch(/HOST is 0\.0\.0\.0.*SHOPKEEPER_KEYS.*CONFIG_INVALID/);
    const keys = 'read:0123456789abcdef,admin:fedcba9876543210';
    const client = await start({ HOST: '0.0.0.0', SHOPKEEPER_KEYS: keys }).ready();
    expect((await client.post('/v1/recommendations', { placement: 'home' })).status).toBe(401);
  });

  it('with a setting that is wrong says which', async () => {
    const { code, said } = await start({ BUS_URL: 'rabbit://x' }).ended;
    expect(code).toBe(1);
    expect(said).toMatch(/BUS_URL.*kafka:\/\/host:9092/s);
  });
});

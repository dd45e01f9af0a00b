import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop, type Shop } from '../../shop.js';
import { Client } from './client.js';

const POLLS = 10;
const POLL_MS = 50;
const LONGEST_MS = 110_000;

/** A whole shop in this process on a free port, with a data directory of its own. */
export interface TestShop {
  readonly shop: Shop;
  readonly client: Client;
  readonly dataDir: string;
  close(): Promise<void>;
}

export async function openTestShop(
  servers: { readonly busUrl?: string | undefined; readonly storeUrl?: string | undefined } = {},
): Promise<TestShop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-e2e-'));
  const shop = await openShop({ dataDir, ...servers, host: '127.0.0.1', port: 0, keys: [], logLevel: 'error' });
  return {
    shop,
    client: new Client(shop.url),
    dataDir,
    close: async () => {
      await shop.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Resolves once every service has handled all there is, for a while: what one has handled may be news for the next. */
export async function idle({ shop }: TestShop): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  for (let polls = 0; polls < POLLS; polls = (await shop.lag()) === 0 ? polls + 1 : 0) {
    if (performance.now() > deadline) throw new Error(`the shop did not come to rest; lag ${await shop.lag()}`);
    await sleep(POLL_MS);
  }
}

/** Resolves once, on top of that, learning has published all it learned; it looks at every row again once all is quiet. */
export async function atRest(test: TestShop): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (!(await isPublished(test))) {
    if (performance.now() > deadline) throw new Error('learning did not come to rest');
    await sleep(5 * POLL_MS);
  }
  await idle(test);
}

async function isPublished(test: TestShop): Promise<boolean> {
  await idle(test);
  const held = await test.client.metric('shopkeeper_learning_size');
  return held.get('{of="unsettled"}') === 0 && held.get('{of="dirty"}') === 0;
}

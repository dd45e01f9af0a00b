import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { readKeys } from '@shopkeeper/gateway';
import { readSettings } from '@shopkeeper/platform';
import type { Io } from '../io.js';
import { loadSampleStore, sampleStoreIsPending } from '../sample-store/load.js';
import { openShop, type Shop } from '../shop.js';
import { describeSettings, isLoopback, StartSettings } from '../start-settings.js';

const USAGE = `usage: shopkeeper start [--empty | --sample] [--port N] [--host ADDRESS] [--data-dir DIR]

Runs all services in this process. On an empty data directory it loads a sample store; --empty starts without,
--sample loads it whatever is there. Settings by environment: ${Object.keys(StartSettings.shape).join(', ')}.
`;
const CLOSE_WITHIN_MS = 20_000;
const IDLE_POLLS = 10;
const IDLE_POLL_MS = 100;

/** Runs the shop until SIGINT or SIGTERM. */
export async function runStart(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      empty: { type: 'boolean', default: false },
      sample: { type: 'boolean', default: false },
      port: { type: 'string' },
      host: { type: 'string' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const settings = readSettings(StartSettings, {
    ...io.env,
    ...(values.port !== undefined && { PORT: values.port }),
    ...(values.host !== undefined && { HOST: values.host }),
    ...(values['data-dir'] !== undefined && { DATA_DIR: values['data-dir'] }),
  });
  const keys = readKeys(settings.SHOPKEEPER_KEYS);
  if (keys.length === 0 && !isLoopback(settings.HOST)) {
    throw new ShopkeeperError(
      'CONFIG_INVALID',
      `HOST is ${settings.HOST}, which others can reach: set SHOPKEEPER_KEYS, for example "write:KEY read:KEY admin:KEY".`,
    );
  }
  const say = (line: string) => io.out.write(`shopkeeper: ${line}\n`);
  say(describeSettings(settings));
  if (keys.length === 0) say('no SHOPKEEPER_KEYS: whoever reaches this loopback address may do everything');

  const stop = onStopSignal();
  const fresh = settings.BUS_URL === undefined && isEmptyDirectory(settings.DATA_DIR);
  const shop = await openShop({
    dataDir: settings.DATA_DIR,
    busUrl: settings.BUS_URL,
    storeUrl: settings.STORE_URL,
    host: settings.HOST,
    port: settings.PORT,
    keys,
    logLevel: settings.LOG_LEVEL,
  });
  try {
    if (values.sample || (!values.empty && (fresh || sampleStoreIsPending(settings.DATA_DIR)))) {
      say('loading the sample store: 5,000 products, 200,000 events of their shoppers');
      const began = performance.now();
      await Promise.race([openWithSampleStore(shop, settings.DATA_DIR, stop), stop]);
      if (!stop.aborted) say(`the sample store is learned (${seconds(began)})`);
    }
    await Promise.race([ready(shop, stop), stop]);
    if (!stop.aborted) say(`ready on ${shop.url}  (documentation: ${shop.url}/docs)`);
    await stop;
    say('stopping');
    return await closeInTime(shop, io);
  } catch (error) {
    await shop.close();
    throw error;
  }
}

/** Not ready before the services have learned the sample: an answer out of half a shop helps nobody. */
async function openWithSampleStore(shop: Shop, dataDir: string, stop: { readonly aborted: boolean }): Promise<void> {
  let learned = false;
  shop.health.register('sample-store', () => (learned ? { status: 'ok' } : { status: 'down', detail: 'loading' }));
  await loadSampleStore(shop.bus, dataDir);
  // What one service has handled may be news for the next: all must be idle for a while.
  for (let idle = 0; idle < IDLE_POLLS && !stop.aborted; idle = (await shop.lag()) === 0 ? idle + 1 : 0)
    await sleep(IDLE_POLL_MS);
  learned = true;
}

const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function onStopSignal(): Promise<void> & { aborted: boolean } {
  const promise = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stop.aborted = true;
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
  const stop = Object.assign(promise, { aborted: false });
  return stop;
}

const isEmptyDirectory = (path: string): boolean => !existsSync(path) || readdirSync(path).length === 0;

async function ready(shop: Shop, stop: { readonly aborted: boolean }): Promise<void> {
  while (!stop.aborted && (await shop.health.report()).status === 'down') await sleep(50);
}

async function closeInTime(shop: Shop, io: Io): Promise<number> {
  const late = sleep(CLOSE_WITHIN_MS, 'late' as const, { ref: false });
  const outcome = await Promise.race([shop.close().then(() => 'closed' as const), late]);
  if (outcome === 'closed') return 0;
  io.err.write(`shopkeeper: not everything closed within ${CLOSE_WITHIN_MS / 1000} s; what was acknowledged is safe\n`);
  process.exit(1);
}

// How long a recommendation takes, end to end over HTTP, at a fixed rate that does not wait for answers.
//   npm run bench:latency -- [--rate 1000] [--seconds 30] [--saturation] [--url http://127.0.0.1:3000]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLoop, type LoadResult } from './open-loop.js';
import { report } from './report.js';
import { startShop } from './shop-process.js';
import { recommendationTraffic, sampleProductIds, warmShoppers } from './traffic.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    saturation: { type: 'boolean', default: false },
    'bus-url': { type: 'string' },
    'store-url': { type: 'string' },
    name: { type: 'string', default: 'latency' },
  },
});

const STEPS = [2000, 3000, 4000, 5000, 6000, 8000];

const shop = await startShop(
  {
    ...(values['bus-url'] && { BUS_URL: values['bus-url'] }),
    ...(values['store-url'] && { STORE_URL: values['store-url'] }),
  },
  values['bus-url'] ? ['--sample'] : [],
);
try {
  console.log(`ready after ${Math.round(shop.startMs)} ms`);
  const productIds = sampleProductIds();
  const shoppers = await warmShoppers(shop.url, productIds, 2000, 7);
  const next = recommendationTraffic(productIds, shoppers, 42);
  // Caches and compiled code as in a shop that has been open for a while.
  await openLoop({ url: shop.url, rate: 300, seconds: 15, next });
  await openLoop({ url: shop.url, rate: Number(values.rate), seconds: 15, next });
  await sleep(1000);

  const rows: (LoadResult & { cpuPercent: number; residentMb: number })[] = [];
  const measure = async (rate: number, seconds: number) => {
    const before = await shop.usage();
    const result = await openLoop({ url: shop.url, rate, seconds, next });
    const after = await shop.usage();
    const cpuPercent = ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100;
    rows.push({ ...result, cpuPercent, residentMb: after.residentMb });
    return result;
  };
  await measure(Number(values.rate), Number(values.seconds));
  for (const rate of values.saturation ? STEPS : []) {
    await sleep(2000);
    const { p99, errors } = await measure(rate, 10);
    if (errors > 0 || p99 > 250) break;
  }
  await report(values.name, rows, { startMs: shop.startMs });
} finally {
  await shop.stop();
}

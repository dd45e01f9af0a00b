import { mkdtemp, rm } from 'node:fs/promises';
import { BusServer, openBus } from '@shopkeeper/bus';
import { TOPICS, ShopperEventReceived, recordOf } from '@shopkeeper/contracts';
import { Metrics, createLogger, runConsumer } from '@shopkeeper/platform';
import { openStores } from '@shopkeeper/stores';
import { it } from 'vitest';
import { UserSignalModule } from './index.js';
import { aView, minutesLater } from './testing/recording.js';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
it('throughput', async () => {
  const dataDir = await mkdtemp('/tmp/us-');
  const logger = createLogger({ service: 'x', level: 'warn' });
  const bus = await openBus({ dataDir, logger });
  const stores = await openStores({ dataDir });
  await bus.createTopics(TOPICS);
  const N = 50_000, D = 15_000;
  for (let from = 0; from < N; from += 2000) {
    await bus.publish(Array.from({ length: 2000 }, (_, k) => {
      const n = from + k; const d = (n * 7919) % D;
      const ts = new Date(Date.parse('2026-01-15T12:00:00.000Z') + n * 1000).toISOString();
      return recordOf(ShopperEventReceived, aView('dev-' + d, 0, { timestamp: ts, receivedAt: ts, properties: { product_id: 'p-' + (n % 5000), price: 12.5 }, ...(d % 3 === 0 && n > N/3 ? { userId: 'u-' + (d % 6000) } : {}) }), { source: 'x' });
    }));
  }
  const s = new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.start');
  const t = performance.now(); const cpu = process.cpuUsage();
  const server = new BusServer({ bus, service: 'user-signal', logger });
  await runConsumer({ module: UserSignalModule.forRoot({ bus, shoppers: stores.shoppers, catalog: stores.catalog, logger, metrics: new Metrics() }), strategy: server, logger });
  const lags = () => Promise.all((server as any).running.map((r: any) => r.subscription.lag()));
  let sig = 0;
  for (;;) {
    await new Promise((r) => setTimeout(r, 50));
    const l = await lags();
    if (!sig && l[0] === 0) { sig = performance.now() - t; console.log('signals', sig, process.cpuUsage(cpu).user / 1000); }
    if (l.every((x: number) => x === 0)) break;
  }
  console.log('all', performance.now() - t, process.cpuUsage(cpu));
  const { profile } = await s.post('Profiler.stop'); 
  const self = new Map<string, number>(); const dt = profile.timeDeltas!; 
  const byId = new Map(profile.nodes.map((n) => [n.id, n]));
  profile.samples!.forEach((id, i) => { const n = byId.get(id)!; const k = n.callFrame.functionName + ' ' + n.callFrame.url.split('/').slice(-2).join('/') ; self.set(k, (self.get(k) ?? 0) + dt[i]!); });
  console.log([...self].sort((a, b) => b[1] - a[1]).slice(0, 25).map(([k, v]) => (v / 1000).toFixed(0) + ' ' + k).join('\n'));
  const parent = new Map<number, number>(); profile.nodes.forEach((n) => n.children?.forEach((c) => parent.set(c, n.id)));
  const chains = new Map<string, number>();
  profile.samples!.forEach((id, i) => { const n = byId.get(id)!; if (n.callFrame.functionName !== 'backup') return; const names: string[] = []; let x: number | undefined = id; for (let k = 0; k < 7 && x; k++) { names.push(byId.get(x)!.callFrame.functionName); x = parent.get(x); } const c = names.join(' < '); chains.set(c, (chains.get(c) ?? 0) + dt[i]!); });
  console.log([...chains].sort((a, b) => b[1] - a[1]).slice(0, 14).map(([k, v]) => (v / 1000).toFixed(0) + ' ' + k).join('\n'));
  await bus.close(); await stores.close(); await rm(dataDir, { recursive: true });
}, 120_000);

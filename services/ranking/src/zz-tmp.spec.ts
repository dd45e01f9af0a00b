import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, Metrics } from '@shopkeeper/platform';
import { aProduct, anOffer, aContent } from '@shopkeeper/contracts/testing';
import { Ranking, Shelf } from '@shopkeeper/recommender';
import { openStores } from '@shopkeeper/stores';
import { it } from 'vitest';
import { ContentNeighbours } from './content-neighbours.js';
import { Profiles } from './profiles.js';
import { Recommendations } from './recommendations.js';

it('speed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rk-'));
  const stores = await openStores({ dataDir });
  const shelf = new Shelf();
  const N = 5000, pop = () => Math.floor(Math.random() ** 2 * N);
  for (let i = 0; i < N; i++) {
    shelf.applyProduct(aProduct({ productId: `p-${i}`, content: aContent({ title: `Product ${i}`, categories: [`top-${i % 12}/leaf-${i % 120}`] }) }));
    shelf.applyOffers(anOffer({ productId: `p-${i}` }));
    for (const generator of ['covisit', 'transition', 'bought-together'] as const) {
      const s = new Set<string>();
      while (s.size < 100) s.add(`p-${Math.random() < 0.5 ? pop() : (i + 120 * Math.floor(Math.random() * 40)) % N}`);
      const products = [...s];
      shelf.applyRow({ generator, subject: `p-${i}`, epoch: 'e', products, scores: products.map((_, j) => 0.2 / (j + 1)) });
    }
  }
  await stores.vectors.prepare({ modelId: 'm', dimensions: 128 });
  await stores.vectors.put('m', Array.from({ length: N }, (_, i) => {
    const v = Float32Array.from({ length: 128 }, () => Math.random() - 0.5); const n = Math.hypot(...v); for (let k = 0; k < 128; k++) v[k]! /= n;
    return { productId: `p-${i}`, revision: 1, contentHash: 'h', vector: v, categories: [], sellable: true, removed: false };
  }));
  await stores.vectors.activate('m');
  const now = Date.now();
  for (let s = 0; s < 500; s++) {
    await stores.shoppers.claim(`a:a-${s}`, `s-${s}`);
    await stores.shoppers.remember(new Map([[`s-${s}`, Array.from({ length: 40 }, (_, i) => ({ id: `e-${s}-${i}`, productId: `p-${pop()}`, kind: 'view' as const, weight: 1, sessionId: i < 10 ? 'x' : 'y', occurredAt: new Date(now - i * 60_000).toISOString() }))]]));
  }
  const logger = createLogger({ service: 'x', level: 'silent' });
  const service = new Recommendations(shelf, new Ranking(shelf), new Profiles(shelf, stores.shoppers, logger), new ContentNeighbours(shelf, stores.vectors, logger), new Metrics());
  for (const placement of ['home', 'similar', 'home', 'similar', 'bought-together', 'home'] as const) {
    const t: number[] = []; const start = performance.now();
    while (performance.now() - start < 3000) {
      const a = performance.now();
      await service.recommend({ placement, limit: 10, shopper: { anonymousId: `a-${Math.floor(Math.random() * 500)}` }, ...(placement === 'home' ? {} : { products: [`p-${pop()}`] }) });
      t.push(performance.now() - a);
      if (t.length % 50 === 0) await new Promise((r) => setImmediate(r));
    }
    t.sort((a, b) => a - b);
    console.log(placement, 'per s', Math.round(t.length / 3), 'p50', (t[t.length >> 1]! * 1000).toFixed(0), 'p99', (t[Math.floor(t.length * 0.99)]! * 1000).toFixed(0), 'us');
  }
  await stores.close();
  await rm(dataDir, { recursive: true });
}, 60_000);

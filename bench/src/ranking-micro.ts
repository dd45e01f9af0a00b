/**
 * How long a recommendation takes in process, without bus, store and HTTP: ranking, stock gate and JSON on a synthetic shop with full rows.
 * `node bench/dist/ranking-micro.js [products] [seconds per placement]`
 */
import { Placement, type ModelRowPublished } from '@shopkeeper/contracts';
import {
  contentRow,
  itemsOf,
  passStockGate,
  profileOf,
  Ranking,
  Shelf,
  type ContentRow,
  type Evidence,
  type ShopperProfile,
} from '@shopkeeper/recommender';

const PRODUCTS = Number(process.argv[2] ?? 5000);
const SECONDS = Number(process.argv[3] ?? 3);
const WIDTH = 100;
const CATEGORIES = 120;
const SHOPPERS = 500;
const NOW = Date.parse('2026-01-15T12:00:00.000Z');

/** Mulberry32: the same shop at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = random(7);
const below = (limit: number) => Math.floor(next() * limit);
/** Popular products, as shops have them: the square draws to the front. */
const popular = () => Math.floor(next() ** 2 * PRODUCTS);
const id = (n: number) => `p-${n}`;

function fill(shelf: Shelf): void {
  for (let n = 0; n < PRODUCTS; n++) {
    const category = n % CATEGORIES;
    shelf.applyProduct({
      productId: id(n),
      revision: 1,
      removed: false,
      content: {
        title: `Product ${n}`,
        brand: `Brand ${below(80)}`,
        categories: [`top-${category % 12}/leaf-${category}`],
        url: `/p/${n}`,
        imageUrl: `/img/${n}.jpg`,
        ...(below(10) === 0 && { family: `f-${below(200)}` }),
      },
      contentHash: 'h',
      firstSeenAt: new Date(NOW - below(500) * 86_400_000).toISOString(),
    });
    const price = 5 + below(10_000) / 100;
    const offer = { sku: id(n), price, currency: 'EUR', cost: price * 0.6, availability: 'in_stock' as const };
    shelf.applyOffers({
      productId: id(n),
      revision: 1,
      removed: false,
      observedAt: new Date(NOW).toISOString(),
      offers: [{ ...offer, stock: below(10) === 0 ? 0 : below(200) }],
    });
    for (const generator of ['covisit', 'transition', 'bought-together'] as const) shelf.applyRow(row(generator, n));
  }
  for (let category = 0; category < CATEGORIES; category++) {
    shelf.applyRow(trend(`top-${category % 12}/leaf-${category}`, (n) => n % CATEGORIES === category));
  }
  shelf.applyRow(trend('*', () => true));
}

function row(generator: ModelRowPublished['generator'], n: number): ModelRowPublished {
  const neighbours = new Set<number>();
  while (neighbours.size < WIDTH) {
    const near = (n + CATEGORIES * (1 + below(40))) % PRODUCTS;
    neighbours.add(next() < 0.5 ? near : popular());
  }
  neighbours.delete(n);
  const products = [...neighbours].map(id);
  const raw = products.map((_, i) => 1 / (i + 1));
  const sum = raw.reduce((a, b) => a + b);
  return { generator, subject: id(n), epoch: 'e', products, scores: raw.map((score) => score / sum) };
}

function trend(subject: string, member: (n: number) => boolean): ModelRowPublished {
  const products = Array.from({ length: PRODUCTS }, (_, n) => n)
    .filter(member)
    .slice(0, WIDTH)
    .map(id);
  return { generator: 'trend', subject, epoch: 'e', products, scores: products.map((_, i) => 20 / (i + 1)) };
}

function shopper(s: number): Evidence[] {
  const deeds = 10 + below(60);
  const taste = below(CATEGORIES);
  return Array.from({ length: deeds }, (_, i) => {
    const inTaste = (taste + CATEGORIES * below(PRODUCTS / CATEGORIES)) % PRODUCTS;
    return {
      id: `e-${s}-${i}`,
      productId: id(next() < 0.6 ? inTaste : popular()),
      kind: i % 9 === 5 ? ('cart-add' as const) : i % 17 === 13 ? ('order' as const) : ('view' as const),
      occurredAt: new Date(NOW - i * (i < 10 ? 30_000 : 3_600_000 * 7)).toISOString(),
      sessionId: i < 10 ? `s-${s}` : `s-${s}-${i >> 3}`,
      weight: i % 9 === 5 ? 3 : i % 17 === 13 ? 6 : 1,
    };
  });
}

const shelf = new Shelf();
const filling = performance.now();
fill(shelf);
const filled = performance.now() - filling;
const ranking = new Ranking(shelf);
const evidence = Array.from({ length: SHOPPERS }, (_, s) => shopper(s));
const folding = performance.now();
const profiles: ShopperProfile[] = evidence.map((each) => profileOf(shelf, each, NOW));
const folded = performance.now() - folding;
const neighbours = new Map<number, ContentRow>();
for (let n = 0; n < PRODUCTS; n++) {
  const hits = Array.from({ length: WIDTH }, (_, i) => ({
    productId: id((n + CATEGORIES * (i + 1)) % PRODUCTS),
    score: 1 - i / 200,
  }));
  neighbours.set(shelf.find(id(n)), contentRow(shelf, hits));
}

function recommend(placement: Placement, profile: ShopperProfile | undefined): string {
  const products = placement === 'cart' ? [id(popular()), id(popular()), id(popular())] : [id(popular())];
  const about = placement === 'home' || placement === 'still-considering' ? {} : { products };
  const outset = ranking.begin({ placement, ...about, limit: 10, profile, now: NOW });
  const content = new Map(outset.contentWanted.map((product) => [product, neighbours.get(product)!]));
  const list = ranking.rank(outset, content);
  const { passed } = passStockGate(shelf, list);
  return JSON.stringify({ placement, items: itemsOf(shelf, list, passed), degraded: [] });
}

const at = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
const micros = (ms: number) => `${(ms * 1000).toFixed(0)} us`;

function measure(name: string, ask: () => string): void {
  const warm = performance.now() + 500;
  while (performance.now() < warm) ask();
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < SECONDS * 1000) {
    const from = performance.now();
    ask();
    times.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(cpu);
  const sorted = Float64Array.from(times).sort();
  const perSecond = Math.round(times.length / ((performance.now() - start) / 1000));
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => micros(at(sorted, share)));
  console.log(
    `${name.padEnd(24)} p50 ${p50}, p99 ${p99}, p99.9 ${p999}, CPU ${((user + system) / times.length).toFixed(0)} us, ${perSecond}/s`,
  );
}

console.log(`${PRODUCTS} products, rows ${WIDTH} wide, ${process.version}; shelf filled in ${filled.toFixed(0)} ms`);
console.log(`profile of a shopper ${micros(folded / SHOPPERS)}`);
const size = (placement: Placement) => recommend(placement, profiles[0]).length;
console.log(`answers: ${Placement.options.map((placement) => `${placement} ${size(placement)} B`).join(', ')}`);
for (const placement of Placement.options) measure(placement, () => recommend(placement, profiles[below(SHOPPERS)]));
measure('home, unknown shopper', () => recommend('home', undefined));

import type { Placement, RecommendRequest } from '@shopkeeper/contracts';
import { SAMPLE_SEED, sampleCatalog } from '@shopkeeper/cli';
import type { LoadRequest } from './open-loop.js';

/** A small deterministic generator (mulberry32): the same seed, the same traffic. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const sampleProductIds = (): string[] =>
  [...sampleCatalog({ seed: SAMPLE_SEED })].map(({ productId }) => productId);

/** Shares of the placements in the traffic: product pages most, then home, carts and the rest. */
const MIX: readonly (readonly [Placement, number])[] = [
  ['similar', 0.4],
  ['home', 0.25],
  ['bought-together', 0.15],
  ['cart', 0.1],
  ['still-considering', 0.1],
];

/** Visitors of a shop as a stream of recommendation requests; products drawn with a skew, as visits are. */
export function recommendationTraffic(
  productIds: readonly string[],
  shoppers: readonly string[],
  seed: number,
): (index: number) => LoadRequest {
  const random = numbers(seed);
  const product = (): string => productIds[Math.floor(productIds.length * random() ** 2)] ?? '';
  return () => {
    const placement = pick(random());
    const request: Omit<RecommendRequest, 'limit'> & { limit: number } = {
      placement,
      shopper: { anonymousId: shoppers[Math.floor(shoppers.length * random())] ?? 'nobody' },
      limit: 10,
      ...((placement === 'similar' || placement === 'bought-together') && { products: [product()] }),
      ...(placement === 'cart' && { products: [product(), product(), product()] }),
    };
    return { path: '/v1/recommendations', body: JSON.stringify(request) };
  };
}

function pick(at: number): Placement {
  let passed = 0;
  for (const [placement, share] of MIX) if ((passed += share) > at) return placement;
  return 'home';
}

/** Gives each shopper a session of a few views, so that the lists have something to remember. */
export async function warmShoppers(
  url: URL,
  productIds: readonly string[],
  count: number,
  seed: number,
): Promise<string[]> {
  const random = numbers(seed);
  const shoppers = Array.from({ length: count }, (_, index) => `bench-${seed}-${index}`);
  for (let start = 0; start < shoppers.length; start += 100) {
    const batch = shoppers.slice(start, start + 100).flatMap((anonymousId) => {
      const around = Math.floor(productIds.length * random() ** 2);
      return Array.from({ length: 2 + Math.floor(random() * 8) }, (_, step) => ({
        event: 'Product Viewed',
        anonymousId,
        properties: { product_id: productIds[(around + step * 3) % productIds.length] },
      }));
    });
    await post(url, '/v1/batch', { batch });
  }
  return shoppers;
}

/** @throws Error with the answer when it is not 2xx */
export async function post(url: URL, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer).slice(0, 300)}`);
  return answer;
}

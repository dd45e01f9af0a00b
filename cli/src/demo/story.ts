import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ShopkeeperError, type RecommendedItem, type ShopperRef } from '@shopkeeper/contracts';
import type { ShopClient } from './shop-client.js';

export interface Listed {
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly price: number;
  readonly currency: string;
  readonly reason: string;
}

/** What happened, step by step; ends early when a step did not happen in time. */
export interface Story {
  readonly shopper: ShopperRef;
  readonly before: readonly Listed[];
  readonly viewed: readonly Listed[];
  readonly after?: readonly Listed[];
  /** From the acknowledgement of the views to the first list that is another one, ms. */
  readonly changedAfterMs?: number;
  readonly soldOut?: Listed;
  /** From the acknowledgement of the stock change to the first list without the product, ms. */
  readonly goneAfterMs?: number;
  readonly without?: readonly Listed[];
  readonly complete: boolean;
}

export type Chapter = 'asked' | 'viewed' | 'changed' | 'gone' | 'restored';

const LIMIT = 8;
const WITHIN_MS = 5_000;
const POLL_MS = 5;
/** The API does not tell how many there were: so many come back. */
export const RESTOCKED = 25;

/**
 * Asks, looks at two things, asks again, sells one out, asks again, and puts it back. `tell` hears of each chapter as it happens.
 * @throws ShopkeeperError when the shop does not answer, or has nothing to recommend
 */
export async function play(client: ShopClient, tell: (chapter: Chapter, story: Story) => void): Promise<Story> {
  const shopper: ShopperRef = { anonymousId: `demo-${randomUUID()}` };
  const home = async () => (await client.recommend({ placement: 'home', shopper, limit: LIMIT })).map(listed);
  const before = await home();
  if (before.length === 0) {
    throw new ShopkeeperError(
      'NOT_READY',
      'The shop recommends nothing yet: import a catalogue first, or wait until it is read.',
    );
  }
  let story: Story = { shopper, before, viewed: [], complete: false };
  const goOn = (chapter: Chapter, more: Partial<Story>): void => {
    story = { ...story, ...more };
    tell(chapter, story);
  };
  tell('asked', story);

  const viewed = await themeOf(client, before);
  await client.send(viewed.map((product) => viewOf(product, shopper)));
  goOn('viewed', { viewed });
  const changed = await until(home, (list) => idsOf(list) !== idsOf(before));
  if (!changed) return story;
  goOn('changed', { after: changed.value, changedAfterMs: changed.ms });

  const soldOut = pickForSale(changed.value);
  const skus = new Set<string>();
  try {
    const gone = await sellOut(client, soldOut, skus, home);
    if (!gone) return { ...story, soldOut };
    goOn('gone', { soldOut, without: gone.value, goneAfterMs: gone.ms });
  } finally {
    for (const sku of skus) await setStock(client, sku, RESTOCKED);
  }
  goOn('restored', { complete: true });
  return story;
}

/** Two things that belong together: one of the list, from its end so that the change is seen, and what is most like it. */
async function themeOf(client: ShopClient, list: readonly Listed[]): Promise<Listed[]> {
  for (const product of [...list].reverse()) {
    const alike = await client.recommend({ placement: 'similar', products: [product.productId], limit: 1 });
    if (alike[0]) return [product, listed(alike[0])];
  }
  return list.slice(-2);
}

const viewOf = ({ productId, sku, price, currency }: Listed, { anonymousId }: ShopperRef) => ({
  type: 'track' as const,
  event: 'Product Viewed',
  messageId: `demo-${randomUUID()}`,
  anonymousId,
  timestamp: new Date().toISOString(),
  properties: { product_id: productId, sku, price, ...(currency && { currency }) },
});

/** Rather one that has no variants: it is gone with a single change. */
const pickForSale = (list: readonly Listed[]): Listed =>
  list.find(({ productId, sku }) => productId === sku) ?? (list[0] as Listed);

/** Sells out the variant that is shown; when another variant of the product takes its place, that one too. Time counts from the last. */
async function sellOut(
  client: ShopClient,
  { productId, sku }: Listed,
  skus: Set<string>,
  home: () => Promise<readonly Listed[]>,
): Promise<Timed<readonly Listed[]> | undefined> {
  for (let next: string | undefined = sku; next !== undefined;) {
    skus.add(next);
    await setStock(client, next, 0);
    const shown = (list: readonly Listed[]) => list.find((item) => item.productId === productId);
    const moved = await until(home, (list) => !skus.has(shown(list)?.sku ?? ''));
    if (!moved || !shown(moved.value)) return moved;
    next = shown(moved.value)?.sku;
  }
  return undefined;
}

const setStock = (client: ShopClient, sku: string, stock: number): Promise<void> =>
  client.change({ type: 'offer', sku, offer: { stock } });

interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

/** Asks until the answer is as wished; `undefined` when that takes longer than five seconds. */
async function until<T>(ask: () => Promise<T>, wished: (answer: T) => boolean): Promise<Timed<T> | undefined> {
  const begun = performance.now();
  while (performance.now() - begun < WITHIN_MS) {
    const value = await ask();
    if (wished(value)) return { value, ms: performance.now() - begun };
    await sleep(POLL_MS);
  }
  return undefined;
}

const idsOf = (list: readonly Listed[]): string => list.map(({ productId }) => productId).join('\n');

const listed = ({ productId, sku, reason, product }: RecommendedItem): Listed => ({
  productId,
  sku,
  title: product.title,
  price: product.price,
  currency: product.currency ?? '',
  reason: reason.text,
});

import { isSellable, type CatalogItem, type EventRequest } from '@shopkeeper/contracts';
import { sampleCatalog } from '../../sample-store/catalog.js';
import { sampleEvents } from '../../sample-store/events.js';
import type { SampleEvent } from '../../sample-store/to-request.js';

const MINUTE = 60_000;

/** A small sample store that is the same for whoever asks within one test. */
export interface SmallShop {
  readonly catalog: readonly CatalogItem[];
  readonly events: readonly SampleEvent[];
  /** Devices by how much they did, the busiest first. */
  readonly devices: readonly string[];
}

export function aSmallShop(over: { seed?: number; products?: number; events?: number } = {}): SmallShop {
  const { seed = 7, products = 300, events: wanted = 6_000 } = over;
  const until = Date.now() - MINUTE;
  // One moment for all: who imports twice, or into two shops, brings the same news.
  const observedAt = new Date(until).toISOString();
  const catalog = [...sampleCatalog({ seed, size: products })].map((item) => ({ ...item, observedAt }));
  const events = [...sampleEvents({ seed, catalog, until, events: wanted })];
  const deeds = new Map<string, number>();
  for (const { anonymousId } of events) deeds.set(anonymousId, (deeds.get(anonymousId) ?? 0) + 1);
  const devices = [...deeds].sort(([, a], [, b]) => b - a).map(([device]) => device);
  return { catalog, events, devices };
}

/** Some variant can be bought, as the catalogue says. */
export const isBuyable = ({ variants, ...own }: CatalogItem): boolean =>
  (variants ?? [own]).some(({ stock = null, availability = 'in_stock', price }) =>
    isSellable({ sku: '-', stock, availability, ...(price !== undefined && { price }) }),
  );

/** Can be bought with nothing on hand: it is made or delivered later. */
export const isSoldAhead = ({ variants, ...own }: CatalogItem): boolean =>
  (variants ?? [own]).some(({ availability }) => availability === 'preorder' || availability === 'backorder');

/** The skus of a product; one without variants has its own id for one. */
export const skusOf = ({ productId, variants }: CatalogItem): readonly string[] =>
  variants?.map(({ sku }) => sku) ?? [productId];

/** Somebody looks at a product; twice the same is the same event. */
export const viewOf = (
  productId: string,
  anonymousId: string,
  over: Partial<EventRequest> = {},
): Partial<EventRequest> => ({
  type: 'track',
  event: 'Product Viewed',
  anonymousId,
  messageId: `${anonymousId}-${productId}`,
  properties: { product_id: productId },
  ...over,
});

import type { ContentObserved, OfferObserved, RemovalObserved } from '../events/catalog-change.js';
import type { OfferChanged, ProductUpserted } from '../events/catalog-product.js';
import type { ModelManifestPublished, ModelRowPublished } from '../events/model.js';
import type { ShopperEventReceived } from '../events/shopper-event.js';
import type { ErasureRequested, SignalRecorded } from '../events/shopper-signal.js';
import type { ProductContent, VariantOffer } from '../product.js';

/** The moment at which builders' facts happen. */
export const A_MOMENT = '2026-01-15T12:00:00.000Z';

export const aContent = (over: Partial<ProductContent> = {}): ProductContent => ({
  title: 'Ash-handled hand trowel',
  description: 'A trowel for beds and pots.',
  brand: 'Fernhill',
  categories: ['garden/hand-tools'],
  url: '/p/p-1',
  imageUrl: '/img/p-1.jpg',
  ...over,
});

export const aProduct = (over: Partial<ProductUpserted> = {}): ProductUpserted => ({
  productId: 'p-1',
  revision: 1,
  removed: false,
  content: aContent(),
  contentHash: 'hash-1',
  firstSeenAt: A_MOMENT,
  ...over,
});

export const aVariantOffer = (over: Partial<VariantOffer> = {}): VariantOffer => ({
  sku: 'p-1',
  price: 12.5,
  currency: 'EUR',
  cost: 7,
  stock: 10,
  availability: 'in_stock',
  ...over,
});

export const anOffer = (over: Partial<OfferChanged> = {}): OfferChanged => ({
  productId: 'p-1',
  revision: 1,
  removed: false,
  observedAt: A_MOMENT,
  offers: [aVariantOffer({ sku: over.productId ?? 'p-1' })],
  ...over,
});

export const anEvent = (over: Partial<ShopperEventReceived> = {}): ShopperEventReceived => ({
  messageId: 'm-1',
  type: 'track',
  event: 'Product Viewed',
  anonymousId: 'a-1',
  timestamp: A_MOMENT,
  receivedAt: A_MOMENT,
  properties: { product_id: 'p-1' },
  ...over,
});

export const aSignal = (over: Partial<SignalRecorded> = {}): SignalRecorded => ({
  signalId: 'sig-1',
  shopperId: 's-1',
  sessionId: 'sess-1',
  seq: 1,
  kind: 'view',
  items: [{ productId: 'p-1' }],
  weight: 1,
  occurredAt: A_MOMENT,
  ...over,
});

export const aContentChange = (over: Partial<ContentObserved> = {}): ContentObserved => ({
  productId: 'p-1',
  observedAt: A_MOMENT,
  content: aContent(),
  ...over,
});

export const anOfferChange = (over: Partial<OfferObserved> = {}): OfferObserved => ({
  productId: 'p-1',
  observedAt: A_MOMENT,
  offer: { stock: 10 },
  ...over,
});

export const aRemoval = (over: Partial<RemovalObserved> = {}): RemovalObserved => ({
  productId: 'p-1',
  observedAt: A_MOMENT,
  ...over,
});

export const anErasure = (over: Partial<ErasureRequested> = {}): ErasureRequested => ({
  shopperId: 's-1',
  requestedAt: A_MOMENT,
  ...over,
});

export const aModelRow = (over: Partial<ModelRowPublished> = {}): ModelRowPublished => ({
  generator: 'covisit',
  subject: 'p-1',
  epoch: 'e-1',
  products: ['p-2', 'p-3'],
  scores: [0.5, 0.25],
  ...over,
});

export const aManifest = (over: Partial<ModelManifestPublished> = {}): ModelManifestPublished => ({
  model: 'covisit',
  epoch: 'e-1',
  publishedAt: A_MOMENT,
  signals: 100,
  rows: 2,
  positions: { 'shopper.signal.v1/0': 100 },
  ...over,
});

import { A_MOMENT, aContent } from '@shopkeeper/contracts/testing';
import type { Evidence, ProductState } from '@shopkeeper/recommender';
import type { Artifact } from '../artifact-store.js';
import type { ProductDocument } from '../product-index.js';
import type { VectorDocument } from '../vector-index.js';

export const aProductState = (over: Partial<ProductState> = {}): ProductState => {
  const productId = over.productId ?? 'p-1';
  return {
    productId,
    revision: 1,
    content: { observedAt: A_MOMENT, value: aContent() },
    contentHash: 'hash-1',
    removal: null,
    variants: { [productId]: { price: { observedAt: A_MOMENT, value: 12.5 } } },
    firstSeenAt: A_MOMENT,
    ...over,
  };
};

export const aProductDocument = (over: Partial<ProductDocument> = {}): ProductDocument => ({
  productId: 'p-1',
  revision: 1,
  contentHash: 'hash-1',
  title: 'Ash-handled hand trowel',
  description: 'For beds and pots.',
  brand: 'Fernhill',
  categories: ['garden/hand-tools'],
  attributes: ['colour green'],
  skus: [over.productId ?? 'p-1'],
  price: 12.5,
  sellable: true,
  removed: false,
  ...over,
});

/** Turned by so many degrees from the first axis: the cosine of two is the cosine of their difference. */
export const aVectorAt = (degrees: number, dimensions = 4): Float32Array => {
  const vector = new Float32Array(dimensions);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
};

export const aVectorDocument = (over: Partial<VectorDocument> = {}): VectorDocument => ({
  productId: 'p-1',
  revision: 1,
  contentHash: 'hash-1',
  vector: aVectorAt(0),
  categories: ['garden/hand-tools'],
  sellable: true,
  removed: false,
  ...over,
});

export const anEvidence = (over: Partial<Evidence> = {}): Evidence => ({
  id: 'sig-1',
  productId: 'p-1',
  kind: 'view',
  occurredAt: A_MOMENT,
  sessionId: 'sess-1',
  weight: 1,
  ...over,
});

export const anArtifact = (over: Partial<Artifact> = {}): Artifact => ({
  kind: 'encoder',
  id: 'model-1',
  createdAt: A_MOMENT,
  meta: { dimensions: 4 },
  bytes: new Uint8Array([0, 1, 2, 253, 254, 255]),
  ...over,
});

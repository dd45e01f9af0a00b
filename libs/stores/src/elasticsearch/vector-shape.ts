import { createHash } from 'node:crypto';
import type { estypes } from '@elastic/elasticsearch';
import { withAncestors } from '../categories.js';
import type { VectorDocument, VectorEntry, VectorFilter, VectorModel } from '../vector-index.js';
import type { IndexShape } from './indices.js';

export interface IndexedVector extends VectorEntry {
  readonly productId: string;
  /** Categories and everything above them. */
  readonly paths: readonly string[];
  readonly vector?: readonly number[];
}

/** Above so many products the exact search gives way to a graph. */
export const EXACT_UP_TO = 10_000;

export type VectorSearch = 'flat' | 'int8_hnsw';

// `flat` compares every vector that passes the filter, in full precision; `index: false` would need a script to be searched at all.
export const vectorField = ({ dimensions }: VectorModel, type: VectorSearch): estypes.MappingProperty => ({
  type: 'dense_vector',
  dims: dimensions,
  index: true,
  similarity: 'dot_product',
  index_options: type === 'flat' ? { type } : { type, m: 16, ef_construction: 100 },
});

export const vectorShape = (model: VectorModel, type: VectorSearch): IndexShape => ({
  // Vectors stay in the documents: what can be bought is changed by writing the document again, vector and all.
  settings: { gc_deletes: '0s', mapping: { exclude_source_vectors: false } } as estypes.IndicesIndexSettings,
  meta: { modelId: model.modelId, dimensions: model.dimensions },
  properties: {
    productId: { type: 'keyword' },
    revision: { type: 'long' },
    contentHash: { type: 'keyword', index: false, doc_values: false },
    paths: { type: 'keyword' },
    sellable: { type: 'boolean' },
    removed: { type: 'boolean' },
    vector: vectorField(model, type),
  },
});

/** What an index may be called: model ids that cannot be a name stand for themselves by a hash. */
export const indexSuffix = (modelId: string): string =>
  /^[a-z0-9][a-z0-9_.-]{0,127}$/.test(modelId)
    ? modelId
    : `id-${createHash('sha256').update(modelId).digest('hex').slice(0, 32)}`;

export const toIndexedVector = (document: VectorDocument, vector: Float32Array): IndexedVector => ({
  productId: document.productId,
  revision: document.revision,
  contentHash: document.contentHash,
  paths: withAncestors(document.categories),
  sellable: document.sellable,
  removed: document.removed,
  ...(vector.length > 0 && { vector: Array.from(vector) }),
});

export function toVectorFilter(filter: VectorFilter): estypes.QueryDslQueryContainer {
  const { categories, exclude, sellableOnly = true } = filter;
  return {
    bool: {
      filter: [
        { term: { removed: false } },
        ...(sellableOnly ? [{ term: { sellable: true } }] : []),
        ...(categories?.length ? [{ terms: { paths: [...categories] } }] : []),
      ],
      ...(exclude?.length && { must_not: { terms: { productId: [...exclude] } } }),
    },
  };
}

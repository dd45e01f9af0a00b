import type { estypes } from '@elastic/elasticsearch';
import { withAncestors } from '../categories.js';
import type { ProductDocument } from '../product-index.js';
import type { IndexShape } from './indices.js';

export interface IndexedProduct {
  readonly productId: string;
  readonly revision: number;
  readonly contentHash: string;
  readonly sellable: boolean;
  readonly removed: boolean;
  readonly title?: string;
  readonly description?: string;
  readonly brand?: string;
  readonly categories?: readonly string[];
  /** Categories and everything above them. */
  readonly paths?: readonly string[];
  readonly attributes?: readonly string[];
  readonly skus?: readonly string[];
  readonly price?: number;
}

const stored = { index: false, doc_values: false } as const;
const intoBody: estypes.MappingProperty = { type: 'keyword', ...stored, copy_to: 'body' };

/** `title` and `body` are what is searched; their analysis is what the embedded index does too (Unicode words, folded, Porter stems). */
export const PRODUCT_SHAPE: IndexShape = {
  settings: {
    // Deletes are purges, long after the last news: nothing older needs to be kept out by them.
    gc_deletes: '0s',
    max_result_window: 100_000,
    analysis: {
      // The standard tokenizer keeps `AB:123`, `3.5` and `a_b` in one piece; a shopper types either part.
      filter: {
        parts: { type: 'word_delimiter_graph', split_on_case_change: false, split_on_numerics: false },
      },
      analyzer: {
        words: {
          type: 'custom',
          tokenizer: 'standard',
          filter: ['parts', 'lowercase', 'asciifolding', 'porter_stem'],
        },
      },
    },
  },
  properties: {
    productId: { type: 'keyword' },
    revision: { type: 'long' },
    contentHash: { type: 'keyword', ...stored },
    title: { type: 'text', analyzer: 'words' },
    body: { type: 'text', analyzer: 'words' },
    description: intoBody,
    brand: { type: 'keyword', copy_to: 'body' },
    categories: intoBody,
    paths: { type: 'keyword' },
    attributes: intoBody,
    skus: { type: 'keyword', copy_to: 'body' },
    price: { type: 'double' },
    sellable: { type: 'boolean' },
    removed: { type: 'boolean' },
  },
};

export function toIndexedProduct(document: ProductDocument): IndexedProduct {
  const { productId, revision, contentHash, removed } = document;
  // A removed product stays as a document that guards its revision, and has no text to be found by.
  if (removed) return { productId, revision, contentHash, removed, sellable: false };
  const { title, description, brand, categories, attributes, skus, price, sellable } = document;
  return {
    productId,
    revision,
    contentHash,
    removed,
    sellable,
    title,
    description,
    ...(brand !== null && { brand }),
    categories,
    paths: withAncestors(categories),
    attributes,
    skus,
    ...(price !== null && { price }),
  };
}

import type { estypes } from '@elastic/elasticsearch';
import type { ProductHits, ProductQuery } from '../product-index.js';
import { MAX_QUERY_WORDS, wordsOf } from '../text/words.js';
import type { IndexedProduct } from './product-shape.js';

/** Facet values returned per facet. */
const FACET_LIMIT = 200;
const MAX_QUERY_LENGTH = 1000;

const FACET_FIELDS = { category: 'paths', brand: 'brand' } as const;

const BY_ID: estypes.Sort = [{ productId: 'asc' }];
const BY_SCORE: estypes.Sort = ['_score', { productId: 'asc' }];

/** The request for a query; `null` when it has signs but no words, which nothing matches. */
export function toSearchRequest(query: ProductQuery): Omit<estypes.SearchRequest, 'index'> | null {
  const text = query.text.trim();
  if (text !== '' && wordsOf(text).length === 0) return null;
  return {
    query: {
      bool: {
        must: text === '' ? { match_all: {} } : matchWords(text),
        filter: toFilter(query),
      },
    },
    sort: text === '' ? BY_ID : BY_SCORE,
    track_total_hits: true,
    _source: false,
    docvalue_fields: ['productId'],
    from: query.offset ?? 0,
    size: Math.max(0, query.limit),
    aggs: Object.fromEntries(
      (query.facets ?? []).map((name) => [
        name,
        { terms: { field: FACET_FIELDS[name], size: FACET_LIMIT, order: [{ _count: 'desc' }, { _key: 'asc' }] } },
      ]),
    ),
  };
}

/**
 * The text goes through the analyser as it is: this clause knows no operators or syntax. Both fields count as one (BM25F), a word in the title
 * as three in the body; the sum of a score per field would prefer what repeats one word in many fields.
 */
function matchWords(text: string): estypes.QueryDslQueryContainer {
  const query = text.slice(0, MAX_QUERY_LENGTH).split(/\s+/u).slice(0, MAX_QUERY_WORDS).join(' ');
  return { combined_fields: { query, fields: ['title^3', 'body'], operator: 'or' } };
}

function toFilter({ filter = {}, sellableOnly = true }: ProductQuery): estypes.QueryDslQueryContainer[] {
  const { categories, brands, price } = filter;
  return [
    { term: { removed: false } },
    ...(sellableOnly ? [{ term: { sellable: true } }] : []),
    ...(categories?.length ? [{ terms: { paths: categories } }] : []),
    ...(brands?.length ? [{ terms: { brand: brands } }] : []),
    ...(price?.min !== undefined || price?.max !== undefined
      ? [
          {
            range: {
              price: {
                ...(price.min !== undefined && { gte: price.min }),
                ...(price.max !== undefined && { lte: price.max }),
              },
            },
          },
        ]
      : []),
  ];
}

export function toProductHits(
  response: estypes.SearchResponse<IndexedProduct, Record<string, estypes.AggregationsStringTermsAggregate>>,
): ProductHits {
  const { hits, total } = response.hits;
  return {
    total: typeof total === 'number' ? total : (total?.value ?? 0),
    hits: hits.map((hit) => ({
      productId: (hit.fields!['productId'] as string[])[0]!,
      score: hit._score ?? 0,
    })),
    facets: Object.fromEntries(
      Object.entries(response.aggregations ?? {}).map(([name, { buckets }]) => [
        name,
        (buckets as estypes.AggregationsStringTermsBucket[]).map((bucket) => ({
          value: String(bucket.key),
          count: bucket.doc_count,
        })),
      ]),
    ),
  };
}

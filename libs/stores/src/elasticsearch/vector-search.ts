import type { VectorFilter, VectorHit } from '../vector-index.js';
import { compareIds, roundCosine } from '../vectors/check-vector.js';
import type { Documents } from './documents.js';
import { toVectorFilter, type IndexedVector } from './vector-shape.js';

/** Asked for beyond k: equals at the edge come in an order of the engine's own, and are put in ours. */
const SLACK = 32;
/** What the engine allows. */
const MAX_CANDIDATES = 10_000;
/** A quantised index offers twice as many and scores them again in full precision; an exact one takes no notice. */
const OVERSAMPLE = 2;

/** The filter is a part of the search: a narrow one still fills the list. `index`: the one that answered, when anything was found. */
export async function searchNearest(
  documents: Documents<IndexedVector>,
  vector: Float32Array,
  k: number,
  filter: VectorFilter,
): Promise<{ readonly hits: readonly VectorHit[]; readonly index: string | undefined }> {
  const wanted = Math.min(Math.max(0, k) + SLACK, MAX_CANDIDATES / OVERSAMPLE);
  const {
    hits: { hits: found },
  } = await documents.search({
    knn: {
      field: 'vector',
      query_vector: Array.from(vector),
      k: wanted,
      num_candidates: Math.min(Math.max(2 * wanted, 200), MAX_CANDIDATES),
      filter: toVectorFilter(filter),
      rescore_vector: { oversample: OVERSAMPLE },
    },
    size: wanted,
    _source: false,
    docvalue_fields: ['productId'],
    track_total_hits: false,
  });
  const hits = found
    .map((hit) => ({
      productId: (hit.fields!['productId'] as string[])[0]!,
      // The engine keeps scores positive: (1 + cosine) / 2.
      score: roundCosine(2 * hit._score! - 1),
    }))
    .sort((a, b) => b.score - a.score || compareIds(a.productId, b.productId))
    .slice(0, Math.max(0, k));
  return { hits, index: found[0]?._index };
}

/** A product's vector with what the filters inside the search need. */
export interface VectorDocument {
  readonly productId: string;
  /** Of the product state; an older one never replaces a newer one. */
  readonly revision: number;
  /** Of the text that was encoded. */
  readonly contentHash: string;
  /**
   * The model's dimensions, finite, not zero; brought to unit length where it is not. Of length 0 where there is no text: the product is kept as an
   * entry, with its revision, and never found.
   */
  readonly vector: Float32Array;
  readonly categories: readonly string[];
  readonly sellable: boolean;
  readonly removed: boolean;
}

export interface VectorFilter {
  /** Any of these or anything below them; empty = any. */
  readonly categories?: readonly string[];
  /** Never found. */
  readonly exclude?: readonly string[];
  /** Default true. */
  readonly sellableOnly?: boolean;
}

export interface VectorHit {
  readonly productId: string;
  /** Cosine, -1 to 1, to six decimals, so that ties are ties on every adapter. Ties by product id. */
  readonly score: number;
}

/** What is stored of a product, without the vector. */
export interface VectorEntry {
  readonly revision: number;
  readonly contentHash: string;
  readonly sellable: boolean;
  readonly removed: boolean;
}

export interface VectorModel {
  readonly modelId: string;
  readonly dimensions: number;
}

/**
 * Vectors of products, one index per encoder model; searches go to the live one. Exact below about 10,000 products.
 * Errors: STORE_DIMENSION_MISMATCH, STORE_VECTOR_INVALID (NaN, zero), STORE_MODEL_UNKNOWN, STORE_UNAVAILABLE.
 */
export abstract class VectorIndex {
  /** Makes room for a model beside the live one; does nothing if it is there. */
  abstract prepare(model: VectorModel): Promise<void>;
  /** Idempotent; `stale` as in ProductIndex. */
  abstract put(modelId: string, documents: readonly VectorDocument[]): Promise<readonly ('indexed' | 'stale')[]>;
  /** Changes what can be bought, without touching the vectors; products without a vector are passed over. */
  abstract setSellable(modelId: string, changes: readonly { productId: string; sellable: boolean }[]): Promise<void>;
  /** What is stored of these products under a model; unknown ones are missing. */
  abstract entries(modelId: string, productIds: readonly string[]): Promise<ReadonlyMap<string, VectorEntry>>;
  /** The live model answers all searches from now on, in one step. */
  abstract activate(modelId: string): Promise<void>;
  /** `null` before the first activation. */
  abstract live(): Promise<VectorModel | null>;
  abstract models(): Promise<readonly VectorModel[]>;
  /** Does nothing if it is not there. Without its live model the index answers no search. */
  abstract drop(modelId: string): Promise<void>;
  /** The nearest products to a vector of the live model, which must be `modelId` (else STORE_MODEL_UNKNOWN): two models never mix. */
  abstract nearest(
    modelId: string,
    vector: Float32Array,
    k: number,
    filter?: VectorFilter,
  ): Promise<readonly VectorHit[]>;
  /** The nearest products to a product, itself left out; empty when it has no vector. */
  abstract neighbours(productId: string, k: number, filter?: VectorFilter): Promise<readonly VectorHit[]>;
  abstract refresh(): Promise<void>;
  abstract count(modelId: string): Promise<number>;
}

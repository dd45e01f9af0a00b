import type { ProductFilter } from '@shopkeeper/contracts';

/** What text search and filters need of a product. */
export interface ProductDocument {
  readonly productId: string;
  /** Of the product state it was made from; an older one never replaces a newer one. */
  readonly revision: number;
  readonly contentHash: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string | null;
  /** Paths: `garden/hand-tools`. Ancestors are added by the adapter. */
  readonly categories: readonly string[];
  /** `name value` pairs as text. */
  readonly attributes: readonly string[];
  readonly skus: readonly string[];
  /** Lowest price of a sellable variant, else of any; `null` when unknown. */
  readonly price: number | null;
  /** True when a variant can be bought now. */
  readonly sellable: boolean;
  /** Removed products stay as documents, so that an older revision cannot bring them back, and are never found. */
  readonly removed: boolean;
}

export interface ProductQuery {
  /** Words, any of them, at most 32; empty = everything that passes the filter. Never a query language; signs alone find nothing. */
  readonly text: string;
  readonly filter?: ProductFilter;
  /** Default true: what is sold out is not found. */
  readonly sellableOnly?: boolean;
  readonly limit: number;
  readonly offset?: number;
  /** Which counts to return over all hits: at most 200 values each, most first. Categories count what is below them too. */
  readonly facets?: readonly ('category' | 'brand')[];
}

export interface ProductHit {
  readonly productId: string;
  /** Higher is better; comparable within one answer only. Ties by product id. */
  readonly score: number;
}

export interface ProductHits {
  readonly total: number;
  readonly hits: readonly ProductHit[];
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
}

/** A second index beside the live one; searches see it only after `swap`. What is indexed into the live one meanwhile is in it too then. */
export interface IndexRebuild {
  index(documents: readonly ProductDocument[]): Promise<readonly ('indexed' | 'stale')[]>;
  count(): Promise<number>;
  /** Makes it the live one at once; the old one goes. */
  swap(): Promise<void>;
  abandon(): Promise<void>;
}

/** The search projection of the catalogue. */
export abstract class ProductIndex {
  /** Idempotent. `stale`: the index holds a newer revision already, which is success. Equal revisions are written again. */
  abstract index(documents: readonly ProductDocument[]): Promise<readonly ('indexed' | 'stale')[]>;
  abstract search(query: ProductQuery): Promise<ProductHits>;
  /** `revision` and `contentHash` of the given products as indexed; unknown ones are missing. */
  abstract revisions(
    productIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly revision: number; readonly contentHash: string }>>;
  /** Forgets documents altogether. */
  abstract purge(productIds: readonly string[]): Promise<void>;
  abstract rebuild(): Promise<IndexRebuild>;
  /** Makes everything indexed so far visible to search. */
  abstract refresh(): Promise<void>;
  /** Documents, removed ones included. */
  abstract count(): Promise<number>;
}

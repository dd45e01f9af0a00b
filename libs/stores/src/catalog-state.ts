import type { ProductState } from '@shopkeeper/recommender';

/** Opaque token of the stored version that was read; `null` = there was nothing. */
export type StateVersion = string | null;

export interface StoredProduct {
  readonly state: ProductState;
  readonly version: StateVersion;
}

export interface ProductWrite {
  readonly state: ProductState;
  /** The version that the state was made from. */
  readonly expected: StateVersion;
}

/** The truth about products, owned by catalog-sync alone; optimistic concurrency. */
export abstract class CatalogState {
  /** Products that are not known are missing from the answer. */
  abstract read(productIds: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>>;
  /** Writes each product whose stored version is still the expected one. `conflict`: somebody was faster; read again and re-apply. */
  abstract write(writes: readonly ProductWrite[]): Promise<readonly ('written' | 'conflict')[]>;
  /**
   * Which product a sku belongs to, as of the last write; unknown ones are missing. A product with content wins over one without, one that is
   * sold over a removed one, then the lesser id.
   */
  abstract resolveSkus(skus: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** All products, removed ones too, in pages, by id. */
  abstract scan(pageSize?: number): AsyncIterable<readonly ProductState[]>;
  abstract count(): Promise<number>;
  /** Forgets a product altogether; only after its tombstone was published. */
  abstract purge(productIds: readonly string[]): Promise<void>;
}

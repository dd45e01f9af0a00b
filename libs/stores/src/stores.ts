import type { ArtifactStore } from './artifact-store.js';
import type { CatalogState } from './catalog-state.js';
import type { ProductIndex } from './product-index.js';
import type { ShopperMemory } from './shopper-memory.js';
import type { VectorIndex } from './vector-index.js';

/** All stores of one installation, opened together. */
export interface Stores {
  readonly catalog: CatalogState;
  readonly products: ProductIndex;
  readonly vectors: VectorIndex;
  readonly shoppers: ShopperMemory;
  readonly artifacts: ArtifactStore;
  /** Fails with STORE_UNAVAILABLE when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

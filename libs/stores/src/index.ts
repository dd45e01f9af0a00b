export * from './artifact-store.js';
export * from './catalog-state.js';
export * from './open-stores.js';
export * from './product-index.js';
export * from './shopper-memory.js';
export type * from './stores.js';
export * from './vector-index.js';

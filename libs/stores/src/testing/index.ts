export * from './artifact-store.conformance.js';
export * from './builders.js';
export * from './catalog-state.conformance.js';
export * from './fixture.js';
export * from './product-index.conformance.js';
export * from './shopper-memory.conformance.js';
export * from './vector-index.conformance.js';

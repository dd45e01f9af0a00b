// catalog
export * from './catalog/product-state.js';
// signals
export * from './signals/session.js';
// memory
export * from './memory/evidence.js';
// text and encoder
// learning
// ranking

// catalog
export * from './catalog/product-state.js';
export { canonicalJson, hashOf } from './catalog/canonical.js';
export * from './catalog/apply.js';
export * from './catalog/commands.js';
export * from './catalog/views.js';
// signals
export type { EventProblem } from './signals/fields.js';
export * from './signals/fold-events.js';
export * from './signals/forgotten.js';
export * from './signals/identity.js';
export * from './signals/read-event.js';
export * from './signals/session.js';
export * from './signals/signal.js';
export * from './signals/stable-id.js';
export * from './signals/weights.js';
// memory
export * from './memory/carts.js';
export * from './memory/considering.js';
export * from './memory/derive.js';
export * from './memory/digest.js';
export * from './memory/evidence.js';
export * from './memory/history.js';
export * from './memory/taste.js';
export * from './memory/union.js';
export * from './memory/view.js';
// text and encoder
export * from './encoder/random.js';
export * from './text/tokenize.js';
export * from './encoder/fit.js';
export * from './encoder/model.js';
export * from './encoder/product-text.js';
// learning
export { SnapshotUnreadable } from './learning/bytes.js';
export type { PublishRule } from './learning/dirty-rows.js';
export * from './learning/learning-model.js';
export * from './learning/learning-settings.js';
export { logLikelihoodRatio } from './learning/log-likelihood.js';
// ranking
export { contentRow, type ContentRow, type ContentRows } from './ranking/content.js';
export { itemsOf } from './ranking/items.js';
export type { BusinessWeights, NudgeOutcome } from './ranking/nudge.js';
export { profileOf, type ShopperProfile } from './ranking/profile.js';
export * from './ranking/ranking.js';
export { Shelf } from './ranking/shelf.js';
export * from './ranking/stock-gate.js';

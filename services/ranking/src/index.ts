export { RankingModule, type RankingDependencies } from './ranking.module.js';
export type { FeedServer } from './readiness.js';
export { Recommendations } from './recommendations.js';

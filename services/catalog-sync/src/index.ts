export { CatalogSyncModule, type CatalogSyncDependencies } from './catalog-sync.module.js';

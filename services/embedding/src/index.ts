export { EmbeddingModule, type EmbeddingDependencies } from './embedding.module.js';

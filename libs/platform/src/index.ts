export * from './health.js';
export * from './logger.js';
export * from './metrics.js';
export * from './run.js';
export * from './settings.js';

export { LearningModule, type LearningDependencies } from './learning.module.js';
export { LEARNING_SERVICE_DEFAULTS, type LearningServiceSettings } from './learning-service-settings.js';

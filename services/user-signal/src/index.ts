export { ShopperQuestions } from './shopper-questions.js';
export { UserSignalModule, type UserSignalDependencies } from './user-signal.module.js';

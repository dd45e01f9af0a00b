export { takeItem } from './catalog-intake.js';
export { createGateway } from './gateway.js';
export type { GatewayDependencies } from './gateway.deps.js';
export { takeEvent } from './intake.js';
export { readKeys, type Key } from './keys.js';

export { createGateway } from './gateway.js';
export type { GatewayDependencies } from './gateway.deps.js';
export { readKeys, type Key } from './keys.js';

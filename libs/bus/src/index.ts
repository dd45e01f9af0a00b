export * from './event-bus.js';
export * from './logger.js';
export { BusServer, type BusServerOptions } from './nest/bus-server.js';
export type { BusMetrics } from './nest/metrics.js';
export { BUS_TRANSPORT, carries, On, type Delivery, type Handler, type OnOptions } from './nest/on.js';
export { ReadPositions } from './nest/read-positions.js';
export { openBus, type BusOptions } from './open-bus.js';

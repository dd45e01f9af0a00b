export * from './event-bus.js';
export * from './nest/on.js';

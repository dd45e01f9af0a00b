export type { Io } from './io.js';
export { main } from './main.js';
export { sampleCatalog } from './sample-store/catalog.js';
export { sampleEvents } from './sample-store/events.js';
export { SAMPLE_SEED } from './sample-store/load.js';
export { openShop, type Shop, type ShopOptions } from './shop.js';

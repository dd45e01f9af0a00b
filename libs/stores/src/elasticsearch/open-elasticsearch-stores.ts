import type { StoreLogger } from '../open-stores.js';
import type { Stores } from '../stores.js';
export async function openElasticsearchStores(_: {
  url: string;
  logger?: StoreLogger | undefined;
  prefix?: string | undefined;
}): Promise<Stores> {
  throw new Error('being written');
}

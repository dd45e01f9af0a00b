import { inject } from 'vitest';
import { openTestShop, type TestShop } from './a-shop.js';
import { wipeServers } from './servers.js';

export interface Adapters {
  readonly name: string;
  readonly missing: boolean;
  readonly open: () => Promise<TestShop>;
}

const busUrl = inject('kafkaUrl');
const storeUrl = inject('elasticsearchUrl');

export const EMBEDDED: Adapters = { name: 'embedded', missing: false, open: () => openTestShop() };

/** An empty shop on the real servers; topics and indices of an earlier one are wiped. */
export const SERVERS: Adapters = {
  name: 'Kafka and Elasticsearch',
  missing: busUrl === undefined || storeUrl === undefined,
  open: async () => {
    await wipeServers(busUrl!, storeUrl!);
    return openTestShop({ busUrl, storeUrl });
  },
};

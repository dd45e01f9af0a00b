import type { StoreLogger } from '../open-stores.js';
import type { Stores } from '../stores.js';
import { connect } from './connect.js';
import { ElasticsearchArtifactStore } from './elasticsearch-artifact-store.js';
import { ElasticsearchCatalogState } from './elasticsearch-catalog-state.js';
import { ElasticsearchProductIndex } from './elasticsearch-product-index.js';
import { ElasticsearchShopperMemory } from './elasticsearch-shopper-memory.js';
import { ElasticsearchVectorIndex } from './elasticsearch-vector-index.js';
import { asking } from './errors.js';

const PING_TIMEOUT_MS = 2_000;

/** All stores as indices of one cluster; those that are missing are made, by whichever process is first. */
export async function openElasticsearchStores(options: {
  readonly url: string;
  readonly logger?: StoreLogger | undefined;
  readonly prefix?: string | undefined;
}): Promise<Stores> {
  const { url, logger, prefix = '' } = options;
  const client = connect(url);
  try {
    const { version, cluster_name: cluster } = await asking(client.info());
    logger?.info({ version: version.number, cluster }, 'Elasticsearch answers');
    const [catalog, products, shoppers, artifacts] = await Promise.all([
      ElasticsearchCatalogState.open(client, prefix),
      ElasticsearchProductIndex.open(client, prefix),
      ElasticsearchShopperMemory.open(client, prefix),
      ElasticsearchArtifactStore.open(client, prefix),
    ]);
    return {
      catalog,
      products,
      vectors: new ElasticsearchVectorIndex(client, prefix),
      shoppers,
      artifacts,
      ping: async () => {
        await asking(client.info({}, { requestTimeout: PING_TIMEOUT_MS, maxRetries: 0 }));
      },
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

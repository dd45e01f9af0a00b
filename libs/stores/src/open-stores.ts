import { ShopkeeperError } from '@shopkeeper/contracts';
import { openSqliteStores } from './sqlite/open-sqlite-stores.js';
import type { Stores } from './stores.js';

/** What the stores say to ops; the platform's Logger fits. */
export interface StoreLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface StoreOptions {
  /** `http://host:9200` or `https://user:password@host:9200`, several with commas: Elasticsearch. Absent: SQLite in `dataDir`. */
  readonly url?: string | undefined;
  readonly dataDir: string;
  readonly logger?: StoreLogger | undefined;
  /** Put before every Elasticsearch index name, so that two installations or tests may share one cluster. */
  readonly prefix?: string | undefined;
}

/**
 * Opens all stores of an installation; indices and tables that are missing are made.
 * @throws ShopkeeperError CONFIG_INVALID for a url of another kind, DATA_DIRECTORY_UNWRITABLE, DATA_DIRECTORY_IN_USE, STORE_UNAVAILABLE
 */
export async function openStores({ url, dataDir, logger, prefix }: StoreOptions): Promise<Stores> {
  if (url === undefined) return openSqliteStores(dataDir, logger);
  if (!/^https?:\/\//.test(url))
    throw new ShopkeeperError('CONFIG_INVALID', 'A store url begins with http:// or https:// (Elasticsearch)');
  // Loaded only when chosen: the client is large, and the embedded default does not need it.
  const { openElasticsearchStores } = await import('./elasticsearch/open-elasticsearch-stores.js');
  return openElasticsearchStores({ url, logger, prefix });
}

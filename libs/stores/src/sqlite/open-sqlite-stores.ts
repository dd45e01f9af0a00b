import type { Stores } from '../stores.js';
import { SqliteDatabase } from './database.js';
import { SqliteArtifactStore } from './sqlite-artifact-store.js';
import { SqliteCatalogState } from './sqlite-catalog-state.js';
import { SqliteProductIndex } from './sqlite-product-index.js';
import { SqliteShopperMemory } from './sqlite-shopper-memory.js';
import { SqliteVectorIndex } from './sqlite-vector-index.js';

/** All stores in `<dataDir>/state.db`. */
export async function openSqliteStores(dataDir: string): Promise<Stores> {
  const db = await SqliteDatabase.open(dataDir, 'state.db');
  try {
    return {
      catalog: new SqliteCatalogState(db),
      products: new SqliteProductIndex(db),
      vectors: new SqliteVectorIndex(db),
      shoppers: new SqliteShopperMemory(db),
      artifacts: new SqliteArtifactStore(db),
      ping: async () => void db.get('SELECT count(*) FROM sqlite_schema'),
      close: async () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

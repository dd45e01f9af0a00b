import type { StoreLogger } from '../open-stores.js';
import type { Stores } from '../stores.js';
import { Checkpointer } from './checkpointer.js';
import { SqliteDatabase } from './database.js';
import { SqliteArtifactStore } from './sqlite-artifact-store.js';
import { SqliteCatalogState } from './sqlite-catalog-state.js';
import { SqliteProductIndex } from './sqlite-product-index.js';
import { SqliteShopperMemory } from './sqlite-shopper-memory.js';
import { SqliteVectorIndex } from './sqlite-vector-index.js';

/** All stores in `<dataDir>/state.db`. */
export async function openSqliteStores(dataDir: string, logger?: StoreLogger): Promise<Stores> {
  const db = await SqliteDatabase.open(dataDir, 'state');
  let checkpointer: Checkpointer | undefined;
  try {
    const thread = (checkpointer = new Checkpointer(db.file, (error) =>
      logger?.warn({ error }, 'the checkpoint thread ended; checkpoints go on in the main thread'),
    ));
    db.onWrite(() => thread.note());
    return {
      catalog: new SqliteCatalogState(db),
      products: new SqliteProductIndex(db),
      vectors: new SqliteVectorIndex(db),
      shoppers: new SqliteShopperMemory(db),
      artifacts: new SqliteArtifactStore(db),
      ping: async () => void db.get('SELECT count(*) FROM sqlite_schema'),
      close: async () => {
        await thread.stop();
        db.close();
      },
    };
  } catch (error) {
    await checkpointer?.stop();
    db.close();
    throw error;
  }
}

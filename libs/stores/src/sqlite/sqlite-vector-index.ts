import { ShopkeeperError } from '@shopkeeper/contracts';
import {
  VectorIndex,
  type VectorDocument,
  type VectorEntry,
  type VectorFilter,
  type VectorHit,
  type VectorModel,
} from '../vector-index.js';
import { checkVector } from '../vectors/check-vector.js';
import { VectorTable } from '../vectors/vector-table.js';
import type { SqliteDatabase } from './database.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS vector_model (model_id TEXT PRIMARY KEY, dimensions INTEGER NOT NULL, live INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS vector_document (
    model_id TEXT NOT NULL, product_id TEXT NOT NULL, revision INTEGER NOT NULL, content_hash TEXT NOT NULL,
    categories TEXT NOT NULL, sellable INTEGER NOT NULL, removed INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (model_id, product_id)
  );`;

interface Model extends VectorModel {
  readonly table: VectorTable;
}

interface Row {
  readonly product_id: string;
  readonly revision: number;
  readonly content_hash: string;
  readonly categories: string;
  readonly sellable: number;
  readonly removed: number;
  readonly vector: Uint8Array;
}

/** Rows on disk, searches in memory; the rows are read once, when the store is opened. */
export class SqliteVectorIndex extends VectorIndex {
  readonly #db: SqliteDatabase;
  readonly #models = new Map<string, Model>();
  #live: Model | null = null;

  constructor(db: SqliteDatabase) {
    super();
    this.#db = db;
    db.exec(SCHEMA);
    const models = 'SELECT model_id, dimensions, live FROM vector_model';
    for (const row of db.all<{ model_id: string; dimensions: number; live: number }>(models)) {
      const model = this.#add({ modelId: row.model_id, dimensions: row.dimensions });
      if (row.live) this.#live = model;
      this.#load(model);
    }
  }

  #load(model: Model): void {
    for (const row of this.#db.iterate<Row>('SELECT * FROM vector_document WHERE model_id = ?', model.modelId))
      model.table.put({
        productId: row.product_id,
        revision: row.revision,
        contentHash: row.content_hash,
        categories: JSON.parse(row.categories) as string[],
        sellable: row.sellable === 1,
        removed: row.removed === 1,
        vector: toVector(row.vector),
      });
  }

  #add({ modelId, dimensions }: VectorModel): Model {
    const model = { modelId, dimensions, table: new VectorTable(dimensions) };
    this.#models.set(modelId, model);
    return model;
  }

  #model(modelId: string): Model {
    const model = this.#models.get(modelId);
    if (!model) throw new ShopkeeperError('STORE_MODEL_UNKNOWN', `There is no vector index for model ${modelId}`);
    return model;
  }

  override async prepare(model: VectorModel): Promise<void> {
    const there = this.#models.get(model.modelId);
    if (there && there.dimensions !== model.dimensions)
      throw new ShopkeeperError(
        'STORE_DIMENSION_MISMATCH',
        `Model ${model.modelId} has ${there.dimensions} dimensions, not ${model.dimensions}`,
      );
    if (there) return;
    this.#db.run('INSERT INTO vector_model VALUES (?, ?, 0)', model.modelId, model.dimensions);
    this.#add(model);
  }

  override async put(modelId: string, documents: readonly VectorDocument[]): Promise<readonly ('indexed' | 'stale')[]> {
    const model = this.#model(modelId);
    const checked = documents.map((document) =>
      document.vector.length === 0
        ? document
        : { ...document, vector: checkVector(document.vector, model, `The vector of ${document.productId}`) },
    );
    return this.#db.inSlices(
      checked,
      (document) => this.#putOne(modelId, document),
      (done, outcomes) => {
        for (const [i, document] of done.entries()) if (outcomes[i] === 'indexed') model.table.put(document);
      },
    );
  }

  #putOne(modelId: string, document: VectorDocument): 'indexed' | 'stale' {
    const { productId, revision, contentHash, categories, sellable, removed, vector } = document;
    const changed = this.#db.run(
      `INSERT INTO vector_document VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (model_id, product_id) DO UPDATE SET revision = excluded.revision, content_hash = excluded.content_hash,
         categories = excluded.categories, sellable = excluded.sellable, removed = excluded.removed, vector = excluded.vector
       WHERE excluded.revision >= revision`,
      ...[modelId, productId, revision, contentHash, JSON.stringify(categories), Number(sellable), Number(removed)],
      new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
    );
    return changed > 0 ? 'indexed' : 'stale';
  }

  override async setSellable(
    modelId: string,
    changes: readonly { productId: string; sellable: boolean }[],
  ): Promise<void> {
    const { table } = this.#model(modelId);
    const news = changes.filter(
      ({ productId, sellable }) => (table.entry(productId)?.sellable ?? sellable) !== sellable,
    );
    const sql = 'UPDATE vector_document SET sellable = ? WHERE model_id = ? AND product_id = ?';
    await this.#db.inSlices(
      news,
      ({ productId, sellable }) => this.#db.run(sql, Number(sellable), modelId, productId),
      (done) => {
        for (const { productId, sellable } of done) table.setSellable(productId, sellable);
      },
    );
  }

  override async entries(modelId: string, productIds: readonly string[]): Promise<ReadonlyMap<string, VectorEntry>> {
    const { table } = this.#model(modelId);
    const found = new Map<string, VectorEntry>();
    for (const id of productIds) {
      const entry = table.entry(id);
      if (!entry) continue;
      const { revision, contentHash, sellable, removed } = entry;
      found.set(id, { revision, contentHash, sellable, removed });
    }
    return found;
  }

  override async activate(modelId: string): Promise<void> {
    const model = this.#model(modelId);
    this.#db.run('UPDATE vector_model SET live = (model_id = ?)', modelId);
    this.#live = model;
  }

  override async live(): Promise<VectorModel | null> {
    return this.#live && describe(this.#live);
  }

  override async models(): Promise<readonly VectorModel[]> {
    return [...this.#models.values()].map(describe);
  }

  override async drop(modelId: string): Promise<void> {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM vector_document WHERE model_id = ?', modelId);
      this.#db.run('DELETE FROM vector_model WHERE model_id = ?', modelId);
    });
    this.#models.delete(modelId);
    if (this.#live?.modelId === modelId) this.#live = null;
  }

  override async nearest(
    modelId: string,
    vector: Float32Array,
    k: number,
    filter?: VectorFilter,
  ): Promise<readonly VectorHit[]> {
    if (this.#live?.modelId !== modelId)
      throw new ShopkeeperError('STORE_MODEL_UNKNOWN', `Model ${modelId} is not the live one`);
    return this.#live.table.nearest(checkVector(vector, this.#live, 'The vector asked for'), k, filter);
  }

  override async neighbours(productId: string, k: number, filter: VectorFilter = {}): Promise<readonly VectorHit[]> {
    const vector = this.#live?.table.vectorOf(productId);
    if (!this.#live || !vector) return [];
    return this.#live.table.nearest(vector, k, { ...filter, exclude: [...(filter.exclude ?? []), productId] });
  }

  override async refresh(): Promise<void> {
    // Searches see every write at once.
  }

  override async count(modelId: string): Promise<number> {
    return this.#model(modelId).table.size;
  }
}

const describe = ({ modelId, dimensions }: VectorModel): VectorModel => ({ modelId, dimensions });

// Copied: a blob need not begin where a float may.
const toVector = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);

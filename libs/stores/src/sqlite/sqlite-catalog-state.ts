import type { ProductState } from '@shopkeeper/recommender';
import { CatalogState, type ProductWrite, type StoredProduct } from '../catalog-state.js';
import { claimOf, resolvableSkus } from '../skus.js';
import type { SqliteDatabase } from './database.js';

// States are long: in a table without row ids, every step of a search would read a whole one.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS catalog_state (product_id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS catalog_sku (
    sku TEXT NOT NULL, product_id TEXT NOT NULL, claim INTEGER NOT NULL, PRIMARY KEY (sku, product_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS catalog_sku_product ON catalog_sku (product_id);
  CREATE TABLE IF NOT EXISTS catalog_version (only INTEGER PRIMARY KEY CHECK (only = 1), last INTEGER NOT NULL);
  INSERT OR IGNORE INTO catalog_version VALUES (1, 0);`;

// A version is never given twice, not even to a product that was purged and came back: a writer who slept cannot mistake it.
const NEXT_VERSION = 'UPDATE catalog_version SET last = last + 1 RETURNING last';

export class SqliteCatalogState extends CatalogState {
  readonly #db: SqliteDatabase;

  constructor(db: SqliteDatabase) {
    super();
    this.#db = db;
    db.exec(SCHEMA);
  }

  override async read(productIds: readonly string[]): Promise<ReadonlyMap<string, StoredProduct>> {
    const sql = 'SELECT version, state FROM catalog_state WHERE product_id = ?';
    const rows = this.#db.getAll<{ version: number; state: string }>(sql, productIds);
    const found = new Map<string, StoredProduct>();
    for (const [id, { version, state }] of rows)
      found.set(id, { state: JSON.parse(state) as ProductState, version: String(version) });
    return found;
  }

  override async write(writes: readonly ProductWrite[]): Promise<readonly ('written' | 'conflict')[]> {
    return this.#db.inSlices(writes, (write) => this.#writeOne(write));
  }

  #writeOne({ state, expected }: ProductWrite): 'written' | 'conflict' {
    const next = this.#db.get<{ last: number }>(NEXT_VERSION)!.last;
    const json = JSON.stringify(state);
    const changed =
      expected === null
        ? this.#db.run('INSERT OR IGNORE INTO catalog_state VALUES (?, ?, ?)', state.productId, next, json)
        : this.#db.run(
            'UPDATE catalog_state SET version = ?, state = ? WHERE product_id = ? AND version = ?',
            next,
            json,
            state.productId,
            Number(expected),
          );
    if (changed === 0) return 'conflict';
    this.#db.run('DELETE FROM catalog_sku WHERE product_id = ?', state.productId);
    const claim = claimOf(state);
    for (const sku of resolvableSkus(state))
      this.#db.run('INSERT INTO catalog_sku VALUES (?, ?, ?)', sku, state.productId, claim);
    return 'written';
  }

  override async resolveSkus(skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const sql = 'SELECT product_id FROM catalog_sku WHERE sku = ? ORDER BY claim DESC, product_id LIMIT 1';
    const rows = this.#db.getAll<{ product_id: string }>(sql, skus);
    return new Map([...rows].map(([sku, row]) => [sku, row.product_id]));
  }

  override async *scan(pageSize = 500): AsyncIterable<readonly ProductState[]> {
    const sql = 'SELECT product_id, state FROM catalog_state WHERE product_id > ? ORDER BY product_id LIMIT ?';
    for (let after = ''; ;) {
      const rows = this.#db.all<{ product_id: string; state: string }>(sql, after, pageSize);
      if (rows.length === 0) return;
      after = rows.at(-1)!.product_id;
      yield rows.map((row) => JSON.parse(row.state) as ProductState);
    }
  }

  override async count(): Promise<number> {
    return this.#db.get<{ n: number }>('SELECT count(*) AS n FROM catalog_state')!.n;
  }

  override async purge(productIds: readonly string[]): Promise<void> {
    await this.#db.inSlices(productIds, (id) => {
      this.#db.run('DELETE FROM catalog_state WHERE product_id = ?', id);
      this.#db.run('DELETE FROM catalog_sku WHERE product_id = ?', id);
    });
  }
}

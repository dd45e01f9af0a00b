import {
  ProductIndex,
  type IndexRebuild,
  type ProductDocument,
  type ProductHits,
  type ProductQuery,
} from '../product-index.js';
import type { SqliteDatabase } from './database.js';
import { ProductGeneration } from './product-generation.js';

const SCHEMA = `CREATE TABLE IF NOT EXISTS product_generation (number INTEGER PRIMARY KEY AUTOINCREMENT, live INTEGER NOT NULL)`;

export class SqliteProductIndex extends ProductIndex {
  readonly #db: SqliteDatabase;
  /** Unfinished rebuilds: they take in what is indexed meanwhile, so that nothing is missing after the swap. */
  readonly #building = new Set<ProductGeneration>();
  #live: ProductGeneration;

  constructor(db: SqliteDatabase) {
    super();
    this.#db = db;
    db.exec(SCHEMA);
    this.#live = db.transaction(() => this.#openLive());
  }

  #openLive(): ProductGeneration {
    const rows = this.#db.all<{ number: number; live: number }>('SELECT number, live FROM product_generation');
    // A rebuild does not outlive its process; what one left behind goes.
    for (const row of rows) if (!row.live) this.#forget(new ProductGeneration(this.#db, row.number));
    const live = rows.find((row) => row.live);
    return live ? new ProductGeneration(this.#db, live.number) : this.#create(true);
  }

  #create(live: boolean): ProductGeneration {
    const sql = 'INSERT INTO product_generation (live) VALUES (?) RETURNING number';
    return new ProductGeneration(this.#db, this.#db.get<{ number: number }>(sql, Number(live))!.number);
  }

  #forget(generation: ProductGeneration): void {
    generation.drop();
    this.#db.run('DELETE FROM product_generation WHERE number = ?', generation.number);
  }

  override async index(documents: readonly ProductDocument[]): Promise<readonly ('indexed' | 'stale')[]> {
    return this.#db.inSlices(documents, (document) => {
      for (const generation of this.#building) generation.index(document);
      return this.#live.index(document);
    });
  }

  override async search(query: ProductQuery): Promise<ProductHits> {
    return this.#live.search(query);
  }

  override async revisions(
    productIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly revision: number; readonly contentHash: string }>> {
    return this.#live.revisions(productIds);
  }

  override async purge(productIds: readonly string[]): Promise<void> {
    await this.#db.inSlices(productIds, (id) => {
      for (const generation of this.#building) generation.purge(id);
      this.#live.purge(id);
    });
  }

  override async rebuild(): Promise<IndexRebuild> {
    const next = this.#db.transaction(() => this.#create(false));
    this.#building.add(next);
    return {
      index: (documents) => this.#db.inSlices(documents, (document) => next.index(document)),
      count: async () => next.count(),
      swap: async () => this.#swap(next),
      abandon: async () => {
        if (this.#building.delete(next)) this.#db.transaction(() => this.#forget(next));
      },
    };
  }

  #swap(next: ProductGeneration): void {
    if (!this.#building.has(next)) throw new Error('This rebuild is over');
    const old = this.#live;
    this.#db.transaction(() => {
      this.#db.run('UPDATE product_generation SET live = 1 WHERE number = ?', next.number);
      this.#forget(old);
    });
    this.#building.delete(next);
    this.#live = next;
  }

  override async refresh(): Promise<void> {
    // Searches see every write at once.
  }

  override async count(): Promise<number> {
    return this.#live.count();
  }
}

import { withAncestors } from '../categories.js';
import type { ProductDocument, ProductHits, ProductQuery } from '../product-index.js';
import { wordsOf } from '../text/words.js';
import type { SqliteDatabase } from './database.js';
import type { Value } from './driver.js';

/**
 * A word in the title counts as three in the body. FTS5 adds the weighted occurrences of both columns before it saturates them (as BM25F
 * does), so two columns here cost nothing of what one would find; a sum of two scores would.
 */
const TITLE_WEIGHT = 3;

/** Facet values returned per facet. */
const FACET_LIMIT = 200;

/** One set of tables with the whole catalogue for search. A rebuild fills a second one beside the live one. */
export class ProductGeneration {
  readonly number: number;
  readonly #db: SqliteDatabase;
  readonly #doc: string;
  readonly #category: string;
  readonly #text: string;

  constructor(db: SqliteDatabase, number: number) {
    this.#db = db;
    this.number = number;
    const doc = (this.#doc = `product_doc_${number}`);
    const category = (this.#category = `product_category_${number}`);
    const text = (this.#text = `product_text_${number}`);
    db.exec(`
      CREATE TABLE IF NOT EXISTS ${doc} (
        id INTEGER PRIMARY KEY, product_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, content_hash TEXT NOT NULL,
        brand TEXT, price REAL, sellable INTEGER NOT NULL, removed INTEGER NOT NULL
      );
      CREATE TABLE IF NOT EXISTS ${category} (path TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (path, doc)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS ${category}_doc ON ${category} (doc);
      CREATE VIRTUAL TABLE IF NOT EXISTS ${text} USING fts5(
        title, body, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'
      );`);
  }

  /** Within a transaction of the caller. */
  index(document: ProductDocument): 'indexed' | 'stale' {
    const { productId, revision, contentHash, brand, price, sellable, removed } = document;
    const row = this.#db.get<{ id: number }>(
      `INSERT INTO ${this.#doc} (product_id, revision, content_hash, brand, price, sellable, removed) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (product_id) DO UPDATE SET revision = excluded.revision, content_hash = excluded.content_hash,
          brand = excluded.brand, price = excluded.price, sellable = excluded.sellable, removed = excluded.removed
        WHERE excluded.revision >= revision RETURNING id`,
      ...[productId, revision, contentHash, brand, price, Number(sellable), Number(removed)],
    );
    if (!row) return 'stale';
    this.#clear(row.id);
    // A removed product stays as a row that guards its revision, and has no text to be found by.
    if (removed) return 'indexed';
    const { title, description, categories, attributes, skus } = document;
    const body = [description, brand ?? '', ...categories, ...attributes, ...skus].join('\n');
    this.#db.run(`INSERT INTO ${this.#text} (rowid, title, body) VALUES (?, ?, ?)`, row.id, title, body);
    for (const path of withAncestors(categories))
      this.#db.run(`INSERT INTO ${this.#category} (path, doc) VALUES (?, ?)`, path, row.id);
    return 'indexed';
  }

  search(query: ProductQuery): ProductHits {
    const words = wordsOf(query.text);
    if (words.length === 0 && query.text.trim() !== '') return { total: 0, hits: [], facets: noFacets(query) };
    const { from, values } = this.#matching(words, query);
    const score = words.length === 0 ? '0.0' : `-bm25(${this.#text}, ${TITLE_WEIGHT}, 1)`;
    const hits = this.#db.all<{ product_id: string; score: number }>(
      `SELECT d.product_id, ${score} AS score ${from} ORDER BY score DESC, d.product_id LIMIT ? OFFSET ?`,
      ...values,
      Math.max(0, query.limit),
      query.offset ?? 0,
    );
    const total = this.#db.get<{ n: number }>(`SELECT count(*) AS n ${from}`, ...values)!.n;
    const facets = Object.fromEntries((query.facets ?? []).map((name) => [name, this.#facet(name, from, values)]));
    return { total, hits: hits.map((row) => ({ productId: row.product_id, score: row.score })), facets };
  }

  revisions(productIds: readonly string[]): ReadonlyMap<string, { revision: number; contentHash: string }> {
    const sql = `SELECT revision, content_hash FROM ${this.#doc} WHERE product_id = ?`;
    const rows = this.#db.getAll<{ revision: number; content_hash: string }>(sql, productIds);
    return new Map([...rows].map(([id, row]) => [id, { revision: row.revision, contentHash: row.content_hash }]));
  }

  /** Within a transaction of the caller. */
  purge(productId: string): void {
    const row = this.#db.get<{ id: number }>(`DELETE FROM ${this.#doc} WHERE product_id = ? RETURNING id`, productId);
    if (row) this.#clear(row.id);
  }

  count(): number {
    return this.#db.get<{ n: number }>(`SELECT count(*) AS n FROM ${this.#doc}`)!.n;
  }

  /** Within a transaction of the caller. */
  drop(): void {
    this.#db.forgetStatements([this.#doc, this.#category, this.#text]);
    this.#db.exec(
      `DROP TABLE IF EXISTS ${this.#text}; DROP TABLE IF EXISTS ${this.#category}; DROP TABLE IF EXISTS ${this.#doc}`,
    );
  }

  #clear(id: number): void {
    this.#db.run(`DELETE FROM ${this.#text} WHERE rowid = ?`, id);
    this.#db.run(`DELETE FROM ${this.#category} WHERE doc = ?`, id);
  }

  #matching(words: readonly string[], query: ProductQuery): { from: string; values: Value[] } {
    const { filter = {}, sellableOnly = true } = query;
    const conditions = ['d.removed = 0'];
    const values: Value[] = [];
    const add = (condition: string, ...more: Value[]) => {
      conditions.push(condition);
      values.push(...more);
    };
    // Each word is a quoted string of letters and digits: nothing is left that FTS5 could take for syntax.
    if (words.length > 0) add(`${this.#text} MATCH ?`, words.map((word) => `"${word}"`).join(' OR '));
    if (sellableOnly) add('d.sellable = 1');
    if (filter.brands?.length) add('d.brand IN (SELECT value FROM json_each(?))', JSON.stringify(filter.brands));
    if (filter.categories?.length)
      add(
        `d.id IN (SELECT doc FROM ${this.#category} WHERE path IN (SELECT value FROM json_each(?)))`,
        JSON.stringify(filter.categories),
      );
    if (filter.price?.min !== undefined) add('d.price >= ?', filter.price.min);
    if (filter.price?.max !== undefined) add('d.price <= ?', filter.price.max);
    const tables = words.length > 0 ? `${this.#text} t JOIN ${this.#doc} d ON d.id = t.rowid` : `${this.#doc} d`;
    return { from: `FROM ${tables} WHERE ${conditions.join(' AND ')}`, values };
  }

  #facet(name: 'category' | 'brand', from: string, values: Value[]): { value: string; count: number }[] {
    const ids = `SELECT d.id ${from}`;
    const counted =
      name === 'brand'
        ? `SELECT brand AS value, count(*) AS count FROM ${this.#doc} WHERE brand IS NOT NULL AND id IN (${ids}) GROUP BY brand`
        : `SELECT path AS value, count(*) AS count FROM ${this.#category} WHERE doc IN (${ids}) GROUP BY path`;
    const sql = `${counted} ORDER BY count DESC, value LIMIT ${FACET_LIMIT}`;
    return this.#db.all<{ value: string; count: number }>(sql, ...values).map((row) => ({ ...row }));
  }
}

const noFacets = (query: ProductQuery): ProductHits['facets'] =>
  Object.fromEntries((query.facets ?? []).map((name) => [name, []]));

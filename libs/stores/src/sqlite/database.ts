import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { openConnection, type Connection, type Statement, type Value } from './driver.js';
import { isBusy, translate } from './errors.js';
import { takeLock } from './lock.js';
import { Turns } from './turns.js';

/** Of the tables in the file; a file of a newer Shopkeeper is refused. */
const SCHEMA_VERSION = 1;

const SETTINGS = [
  'busy_timeout = 2000',
  'journal_mode = WAL',
  'synchronous = NORMAL',
  // Pages. Checkpoints have a thread of their own (Checkpointer); SQLite's, on this one, are the safety net.
  'wal_autocheckpoint = 16000',
  'journal_size_limit = 67108864',
  // KiB, as a negative number
  'cache_size = -32768',
];

/** How long one transaction of a batch may keep the event loop, in ms. */
const SLICE_MS = 6;

const CHECKPOINT_TRIES = 200;
const CHECKPOINT_PAUSE_MS = 25;

/** One SQLite file: statements are prepared once, errors are ShopkeeperErrors. */
export class SqliteDatabase {
  readonly #connection: Connection;
  readonly #file: string;
  readonly #release: () => void;
  #closed = false;
  readonly #statements = new Map<string, Statement>();
  readonly #turns = new Turns();
  #onWrite: () => void = () => undefined;

  private constructor(connection: Connection, file: string, release: () => void) {
    this.#connection = connection;
    this.#file = file;
    this.#release = release;
  }

  /**
   * Opens `<name>.db` in `dataDir` and makes both when missing. This process keeps the file to itself, by `<name>.lock`, until it closes it
   * or ends: vectors are held in memory, and a second writer would not be seen.
   * @throws ShopkeeperError DATA_DIRECTORY_UNWRITABLE, DATA_DIRECTORY_IN_USE, STORE_UNAVAILABLE
   */

  static async open(dataDir: string, name: string): Promise<SqliteDatabase> {
    const file = join(dataDir, `${name}.db`);
    try {
      mkdirSync(dataDir, { recursive: true });
    } catch (cause) {
      throw new ShopkeeperError('DATA_DIRECTORY_UNWRITABLE', `The data directory ${dataDir} cannot be made`, { cause });
    }
    let release: (() => void) | undefined;
    let connection: Connection | undefined;
    try {
      release = takeLock(join(dataDir, `${name}.lock`));
      connection = openConnection(file);
      const db = new SqliteDatabase(connection, file, release);
      db.#configure();
      return db;
    } catch (error) {
      connection?.close();
      release?.();
      if (isBusy(error))
        throw new ShopkeeperError('DATA_DIRECTORY_IN_USE', `${file} is in use by another process`, { cause: error });
      throw translate(error, file);
    }
  }

  get file(): string {
    return this.#file;
  }

  /** Calls back after every write. */
  onWrite(note: () => void): void {
    this.#onWrite = note;
  }

  exec(sql: string): void {
    this.#guard(() => this.#connection.exec(sql));
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#guard(() => this.#prepared(sql).all(...values) as Row[]);
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#guard(() => this.#prepared(sql).get(...values) as Row | undefined);
  }

  /** The same question about each key; keys without a row are missing. */
  getAll<Row>(sql: string, keys: readonly string[]): Map<string, Row> {
    return this.reading(() => {
      const found = new Map<string, Row>();
      for (const key of keys) {
        const row = this.get<Row>(sql, key);
        if (row !== undefined) found.set(key, row);
      }
      return found;
    });
  }

  /** Several questions as one: each alone would lock the file and let go of it again. */
  reading<T>(ask: () => T): T {
    this.get('BEGIN');
    try {
      return ask();
    } finally {
      this.get('COMMIT');
    }
  }

  /** Row by row, for what is too much at once. Nothing else may be asked meanwhile. */
  *iterate<Row>(sql: string, ...values: Value[]): Generator<Row> {
    yield* this.#guard(() => this.#prepared(sql).iterate(...values) as Iterable<Row>);
  }

  /** Answers how many rows changed. */
  run(sql: string, ...values: Value[]): number {
    const { changes } = this.#guard(() => this.#prepared(sql).run(...values));
    this.#onWrite();
    return Number(changes);
  }

  /** All of it or nothing; nothing else happens in between. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * Works through a batch in transactions of a few milliseconds each, one per turn of the event loop however many batches there are, so that
   * answers of the same process need not wait for a large one. An item is applied whole or not at all; when one fails, those before it may be in, which every caller here may repeat.
   */
  async inSlices<T, R>(
    items: readonly T[],
    work: (item: T) => R,
    committed?: (items: readonly T[], results: readonly R[]) => void,
  ): Promise<R[]> {
    const results: R[] = [];
    for (let next = 0; next < items.length;) {
      await this.#turns.take();
      const from = next;
      const until = performance.now() + SLICE_MS;
      const slice = this.transaction(() => {
        const done: R[] = [];
        do done.push(work(items[next++] as T));
        while (next < items.length && performance.now() < until);
        return done;
      });
      committed?.(items.slice(from, next), slice);
      for (const result of slice) results.push(result);
    }
    return results;
  }

  /**
   * Brings everything into the one file, so that nothing can be read from the write-ahead log any more.
   * @throws ShopkeeperError STORE_UNAVAILABLE, retriable, when the checkpoint thread does not finish
   */
  async emptyLog(): Promise<void> {
    for (let tries = 0; tries < CHECKPOINT_TRIES; tries += 1) {
      // Busy while the thread is at it: SQLite does not wait for another checkpoint.
      if (this.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')?.busy !== 1) return;
      await pause(CHECKPOINT_PAUSE_MS);
    }
    throw new ShopkeeperError('STORE_UNAVAILABLE', `${this.#file} is being written out for long`, { retriable: true });
  }

  /** Brings everything into the one file and lets go of it; nobody else may have it open. Twice does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.exec('PRAGMA journal_mode = DELETE');
    } finally {
      this.#statements.clear();
      this.#connection.close();
      this.#release();
    }
  }

  /** Forgets statements of tables that are about to go. */
  forgetStatements(tables: readonly string[]): void {
    for (const sql of [...this.#statements.keys()])
      if (tables.some((table) => sql.includes(table))) this.#statements.delete(sql);
  }

  #configure(): void {
    for (const setting of SETTINGS) this.exec(`PRAGMA ${setting}`);
    const { user_version: version } = this.get<{ user_version: number }>('PRAGMA user_version')!;
    if (version > SCHEMA_VERSION)
      throw new ShopkeeperError(
        'CONFIG_INVALID',
        `${this.#file} was written by a newer Shopkeeper (format ${version})`,
      );
    // A write, so that a read-only disk is met at the start and not at the first event.
    this.transaction(() => this.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`));
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#connection.prepare(sql)));
    return statement;
  }

  #rollBack(): void {
    try {
      this.#connection.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself on a full disk and on I/O errors; the error that counts is the first one.
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translate(error, this.#file);
    }
  }
}

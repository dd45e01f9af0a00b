import type { Topic } from '@shopkeeper/contracts';
import { openDatabase, type Database, type Statement } from './driver.js';
import { StoredRecord } from './stored-record.js';

/** One partition of a topic in the file. */
export interface Slot {
  readonly id: number;
  readonly topic: Topic;
  readonly partition: number;
  /** The offset that the next record gets; moves with the transaction that appends. */
  next: number;
  /** For compacted topics: below this offset every key is there once. */
  cleaned: number;
  /** For compacted topics: records left by the last cleaning. */
  kept: number;
}

export interface LogTopic {
  readonly topic: Topic;
  readonly slots: readonly Slot[];
}

/** A row id holds slot and offset: records of a partition lie together, in order, without a second index. */
const SPAN = 2 ** 40;
// `synchronous = NORMAL`: an acknowledged record survives the end of the process; a power cut may take the last moments, never the file.
// Checkpoints have a thread of their own (Checkpointer); SQLite's, on this one, are the safety net at 16,000 pages (64 MB).
const PRAGMAS = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 1000;
`;
const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE topics (name TEXT PRIMARY KEY, declaration TEXT NOT NULL) STRICT;
  CREATE TABLE slots (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    next INTEGER NOT NULL DEFAULT 0, cleaned INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE records (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT NOT NULL) STRICT;
  CREATE TABLE offsets (
    grp TEXT NOT NULL, slot INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (grp, slot)
  ) STRICT, WITHOUT ROWID;
`;

interface RecordRow {
  readonly id: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string;
}

/** The log in one SQLite file: what is stored and how. Synchronous; who calls it bounds the work. */
export class LogFile {
  readonly topics = new Map<string, LogTopic>();
  private readonly statements = new Map<string, Statement>();

  private constructor(private readonly db: Database) {}

  static open(path: string): LogFile {
    const db = openDatabase(path);
    try {
      db.exec(PRAGMAS);
      const log = new LogFile(db);
      log.migrate();
      log.load();
      return log;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  /** Runs `work` in one transaction: all or nothing, also for the offsets in memory. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** Makes the topic, or brings its retention up to date; partitions never change, because keys would move. True when it was made. */
  declare(topic: Topic): boolean {
    const known = this.topics.get(topic.name);
    const kept: Topic = known ? { ...topic, partitions: known.topic.partitions, cleanup: known.topic.cleanup } : topic;
    this.transaction(() => {
      this.run('INSERT OR REPLACE INTO topics VALUES (?, ?)', topic.name, JSON.stringify(kept));
      if (known) return;
      for (let partition = 0; partition < topic.partitions; partition += 1) {
        this.run('INSERT INTO slots (topic, partition) VALUES (?, ?)', topic.name, partition);
      }
    });
    this.loadTopic(kept);
    return !known;
  }

  /** Appends within the caller's transaction. */
  append(slot: Slot, timestamp: number, key: string | null, value: string | Buffer | null, headers: string): void {
    this.statement('INSERT INTO records VALUES (?, ?, ?, CAST(? AS BLOB), ?)').run(
      slot.id * SPAN + slot.next,
      timestamp,
      key,
      value,
      headers,
    );
    slot.next += 1;
  }

  /** Up to `limit` records from `offset` on, in order; offsets have gaps where retention or compaction took records. */
  read(slot: Slot, offset: number, limit: number): StoredRecord[] {
    const first = slot.id * SPAN;
    // As text: for every blob the driver would make a buffer, which costs more than all the rest of a row.
    const sql =
      'SELECT id, timestamp, key, CAST(value AS TEXT) AS value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?';
    const rows = this.statement(sql).all(first + offset, first + SPAN, limit) as unknown as RecordRow[];
    const { name } = slot.topic;
    return rows.map(({ id, timestamp, key, value, headers }) => {
      const parsed = JSON.parse(headers) as Record<string, string>;
      return new StoredRecord(name, slot.partition, id - first, key, value, parsed, timestamp);
    });
  }

  /** Like `read`, without the values: for cleaning. */
  scan(slot: Slot, offset: number, limit: number) {
    const first = slot.id * SPAN;
    const sql =
      'SELECT id - ? AS offset, timestamp, key, value IS NULL AS tombstone FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?';
    return this.statement(sql).all(first, first + offset, first + SPAN, limit) as unknown as {
      readonly offset: number;
      readonly timestamp: number;
      readonly key: string | null;
      readonly tombstone: number;
    }[];
  }

  /** Deletes records and keeps in the file where the slot stands, so that offsets never start again. */
  remove(slot: Slot, offsets: readonly number[], cleaned: Pick<Slot, 'cleaned' | 'kept'> = slot): void {
    const { next } = slot;
    this.transaction(() => {
      const statement = this.statement('DELETE FROM records WHERE id = ?');
      for (const offset of offsets) statement.run(slot.id * SPAN + offset);
      this.run(
        'UPDATE slots SET next = ?, cleaned = ?, kept = ? WHERE id = ?',
        next,
        cleaned.cleaned,
        cleaned.kept,
        slot.id,
      );
    });
    slot.cleaned = cleaned.cleaned;
    slot.kept = cleaned.kept;
  }

  /** The committed offsets of a group by slot id. */
  offsetsOf(group: string): Map<number, number> {
    const rows = this.statement('SELECT slot, next FROM offsets WHERE grp = ?').all(group) as unknown as {
      slot: number;
      next: number;
    }[];
    return new Map(rows.map(({ slot, next }) => [slot, next]));
  }

  /** Within the caller's transaction. */
  saveOffset(group: string, slotId: number, next: number): void {
    this.statement('INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)').run(group, slotId, next);
  }

  /** Reads, and with `write` also writes a row that means nothing. */
  ping(write: boolean): void {
    this.statement('SELECT 1 FROM slots LIMIT 1').get();
    if (write) this.transaction(() => this.saveOffset('', 0, Date.now()));
  }

  private rollBack(): void {
    try {
      this.run('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does after a full disk or an I/O error: no transaction is left, which is what we want.
    }
  }

  private run(sql: string, ...values: (string | number)[]): void {
    this.statement(sql).run(...values);
  }

  private statement(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const made = this.db.prepare(sql);
    this.statements.set(sql, made);
    return made;
  }

  private migrate(): void {
    const { user_version: version } = this.db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version === SCHEMA_VERSION) return;
    if (version !== 0) throw new Error(`its log.db has format ${version}, this version reads ${SCHEMA_VERSION}`);
    this.transaction(() => this.db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`));
  }

  private load(): void {
    const rows = this.statement('SELECT declaration FROM topics').all() as unknown as { declaration: string }[];
    for (const { declaration } of rows) this.loadTopic(JSON.parse(declaration) as Topic);
  }

  private loadTopic(topic: Topic): void {
    const before = this.topics.get(topic.name);
    if (before) {
      // The slots are in the hands of readers: they stay, only what they know of the topic changes.
      for (const slot of before.slots) Object.assign(slot, { topic });
      this.topics.set(topic.name, { topic, slots: before.slots });
      return;
    }
    const rows = this.statement('SELECT * FROM slots WHERE topic = ? ORDER BY partition').all(topic.name);
    const slots = (rows as unknown as Omit<Slot, 'topic'>[]).map((row) => ({
      ...row,
      topic,
      next: Math.max(row.next, this.end(row.id)),
    }));
    this.topics.set(topic.name, { topic, slots });
  }

  private end(slotId: number): number {
    const sql = 'SELECT MAX(id) AS last FROM records WHERE id >= ? AND id < ?';
    const { last } = this.statement(sql).get(slotId * SPAN, (slotId + 1) * SPAN) as { last: number | null };
    return last === null ? 0 : last - slotId * SPAN + 1;
  }
}

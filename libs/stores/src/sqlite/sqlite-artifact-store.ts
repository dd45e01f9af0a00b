import { ArtifactStore, type Artifact } from '../artifact-store.js';
import type { SqliteDatabase } from './database.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS artifact (
    kind TEXT NOT NULL, id TEXT NOT NULL, created_at TEXT NOT NULL, created_ms REAL NOT NULL, meta TEXT NOT NULL,
    bytes BLOB NOT NULL, PRIMARY KEY (kind, id)
  );`;

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly created_at: string;
  readonly meta: string;
  readonly bytes: Uint8Array;
}

export class SqliteArtifactStore extends ArtifactStore {
  readonly #db: SqliteDatabase;

  constructor(db: SqliteDatabase) {
    super();
    this.#db = db;
    db.exec(SCHEMA);
  }

  override async put({ kind, id, createdAt, meta, bytes }: Artifact): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?, ?)';
    this.#db.run(sql, kind, id, createdAt, Date.parse(createdAt), JSON.stringify(meta), bytes);
  }

  override async get(kind: string, id: string): Promise<Artifact | null> {
    return toArtifact(this.#db.get<Row>('SELECT * FROM artifact WHERE kind = ? AND id = ?', kind, id));
  }

  override async latest(kind: string): Promise<Artifact | null> {
    const sql = 'SELECT * FROM artifact WHERE kind = ? ORDER BY created_ms DESC, id DESC LIMIT 1';
    return toArtifact(this.#db.get<Row>(sql, kind));
  }

  override async list(kind: string): Promise<readonly Omit<Artifact, 'bytes'>[]> {
    const sql = 'SELECT kind, id, created_at, meta FROM artifact WHERE kind = ? ORDER BY created_ms DESC, id DESC';
    return this.#db.all<Omit<Row, 'bytes'>>(sql, kind).map(describe);
  }

  override async remove(kind: string, id: string): Promise<void> {
    this.#db.run('DELETE FROM artifact WHERE kind = ? AND id = ?', kind, id);
  }
}

const describe = (row: Omit<Row, 'bytes'>): Omit<Artifact, 'bytes'> => ({
  kind: row.kind,
  id: row.id,
  createdAt: row.created_at,
  meta: JSON.parse(row.meta) as Artifact['meta'],
});

const toArtifact = (row: Row | undefined): Artifact | null =>
  row === undefined ? null : { ...describe(row), bytes: row.bytes };

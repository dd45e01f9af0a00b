import { MEMORY_LIMIT, unionEvidence, type Evidence, type SessionState } from '@shopkeeper/recommender';
import { ShopperMemory, type MemoryRecord, type ShopperLink } from '../shopper-memory.js';
import type { SqliteDatabase } from './database.js';

// Sessions may be long: in a table without row ids, every step of a search would read a whole one.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS shopper_link (key TEXT PRIMARY KEY, shopper_id TEXT NOT NULL, session TEXT);
  CREATE INDEX IF NOT EXISTS shopper_link_shopper ON shopper_link (shopper_id);
  CREATE TABLE IF NOT EXISTS shopper_evidence (
    shopper_id TEXT NOT NULL, id TEXT NOT NULL, occurred_at TEXT NOT NULL, evidence TEXT NOT NULL,
    PRIMARY KEY (shopper_id, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS shopper_joined (shopper_id TEXT PRIMARY KEY, into_id TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS shopper_joined_into ON shopper_joined (into_id);
  CREATE TABLE IF NOT EXISTS shopper_erased (shopper_id TEXT PRIMARY KEY, erased_at TEXT NOT NULL) WITHOUT ROWID;`;

/** Rows beyond the limit that are let stand until it pays to remove them; reads never show them. */
const SLACK = 50;

/** Shoppers whose number of rows is known, so that not every addition counts them. */
const SIZES = 20_000;

/** One row per deed: adding one costs the same for a shopper with 300 as for a new one. */
export class SqliteShopperMemory extends ShopperMemory {
  readonly #db: SqliteDatabase;
  /** Rows of a shopper, or more after something was rolled back. */
  readonly #sizes = new Map<string, number>();

  constructor(db: SqliteDatabase) {
    super();
    this.#db = db;
    db.exec(SCHEMA);
  }

  override async links(keys: readonly string[]): Promise<ReadonlyMap<string, ShopperLink>> {
    const rows = this.#db.getAll<LinkRow>('SELECT * FROM shopper_link WHERE key = ?', keys);
    return new Map([...rows].map(([key, row]) => [key, toLink(row)]));
  }

  override async claims(wanted: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    const all = [...wanted];
    const held = await this.#db.inSlices(all, ([key, shopperId]) => this.#claim(key, shopperId));
    return new Map(all.map(([key], n) => [key, held[n]!]));
  }

  #claim(key: string, shopperId: string): string {
    const holder = this.#holder(shopperId);
    if (holder !== null) {
      const made = this.#db.run('INSERT INTO shopper_link VALUES (?, ?, NULL) ON CONFLICT DO NOTHING', key, holder);
      if (made === 1) return holder;
    }
    const sql = 'SELECT shopper_id FROM shopper_link WHERE key = ?';
    return this.#db.get<{ shopper_id: string }>(sql, key)?.shopper_id ?? shopperId;
  }

  override async putLinks(links: readonly ShopperLink[]): Promise<void> {
    await this.#db.inSlices(links, ({ key, shopperId, session }) => {
      const holder = this.#holder(shopperId);
      if (holder === null) return;
      const text = session && JSON.stringify(session);
      // Nearly always only the session is news; a write that names the shopper would also rewrite its index.
      const same = 'UPDATE shopper_link SET session = ? WHERE key = ? AND shopper_id = ?';
      if (this.#db.run(same, text, key, holder) === 1) return;
      this.#db.run('INSERT OR REPLACE INTO shopper_link VALUES (?, ?, ?)', key, holder, text);
    });
  }

  override async linksOf(shopperId: string): Promise<readonly ShopperLink[]> {
    return this.#db.all<LinkRow>('SELECT * FROM shopper_link WHERE shopper_id = ? ORDER BY key', shopperId).map(toLink);
  }

  override async read(shopperIds: readonly string[]): Promise<ReadonlyMap<string, MemoryRecord>> {
    const found = new Map<string, MemoryRecord>();
    for (const shopperId of shopperIds) {
      const evidence = unionEvidence(this.#evidence(shopperId), []);
      if (evidence.length > 0) found.set(shopperId, { shopperId, evidence });
    }
    return found;
  }

  override async remember(additions: ReadonlyMap<string, readonly Evidence[]>): Promise<void> {
    await this.#db.inSlices([...additions], ([shopperId, evidence]) => {
      const holder = this.#holder(shopperId);
      if (holder !== null) this.#add(holder, evidence);
    });
  }

  override async join(from: string, into: string): Promise<void> {
    this.#db.transaction(() => {
      const holder = this.#joinedInto(into);
      if (this.#joinedInto(from) === holder) return;
      // A shopper who was joined before has nothing left to move; one who is erased must not come back under another id.
      const moved = this.#holder(from) === from ? this.#evidence(from) : [];
      if (!this.#isErased(holder)) this.#add(holder, moved);
      this.#db.run('DELETE FROM shopper_evidence WHERE shopper_id = ?', from);
      this.#sizes.delete(from);
      this.#db.run('UPDATE shopper_link SET shopper_id = ? WHERE shopper_id = ?', holder, from);
      this.#db.run('INSERT OR IGNORE INTO shopper_joined VALUES (?, ?)', from, holder);
      this.#db.run('UPDATE shopper_joined SET into_id = ? WHERE into_id = ?', holder, from);
      if (this.#isErased(holder)) this.#db.run('DELETE FROM shopper_link WHERE shopper_id = ?', holder);
    });
  }

  override async erase(shopperId: string, erasedAt: string): Promise<void> {
    // Overwrites what is deleted, so that it cannot be read from the file's free pages.
    this.#db.exec('PRAGMA secure_delete = ON');
    try {
      this.#db.transaction(() => {
        // What is known of a joined shopper stands under the other's name: both go.
        for (const id of new Set([shopperId, this.#joinedInto(shopperId)])) {
          this.#db.run('INSERT OR IGNORE INTO shopper_erased VALUES (?, ?)', id, erasedAt);
          this.#db.run('DELETE FROM shopper_evidence WHERE shopper_id = ?', id);
          this.#sizes.delete(id);
          this.#db.run('DELETE FROM shopper_link WHERE shopper_id = ?', id);
        }
      });
      await this.#db.emptyLog();
    } finally {
      this.#db.exec('PRAGMA secure_delete = OFF');
    }
  }

  override async erased(shopperIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#db.reading(() => new Set(shopperIds.filter((id) => this.#holder(id) === null)));
  }

  override async refresh(): Promise<void> {
    // Reads see every write at once.
  }

  #add(shopperId: string, evidence: readonly Evidence[]): void {
    let size = this.#sizes.get(shopperId) ?? this.#count(shopperId);
    for (const deed of evidence) if (this.#addOne(shopperId, deed)) size += 1;
    if (size > MEMORY_LIMIT + SLACK) {
      this.#db.run(
        `DELETE FROM shopper_evidence WHERE shopper_id = ?1 AND id IN (
           SELECT id FROM shopper_evidence WHERE shopper_id = ?1 ORDER BY occurred_at DESC, id LIMIT -1 OFFSET ?2)`,
        shopperId,
        MEMORY_LIMIT,
      );
      size = this.#count(shopperId);
    }
    // The shopper who was written to least lately is the first to go.
    this.#sizes.delete(shopperId);
    this.#sizes.set(shopperId, size);
    if (this.#sizes.size > SIZES) this.#sizes.delete(this.#sizes.keys().next().value!);
  }

  #count(shopperId: string): number {
    return this.#db.get<{ n: number }>('SELECT count(*) AS n FROM shopper_evidence WHERE shopper_id = ?', shopperId)!.n;
  }

  /** True when it is one more. */
  #addOne(shopperId: string, deed: Evidence): boolean {
    const add = 'INSERT INTO shopper_evidence VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
    const text = JSON.stringify(deed);
    if (this.#db.run(add, shopperId, deed.id, deed.occurredAt, text) === 1) return true;
    const read = 'SELECT evidence FROM shopper_evidence WHERE shopper_id = ? AND id = ?';
    const there = this.#db.get<{ evidence: string }>(read, shopperId, deed.id)!.evidence;
    if (there === text) return false;
    // Two copies of one deed that differ: the same one wins as everywhere.
    const [winner] = unionEvidence([JSON.parse(there) as Evidence], [deed]);
    if (winner !== deed) return false;
    const replace = 'UPDATE shopper_evidence SET occurred_at = ?, evidence = ? WHERE shopper_id = ? AND id = ?';
    this.#db.run(replace, deed.occurredAt, text, shopperId, deed.id);
    return false;
  }

  #evidence(shopperId: string): readonly Evidence[] {
    const sql = 'SELECT evidence FROM shopper_evidence WHERE shopper_id = ?';
    const rows = this.#db.all<{ evidence: string }>(sql, shopperId);
    return JSON.parse(`[${rows.map((row) => row.evidence).join()}]`) as Evidence[];
  }

  /** Who takes in what is said of this shopper: itself, or whom it was joined into; `null` when that one is erased. */
  #holder(shopperId: string): string | null {
    const sql = `SELECT coalesce(into_id, ?1) AS holder,
        EXISTS (SELECT 1 FROM shopper_erased WHERE shopper_id IN (?1, coalesce(into_id, ?1))) AS erased
      FROM (SELECT 1) LEFT JOIN shopper_joined ON shopper_id = ?1`;
    const { holder, erased } = this.#db.get<{ holder: string; erased: number }>(sql, shopperId)!;
    return erased === 1 ? null : holder;
  }

  #joinedInto(shopperId: string): string {
    const sql = 'SELECT into_id FROM shopper_joined WHERE shopper_id = ?';
    return this.#db.get<{ into_id: string }>(sql, shopperId)?.into_id ?? shopperId;
  }

  #isErased(shopperId: string): boolean {
    return this.#db.get('SELECT 1 FROM shopper_erased WHERE shopper_id = ?', shopperId) !== undefined;
  }
}

interface LinkRow {
  readonly key: string;
  readonly shopper_id: string;
  readonly session: string | null;
}

const toLink = ({ key, shopper_id: shopperId, session }: LinkRow): ShopperLink => ({
  key,
  shopperId,
  session: session === null ? null : (JSON.parse(session) as SessionState),
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../open-stores.js';
import {
  anArtifact,
  anEvidence,
  aProductDocument,
  aProductState,
  aVectorAt,
  aVectorDocument,
} from '../testing/index.js';
import { SqliteDatabase } from './database.js';
import { SqliteArtifactStore } from './sqlite-artifact-store.js';

describe('state.db', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-stores-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  it('has everything again after it was closed and opened', async () => {
    const before = await openStores({ dataDir });
    await before.catalog.write([{ state: aProductState(), expected: null }]);
    await before.products.index([aProductDocument()]);
    await before.vectors.prepare({ modelId: 'm', dimensions: 4 });
    await before.vectors.put('m', [aVectorDocument(), aVectorDocument({ productId: 'p-2', vector: aVectorAt(9) })]);
    await before.vectors.setSellable('m', [{ productId: 'p-2', sellable: false }]);
    await before.vectors.activate('m');
    await before.shoppers.claim('a:1', 's-1');
    await before.shoppers.remember(new Map([['s-1', [anEvidence()]]]));
    await before.shoppers.erase('s-2', '2026-01-01T00:00:00.000Z');
    await before.artifacts.put(anArtifact());
    await before.products.rebuild();
    await before.close();
    await before.close();

    const after = await openStores({ dataDir });
    expect((await after.catalog.resolveSkus(['p-1'])).get('p-1')).toBe('p-1');
    expect((await after.products.search({ text: 'trowel', limit: 5 })).total).toBe(1);
    expect(await after.vectors.live()).toEqual({ modelId: 'm', dimensions: 4 });
    const hits = await after.vectors.nearest('m', aVectorAt(0), 5, { categories: ['garden'] });
    expect(hits).toEqual([{ productId: 'p-1', score: 1 }]);
    expect((await after.shoppers.links(['a:1'])).get('a:1')?.shopperId).toBe('s-1');
    expect((await after.shoppers.read(['s-1'])).get('s-1')?.evidence).toHaveLength(1);
    expect(await after.shoppers.erased(['s-2'])).toEqual(new Set(['s-2']));
    expect(await after.artifacts.get('encoder', 'model-1')).toEqual(anArtifact());
    await after.close();
    await expect(after.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(after.catalog.read(['p-1'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('is refused to a second process, and free once the first is gone, however it went', async () => {
    await (await openStores({ dataDir })).close();
    const holding = `
      const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? require('@photostructure/sqlite');
      const db = new DatabaseSync(process.argv[1]);
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT');
      console.log('holding');
      setInterval(() => db, 1000);`;
    const other = spawn(process.execPath, ['-e', holding, join(dataDir, 'state.db')], { stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
    await once(other.stdout!, 'data');
    await expect(openStores({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
    const gone = once(other, 'exit');
    other.kill('SIGKILL');
    await gone;
    await (await openStores({ dataDir })).close();
  });

  it('cannot be where there is no directory for it', async () => {
    await writeFile(join(dataDir, 'file'), '');
    for (const impossible of [join(dataDir, 'file'), join(dataDir, 'file', 'below')])
      await expect(openStores({ dataDir: impossible })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNWRITABLE' });
    await mkdir(join(dataDir, 'state.db'));
    await expect(openStores({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNWRITABLE' });
  });

  it('says when it is not ours, damaged, or of a newer Shopkeeper', async () => {
    await writeFile(join(dataDir, 'state.db'), 'x'.repeat(8192));
    await expect(openStores({ dataDir })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('not a database') as string,
    });
    await rm(join(dataDir, 'state.db'));
    const db = await SqliteDatabase.open(dataDir, 'state');
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(openStores({ dataDir })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('reports a full disk, keeps what it had, and goes on when there is room again', async () => {
    const db = await SqliteDatabase.open(dataDir, 'state');
    const artifacts = new SqliteArtifactStore(db);
    await artifacts.put(anArtifact());
    // SQLite answers as on a full disk when it may not add a page.
    db.exec('PRAGMA max_page_count = 20');
    const large = anArtifact({ id: 'large', bytes: new Uint8Array(500_000) });
    await expect(artifacts.put(large)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retriable: true,
      message: expect.stringContaining('disk is full') as string,
    });
    await expect(db.inSlices([1], () => db.run('INSERT INTO artifact VALUES (1, 1, 1, 1, 1, zeroblob(500000))'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' }); // prettier-ignore
    expect((await artifacts.list('encoder')).map(({ id }) => id)).toEqual(['model-1']);
    db.exec('PRAGMA max_page_count = 4294967294');
    await artifacts.put(large);
    expect(await artifacts.list('encoder')).toHaveLength(2);
    db.close();
  });
});

describe('SqliteDatabase.inSlices', () => {
  it('lets other work in between, and rolls back the item that fails', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-stores-'));
    const db = await SqliteDatabase.open(dataDir, 'state');
    db.exec('CREATE TABLE number (n INTEGER)');
    let turns = 0;
    const tick = setInterval(() => turns++, 0);
    const slow = (n: number) => {
      for (const until = performance.now() + 2; performance.now() < until;);
      return db.run('INSERT INTO number VALUES (?)', n);
    };
    await db.inSlices(Array.from({ length: 30 }, (_, n) => n), slow); // prettier-ignore
    clearInterval(tick);
    expect(turns).toBeGreaterThan(3);
    const failing = db.inSlices([100, 101], (n) => {
      db.run('INSERT INTO number VALUES (?)', n);
      if (n === 101) throw new TypeError('a bug');
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(db.get<{ n: number }>('SELECT count(*) AS n FROM number')?.n).toBe(30);
    db.close();
    await rm(dataDir, { recursive: true });
  });
});

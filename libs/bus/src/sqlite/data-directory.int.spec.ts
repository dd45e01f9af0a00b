import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aGroup, aRecord, aTopic, numberOf, Probe, someRecords } from '../testing/scratch.js';
import { startProcess } from '../testing/source-process.js';
import { SqliteEventBus } from './sqlite-event-bus.js';

const MODULE = new URL('./writer.process.ts', import.meta.url);

describe('the data directory of SqliteEventBus', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'bus-'));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });
  const run = async (name: string): Promise<string[]> => {
    const lines: string[] = [];
    await once(
      startProcess(MODULE, name, [dataDir], (line) => lines.push(line)),
      'close',
    );
    return lines;
  };

  it('kill -9 loses nothing that was acknowledged, and the next process may use the directory', async () => {
    const topic = aTopic();
    for (let round = 0; round < 2; round += 1) {
      const acknowledged: number[] = [];
      const child = startProcess(MODULE, 'write', [dataDir, topic.name], (line) => {
        acknowledged.push(Number(line.split(' ')[1]));
        if (acknowledged.length === 5_000) child.kill('SIGKILL');
      });
      const [, signal] = (await once(child, 'close')) as [number, string];
      expect(signal).toBe('SIGKILL');
      const bus = await SqliteEventBus.open({ dataDir });
      const probe = new Probe();
      const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'reader', handle: probe.handle });
      await running.caughtUp();
      await bus.close();
      const kept = new Set(probe.records.map(numberOf));
      expect(acknowledged.length).toBeGreaterThanOrEqual(5_000);
      expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
    }
  });

  it('belongs to one process: a second is told so, and may have it afterwards', async () => {
    const bus = await SqliteEventBus.open({ dataDir });
    const [line] = await run('open');
    expect(line).toMatch(/^DATA_DIRECTORY_IN_USE .*is in use by another process/);
    expect(line).toContain(dataDir);
    await expect(SqliteEventBus.open({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE' });
    await bus.publish([]);
    await bus.close();
    expect(await run('open')).toEqual(['opened']);
  });

  it('that cannot be written is reported', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    await expect(SqliteEventBus.open({ dataDir: join(file, 'data') })).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_UNWRITABLE',
      message: expect.stringContaining('file/data'),
    });
  });

  it.skipIf(process.getuid?.() === 0)('that is read-only is reported', async () => {
    await chmod(dataDir, 0o555);
    await expect(SqliteEventBus.open({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNWRITABLE' });
    await chmod(dataDir, 0o755);
  });

  it('with a log that is no log is reported, and left as it is', async () => {
    await writeFile(join(dataDir, 'log.db'), 'this is not a database '.repeat(100));
    await expect(SqliteEventBus.open({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNWRITABLE' });
  });

  it('a full disk fails publishing as unavailable, keeps what is there, and mends itself', async () => {
    const bus = await SqliteEventBus.open({ dataDir });
    const topic = aTopic();
    await bus.createTopics([topic]);
    await bus.publish(someRecords(topic, 10));
    // Only SQLite can make a small disk without rights on the machine.
    const { db } = (bus as unknown as { log: { db: { exec(sql: string): void } } }).log;
    db.exec('PRAGMA max_page_count = 20');
    const big = Array.from({ length: 50 }, () => aRecord(topic, { value: JSON.stringify({ fill: 'x'.repeat(4000) }) }));
    await expect(bus.publish(big)).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE', retriable: true });
    await expect(bus.ping()).resolves.toBeUndefined();
    db.exec('PRAGMA max_page_count = 1000000');
    await bus.publish(someRecords(topic, 10).slice(5));
    const probe = new Probe();
    const running = await bus.subscribe({ group: aGroup(), topics: [topic], mode: 'reader', handle: probe.handle });
    await running.caughtUp();
    expect(probe.records.length).toBe(15);
    for (const partition of [0, 1, 2]) {
      const offsets = probe.records.filter((record) => record.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, n) => n));
    }
    await bus.close();
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBus } from '@shopkeeper/bus';
import { ShopkeeperError, type OutgoingRecord } from '@shopkeeper/contracts';
import { takeEvent, takeItem } from '@shopkeeper/gateway';
import { sampleCatalog } from './catalog.js';
import { sampleEvents } from './events.js';

/** The seed of the sample store that `start` loads. */
export const SAMPLE_SEED = 1;
const BATCH = 500;

/** Remembers in the data directory what was begun, so that a start that was cut short goes on with the same story. */
interface Note {
  readonly until: number;
  readonly done: boolean;
}

const noteFile = (dataDir: string) => join(dataDir, 'sample-store.json');

const readNote = (dataDir: string): Note | null =>
  existsSync(noteFile(dataDir)) ? (JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as Note) : null;

/** True when an earlier start began to load the sample store and did not finish. */
export const sampleStoreIsPending = (dataDir: string): boolean => readNote(dataDir)?.done === false;

/** Publishes the sample store as a storefront would; twice is the same as once. Resolves when the log has taken all of it. */
export async function loadSampleStore(bus: EventBus, dataDir: string): Promise<void> {
  const until = readNote(dataDir)?.until ?? Date.now();
  const note = (done: boolean) => writeFileSync(noteFile(dataDir), JSON.stringify({ until, done } satisfies Note));
  note(false);
  const catalog = [...sampleCatalog({ seed: SAMPLE_SEED })];
  // One moment for all: a second load brings no news.
  const observedAt = new Date(until).toISOString();
  await publishAll(bus, catalog, (item) => takeItem({ ...item, observedAt }, until));
  await publishAll(bus, sampleEvents({ seed: SAMPLE_SEED, catalog, until }), (event) =>
    takeEvent(event, until, 'import'),
  );
  note(true);
}

async function publishAll<T>(
  bus: EventBus,
  values: Iterable<T>,
  take: (value: T) => ReturnType<typeof takeItem>,
): Promise<void> {
  let records: OutgoingRecord[] = [];
  for (const value of values) {
    const part = take(value);
    if ('problem' in part)
      throw new ShopkeeperError('INTERNAL', `the sample store made a bad record: ${part.problem.detail}`);
    records.push(...part.records);
    if (records.length < BATCH) continue;
    await bus.publish(records);
    records = [];
  }
  if (records.length > 0) await bus.publish(records);
}

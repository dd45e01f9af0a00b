import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventBus } from '@shopkeeper/bus';
import { ShopkeeperError, type CatalogItem, type OutgoingRecord } from '@shopkeeper/contracts';
import { takeEvent, takeItem } from '@shopkeeper/gateway';
import { sampleCatalog } from './catalog.js';
import { sampleEventSteps } from './events.js';

/** The seed of the sample store that `start` loads. */
export const SAMPLE_SEED = 1;
const BATCH = 500;
/** How long the event loop is kept at a time, ms: the shop already answers. */
const SLICE_MS = 5;

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
  const catalog: CatalogItem[] = [];
  await inSlices(sampleCatalog({ seed: SAMPLE_SEED }), (item) => void catalog.push(item));
  // One moment for all: a second load brings no news.
  const observedAt = new Date(until).toISOString();
  await publishAll(bus, catalog, (item) => takeItem({ ...item, observedAt }, until));
  await publishAll(bus, sampleEventSteps({ seed: SAMPLE_SEED, catalog, until }), (event) =>
    takeEvent(event, until, 'import'),
  );
  note(true);
}

async function publishAll<T>(
  bus: EventBus,
  values: Iterable<T | undefined>,
  take: (value: T) => ReturnType<typeof takeItem>,
): Promise<void> {
  let records: OutgoingRecord[] = [];
  const publish = async () => {
    const batch = records;
    records = [];
    await bus.publish(batch);
  };
  await inSlices(values, (value) => {
    if (value === undefined) return;
    const part = take(value);
    if ('problem' in part)
      throw new ShopkeeperError('INTERNAL', `the sample store made a bad record: ${part.problem.detail}`);
    records.push(...part.records);
    if (records.length >= BATCH) return publish();
  });
  await publish();
}

async function inSlices<T>(values: Iterable<T>, work: (value: T) => Promise<void> | void): Promise<void> {
  let until = performance.now() + SLICE_MS;
  for (const value of values) {
    const waits = work(value);
    if (waits) await waits;
    else if (performance.now() < until) continue;
    else await nextTurn();
    until = performance.now() + SLICE_MS;
  }
}

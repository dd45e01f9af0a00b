import {
  CATALOG_CHANGE,
  CATALOG_IMPORT,
  CatalogChange,
  CatalogItem,
  recordOf,
  type CatalogCommand,
  type OutgoingRecord,
} from '@shopkeeper/contracts';
import { changeToCommand, itemToCommands } from '@shopkeeper/recommender';
import { describe } from './problem.js';
import type { Part } from './batch.js';

const SOURCE = '/services/gateway';
/** Clocks differ: news from further ahead would shut out all later news of the same field. */
const MAX_AHEAD = 5 * 60_000;

const record = (command: CatalogCommand, topic: typeof CATALOG_CHANGE): OutgoingRecord =>
  // Each command carries the event it belongs to; the union is narrowed by hand because TypeScript cannot correlate the two.
  recordOf<unknown>(command.event as Parameters<typeof recordOf<unknown>>[0], command.payload, {
    source: SOURCE,
    topic,
    time: command.payload.observedAt,
  });

const invalid = (detail: string, path?: string): Part => ({
  problem: { code: 'CHANGE_INVALID', detail, ...(path && { path }) },
});

const inFuture = (observedAt: string | undefined, now: number): Part | undefined =>
  observedAt !== undefined && Date.parse(observedAt) > now + MAX_AHEAD
    ? { problem: { code: 'CHANGE_TIME_IN_FUTURE', detail: `${observedAt} lies in the future.`, path: 'observedAt' } }
    : undefined;

/** One change of the catalogue as a record on the lane for news. */
export function takeChange(value: unknown, now: number): Part {
  const parsed = CatalogChange.safeParse(value);
  if (!parsed.success) return invalid(describe(parsed.error), parsed.error.issues[0]?.path.join('.'));
  const late = inFuture(parsed.data.observedAt, now);
  if (late) return late;
  const moment = new Date(now).toISOString();
  return { records: [record(changeToCommand(parsed.data, moment), CATALOG_CHANGE)] };
}

/** A whole product as records on the lane for imports. */
export function takeItem(value: unknown, now: number): Part {
  const parsed = CatalogItem.safeParse(value);
  if (!parsed.success) return invalid(describe(parsed.error), parsed.error.issues[0]?.path.join('.'));
  const late = inFuture(parsed.data.observedAt, now);
  if (late) return late;
  const moment = new Date(now).toISOString();
  return { records: itemToCommands(parsed.data, moment).map((command) => record(command, CATALOG_IMPORT)) };
}

import { parsePayload, type EventDeclaration } from '@shopkeeper/contracts';
import type { LogRecord, Outcome } from '../event-bus.js';
import type { Delivery } from './on.js';
import type { GroupRoutes, Route } from './routes.js';

/** What a record turned out to be: for a handler, or settled without one. */
export type Decoded = { readonly route: Route; readonly delivery: Delivery } | { readonly outcome: Outcome };

const poison = (why: string, errorClass: string): Decoded => ({ outcome: { poison: why, errorClass } });

/**
 * Reads a record: its event by topic and `ce_type`, its payload by the event's schema. A record of an event that is declared on the topic but
 * not asked for is done; one that nobody declared or that does not fit is poison.
 */
export function decode(record: LogRecord, routes: GroupRoutes): Decoded {
  const type = record.headers['ce_type'];
  const known = routes.eventOf(record.topic, type);
  const event = known ?? (type === undefined && isTombstone(record) ? routes.onlyWanted(record.topic) : undefined);
  if (!event) {
    return type === undefined
      ? poison(`no ce_type, and ${record.topic} carries several events`, 'EventUnknown')
      : poison(`${type.slice(0, 100)} is not declared on ${record.topic}`, 'EventUnknown');
  }
  const route = routes.routeOf(record.topic, event);
  if (!route) return { outcome: 'done' };
  try {
    return { route, delivery: delivered(record, event, payloadOf(record, event)) };
  } catch (error) {
    return poison(error instanceof Error ? error.message : String(error), 'PayloadInvalid');
  }
}

const isTombstone = (record: LogRecord): boolean => (record.text === undefined ? record.value : record.text) === null;

const delivered = (record: LogRecord, event: EventDeclaration, payload: unknown): Delivery => ({
  event,
  payload,
  key: record.key,
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
  headers: record.headers,
  timestamp: record.timestamp,
});

function payloadOf(record: LogRecord, event: EventDeclaration): unknown {
  if (isTombstone(record)) return null;
  let json: unknown;
  try {
    json = JSON.parse(record.text ?? record.value!.toString('utf8'));
  } catch {
    // The parser's own message quotes the text, which may name a person.
    throw new Error(`not JSON, ${record.value!.length} bytes`);
  }
  return parsePayload(event, json);
}

import { EventRequest } from '@shopkeeper/contracts';
import { createHash } from 'node:crypto';
import type { Converted, Row } from './catalog-item.js';

/**
 * A line of an export of events as the gateway takes it. A line without `messageId` gets one from its content, so that a second import of the
 * file changes nothing; a line without a time is refused, because now would be wrong.
 */
export function toEvent(row: Row): Converted<EventRequest> {
  const timestamp = timeOf(row);
  if (timestamp === undefined) return { problem: 'no timestamp' };
  const messageId = row['messageId'] ?? row['message_id'];
  const parsed = EventRequest.safeParse({
    ...row,
    timestamp,
    messageId: typeof messageId === 'string' && messageId !== '' ? messageId : idOf(row),
  });
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` };
}

/** Segment's exports have several times; GA4 counts microseconds. */
function timeOf(row: Row): string | number | undefined {
  for (const name of ['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'time']) {
    const value = row[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return value;
  }
  const micros = Number(row['timestamp_micros'] ?? row['event_timestamp'] ?? Number.NaN);
  return Number.isFinite(micros) ? Math.round(micros / 1000) : undefined;
}

const idOf = (row: Row): string => `line-${createHash('sha256').update(canonical(row)).digest('hex').slice(0, 32)}`;

/** JSON with sorted keys: the same content is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

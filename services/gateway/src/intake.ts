import { randomUUID } from 'node:crypto';
import {
  EVENT_NAMES,
  EventRequest,
  MAX_EVENT_BYTES,
  ShopperEventReceived,
  recordOf,
  signalKindOf,
  type ErrorCode,
} from '@shopkeeper/contracts';
import { readEvent } from '@shopkeeper/recommender';
import type { Part } from './batch.js';
import { describe } from './problem.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Clocks differ: up to this much ahead is taken as now. */
const MAX_AHEAD = 5 * MINUTE;
/** Live events older than this come too late to be news; imports keep their time. */
const MAX_AGE = { live: 30 * DAY, import: 20 * 365 * DAY };

const problem = (code: ErrorCode, detail: string, path?: string): Part => ({
  problem: { code, detail, ...(path && { path }) },
});

/**
 * Turns what a storefront sent into a record for the bus: names of Segment or GA4, times clamped to a believable range.
 * Nothing that cannot be understood later gets through: the caller learns at once which field to mend.
 */
export function takeEvent(value: unknown, now: number, mode: 'live' | 'import'): Part {
  const size = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (size > MAX_EVENT_BYTES)
    return problem('EVENT_TOO_LARGE', `The event has ${size} bytes; at most ${MAX_EVENT_BYTES}.`);
  const parsed = EventRequest.safeParse(fromMeasurementProtocol(value));
  if (!parsed.success) return problem('EVENT_INVALID', describe(parsed.error), parsed.error.issues[0]?.path.join('.'));
  const request = parsed.data;

  const anonymousId = request.anonymousId ?? (request.userId && `user~${request.userId}`);
  if (!anonymousId) return problem('EVENT_ID_MISSING', 'Give anonymousId, or at least userId.', 'anonymousId');
  if (request.type === 'identify' && !request.userId) {
    return problem('EVENT_ID_MISSING', 'identify wants a userId.', 'userId');
  }
  if (request.type === 'track') {
    if (!request.event) return problem('EVENT_INVALID', 'A track event wants its name in "event".', 'event');
    if (signalKindOf(request.event) === undefined) {
      return problem(
        'EVENT_UNKNOWN',
        `"${request.event.slice(0, 80)}" is not an event known here; known are: ${EVENT_NAMES.join(', ')}.`,
        'event',
      );
    }
  }
  const time = readTime(request.timestamp, now, mode);
  if ('problem' in time) return time;

  const properties = request.properties ?? request.params;
  const event: ShopperEventReceived = {
    messageId: request.messageId ?? randomUUID(),
    type: request.type,
    ...(request.event && { event: request.event }),
    anonymousId,
    ...(request.userId && { userId: request.userId }),
    timestamp: time.timestamp,
    receivedAt: new Date(now).toISOString(),
    ...(properties && { properties }),
    ...(request.recommendationId && { recommendationId: request.recommendationId }),
  };
  const reading = readEvent(event);
  if ('problem' in reading) return problem('EVENT_INVALID', reading.problem.message, reading.problem.path);
  const source = '/services/gateway';
  return { records: [recordOf(ShopperEventReceived, event, { source, id: event.messageId, time: event.timestamp })] };
}

/** GA4's Measurement Protocol and data layer say the same with other names. */
function fromMeasurementProtocol(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { name, client_id, user_id, ...rest } = value as Record<string, unknown>;
  return {
    ...(typeof name === 'string' && { event: name }),
    ...(typeof client_id === 'string' && { anonymousId: client_id }),
    ...(typeof user_id === 'string' && { userId: user_id }),
    ...rest,
  };
}

function readTime(
  given: string | number | undefined,
  now: number,
  mode: 'live' | 'import',
): { timestamp: string } | Extract<Part, { problem: unknown }> {
  if (given === undefined) return { timestamp: new Date(now).toISOString() };
  // Seconds and milliseconds since the epoch are both in use; no shop event is from before 1973 in milliseconds.
  const time = typeof given === 'number' ? (given < 1e11 ? given * 1000 : given) : Date.parse(given);
  const bad = (code: ErrorCode, detail: string) => ({ problem: { code, detail, path: 'timestamp' } });
  if (!Number.isFinite(time) || Math.abs(time) > 8.64e15) {
    return bad('EVENT_INVALID', `"${String(given).slice(0, 40)}" is not a time; send ISO 8601 or ms since the epoch.`);
  }
  if (time > now + MAX_AHEAD) return bad('EVENT_TIME_IN_FUTURE', `${new Date(time).toISOString()} lies in the future.`);
  if (time < now - MAX_AGE[mode]) {
    const advice = mode === 'live' ? '; past events go to /v1/events/import' : '';
    return bad('EVENT_TIME_TOO_OLD', `${new Date(time).toISOString()} is too long ago${advice}.`);
  }
  return { timestamp: new Date(Math.min(time, now)).toISOString() };
}

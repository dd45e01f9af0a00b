import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { ShopkeeperError } from './errors.js';
import type { Topic } from './topic.js';

/** One kind of event: its wire name, where it travels, its shape and its key. */
export interface EventDeclaration<T = unknown> {
  /** `<entity>.<past participle>`, header `ce_type`. */
  readonly type: string;
  /** The first is the default of `recordOf`. */
  readonly topics: readonly [Topic, ...Topic[]];
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** The record key: order holds per key, compaction keeps the last per key. */
  readonly key: (payload: T) => string;
}

/** The payload type of a declared event: `PayloadOf<typeof ProductUpserted>`. */
export type PayloadOf<E> = E extends EventDeclaration<infer T> ? T : never;

export const declareEvent = <S extends z.ZodType>(
  declaration: Omit<EventDeclaration<z.infer<S>>, 'schema'> & { schema: S },
): EventDeclaration<z.infer<S>> => declaration as EventDeclaration<z.infer<S>>;

/** A record on its way to the bus. `value: null` is a tombstone. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RecordOptions {
  /** Which of the event's topics; default the first. */
  readonly topic?: Topic;
  /** The service that speaks: `/services/catalog-sync`. */
  readonly source: string;
  /** Default: a random UUID. Give one where the same fact must keep the same id. */
  readonly id?: string;
  /** When it happened, ISO 8601. Default: now. */
  readonly time?: string;
}

/** Encodes an event with its CloudEvents attributes as headers (Kafka protocol binding, binary mode). */
export function recordOf<T>(event: EventDeclaration<T>, payload: T, options: RecordOptions): OutgoingRecord {
  return {
    topic: (options.topic ?? event.topics[0]).name,
    key: event.key(payload),
    value: JSON.stringify(payload),
    headers: headersOf(event.type, options),
  };
}

/** The record that removes a key from a compacted topic. */
export const tombstoneOf = <T>(event: EventDeclaration<T>, key: string, options: RecordOptions): OutgoingRecord => ({
  topic: (options.topic ?? event.topics[0]).name,
  key,
  value: null,
  headers: headersOf(event.type, options),
});

const headersOf = (type: string, { source, id, time }: RecordOptions): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: id ?? randomUUID(),
  ce_type: type,
  ce_source: source,
  ce_time: time ?? new Date().toISOString(),
  'content-type': 'application/json',
});

/**
 * Reads a payload against its schema; unknown fields pass through the check and are dropped.
 * @throws ShopkeeperError BUS_RECORD_INVALID naming each field that does not fit
 */
export function parsePayload<T>(event: EventDeclaration<T>, value: unknown): T {
  const parsed = event.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`).join('; ');
  throw new ShopkeeperError('BUS_RECORD_INVALID', `${event.type} does not fit its schema: ${why}`);
}

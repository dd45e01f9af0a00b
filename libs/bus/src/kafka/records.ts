import { deadLetterTopic, ShopkeeperError, type OutgoingRecord } from '@shopkeeper/contracts';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { deadLetterHeaders, type DeadLetter } from '../delivery/dead-letter.js';
import type { LogRecord } from '../event-bus.js';
import type { Outgoing } from './producer-queue.js';

/** What Kafka gave for a record: dead letters carry its very bytes. */
const originals = new WeakMap<LogRecord, KafkaMessage>();

export function logRecord(topic: string, partition: number, message: KafkaMessage): LogRecord {
  const record: LogRecord = {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value,
    headers: textHeaders(message.headers),
    timestamp: Number(message.timestamp),
  };
  originals.set(record, message);
  return record;
}

/** A header that comes several times counts with its last value. */
function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined && value !== null) text[name] = value.toString();
  }
  return text;
}

/** @throws ShopkeeperError BUS_RECORD_INVALID */
export function outgoing({ topic, key, value, headers }: OutgoingRecord): Outgoing {
  if (typeof key !== 'string' || (value !== null && typeof value !== 'string')) {
    throw new ShopkeeperError(
      'BUS_RECORD_INVALID',
      `A record for ${topic} needs a key and a value that are text (or a null value).`,
    );
  }
  return { topic, message: { key, value, headers: { ...headers } }, bytes: sizeOf(key, value, headers) };
}

export function outgoingLetter(letter: DeadLetter, group: string): Outgoing {
  const { record } = letter;
  const { key = record.key, value = record.value, headers = record.headers } = originals.get(record) ?? {};
  const why = deadLetterHeaders(letter, group);
  const bytes = sizeOf(record.key, record.value, { ...record.headers, ...why });
  return {
    topic: deadLetterTopic(record.topic, group).name,
    message: { key, value, headers: { ...headers, ...why } },
    bytes,
  };
}

const OVERHEAD = 32;

function sizeOf(key: string | null, value: string | Buffer | null, headers: Readonly<Record<string, string>>): number {
  let bytes = OVERHEAD + (key?.length ?? 0) + (value === null ? 0 : Buffer.byteLength(value));
  for (const name in headers) bytes += name.length + headers[name]!.length + 4;
  return bytes;
}

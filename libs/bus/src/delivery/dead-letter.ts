import { ShopkeeperError } from '@shopkeeper/contracts';
import type { LogRecord } from '../event-bus.js';

/** A record on its way to the dead letter topic of its group, with why. */
export interface DeadLetter {
  readonly record: LogRecord;
  readonly reason: string;
  readonly errorClass: string;
  readonly attempts: number;
}

const MESSAGE_MAX = 300;

/** The headers that a dead letter carries beside the original ones. */
export const deadLetterHeaders = (letter: DeadLetter, group: string): Record<string, string> => ({
  'dlq-topic': letter.record.topic,
  'dlq-partition': String(letter.record.partition),
  'dlq-offset': String(letter.record.offset),
  'dlq-timestamp': String(letter.record.timestamp),
  'dlq-group': group,
  'dlq-error-class': letter.errorClass,
  'dlq-error-message': letter.reason.slice(0, MESSAGE_MAX),
  'dlq-attempts': String(letter.attempts),
});

export const errorClassOf = (error: unknown): string => {
  if (error instanceof ShopkeeperError) return error.code;
  return error instanceof Error ? error.constructor.name : typeof error;
};

export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : String(error);
}

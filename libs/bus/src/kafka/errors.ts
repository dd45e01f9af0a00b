import { ShopkeeperError } from '@shopkeeper/contracts';

interface ClientError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly cause?: unknown;
}

const TOPIC_UNKNOWN = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION']);
const RECORD_INVALID = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

/** The protocol's name of what went wrong; the client wraps it in retry errors. */
export function typeOf(error: unknown): string | undefined {
  const { type, cause } = (error ?? {}) as ClientError;
  return type ?? (cause === undefined || cause === error ? undefined : typeOf(cause));
}

/** In the words of the port. */
export function busError(error: unknown): ShopkeeperError {
  if (error instanceof ShopkeeperError) return error;
  const type = typeOf(error);
  const why = error instanceof Error ? error.message : String(error);
  if (type !== undefined && TOPIC_UNKNOWN.has(type)) {
    return new ShopkeeperError('BUS_TOPIC_UNKNOWN', `${why} Create topics with: shopkeeper topics`, { cause: error });
  }
  if (type !== undefined && RECORD_INVALID.has(type)) {
    return new ShopkeeperError('BUS_RECORD_INVALID', `Kafka refuses the record: ${why}`, { cause: error });
  }
  return new ShopkeeperError('BUS_UNAVAILABLE', `Kafka does not answer: ${why}`, { retriable: true, cause: error });
}

export const unknownTopic = (name: string): ShopkeeperError =>
  new ShopkeeperError('BUS_TOPIC_UNKNOWN', `Topic ${name} does not exist. Create it with: shopkeeper topics`);

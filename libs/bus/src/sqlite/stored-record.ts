import type { LogRecord } from '../event-bus.js';

/** A record out of the file. Its value was published as text and is kept as text: bytes are made only for who asks. */
export class StoredRecord implements LogRecord {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    readonly key: string | null,
    readonly text: string | null,
    readonly headers: Readonly<Record<string, string>>,
    readonly timestamp: number,
  ) {}

  get value(): Buffer | null {
    return this.text === null ? null : Buffer.from(this.text);
  }
}

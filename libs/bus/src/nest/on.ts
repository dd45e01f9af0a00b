import type { EventDeclaration } from '@shopkeeper/contracts';

/** An event as a handler gets it: checked against its schema. `payload: null` is a tombstone. */
export interface Delivery<T = unknown> {
  readonly event: EventDeclaration<T>;
  readonly payload: T | null;
  readonly key: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took it, ms since the epoch. */
  readonly timestamp: number;
}

import type { OutgoingRecord, Topic } from '@shopkeeper/contracts';

/** A record as it was read: bytes and headers untouched. `value: null` is a tombstone. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  /** The value as text, where the adapter has it at hand: reading it spares the way over bytes. */
  readonly text?: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took it, ms since the epoch. */
  readonly timestamp: number;
}

/**
 * What became of one record.
 * `done`: its effect is acknowledged. `retry`: a dependency is down; this record and all after it in the partition come again after a
 * pause, without attempt limit. `poison`: it can never be applied; it goes to the dead letter topic and the others go on.
 */
export type Outcome = 'done' | { readonly retry: string } | { readonly poison: string; readonly errorClass?: string };

export interface BatchContext {
  readonly topic: string;
  readonly partition: number;
  /** Aborted when the batch is no longer ours (rebalance, closing): stop and return, nothing more will be committed. */
  readonly signal: AbortSignal;
}

export interface Subscription {
  /** The logical group: names consumer group and dead letter topics. */
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * `shared`: the instances of a group share the partitions; offsets are committed after the effect.
   * `reader`: this instance reads every partition from the beginning, or from `startAt`; nothing is committed.
   */
  readonly mode: 'shared' | 'reader';
  /** For `reader`: the next offset to read per `topic/partition`; partitions that are not named start at the beginning. */
  readonly startAt?: ReadonlyMap<string, number>;
  /** For `reader`: where partitions begin that `startAt` does not name; default `beginning`. `end` = only what comes from now on. */
  readonly from?: 'beginning' | 'end';
  /** Records per call, default 500. */
  readonly maxBatch?: number;
  /**
   * Called with records of one partition in order, never twice at once for a partition, never inside `publish`.
   * Answers one outcome per record. A thrown retriable ShopkeeperError means `retry` for all; any other throw is a bug: the records are
   * tried one by one and the guilty ones go to the dead letter topic with the error's class.
   */
  handle(records: readonly LogRecord[], context: BatchContext): Promise<readonly Outcome[]>;
}

export interface RunningSubscription {
  readonly group: string;
  /** Resolves once everything that was in the topics when the subscription began has been handled. */
  caughtUp(): Promise<void>;
  /** Next offset to handle per `topic/partition`, for the partitions seen so far. */
  positions(): ReadonlyMap<string, number>;
  /** Records in the topics that the group has not handled yet. */
  lag(): Promise<number>;
  /** Not ok when a dependency keeps it waiting, or (`stopped`) when it has stopped for good; says why. */
  health(): { readonly ok: boolean; readonly stopped?: boolean; readonly detail?: string };
  /** Takes no new records, waits for the work in hand, commits. */
  close(): Promise<void>;
}

/** A partitioned log of records: at least once, in order per key. */
export abstract class EventBus {
  /** Makes the topics that are missing, with their partitions, retention and compaction; answers the names of those made. */
  abstract createTopics(topics: readonly Topic[]): Promise<readonly string[]>;
  /**
   * Resolves when the log has acknowledged every record. All or an error: after an error some may be in.
   * @throws ShopkeeperError BUS_UNAVAILABLE (retriable), BUS_TOPIC_UNKNOWN, BUS_CLOSED
   */
  abstract publish(records: readonly OutgoingRecord[]): Promise<void>;
  abstract subscribe(subscription: Subscription): Promise<RunningSubscription>;
  /** Fails with BUS_UNAVAILABLE when the log does not answer. */
  abstract ping(): Promise<void>;
  /** Closes all subscriptions, waits for their work in hand, then the log. */
  abstract close(): Promise<void>;
}

import type { OutgoingRecord, Topic } from '@shopkeeper/contracts';
import { randomUUID } from 'node:crypto';
import type { DeliveryTuning } from '../delivery/tuning.js';
import type { BatchContext, EventBus, LogRecord, Outcome, Subscription } from '../event-bus.js';

/** One log that tests may open, close and open again. */
export interface LogUnderTest {
  open(tuning?: Partial<DeliveryTuning>): Promise<EventBus>;
  /** Closes what is open and removes the log. */
  remove(): Promise<void>;
}

/** A topic of its own for every test: logs may be shared. */
export const aTopic = (over: Partial<Topic> = {}): Topic => ({
  name: `test.t${randomUUID().slice(0, 8)}.v1`,
  description: 'A topic of a test.',
  key: 'anything',
  partitions: 3,
  cleanup: 'delete',
  retentionMs: 86_400_000,
  ...over,
});

export const aGroup = (): string => `g-${randomUUID().slice(0, 8)}`;

export const aRecord = (topic: Topic, over: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: topic.name,
  key: 'k-1',
  value: '{"n":1}',
  headers: { ce_id: randomUUID(), ce_type: 'thing.happened' },
  ...over,
});

/** `count` records `{"n":0}`, `{"n":1}` ... over `keys` keys. */
export const someRecords = (topic: Topic, count: number, keys = 10): OutgoingRecord[] =>
  Array.from({ length: count }, (_, n) => aRecord(topic, { key: `k-${n % keys}`, value: JSON.stringify({ n }) }));

export const numberOf = (record: LogRecord): number => (JSON.parse(String(record.value)) as { n: number }).n;

export const allDone = (records: readonly LogRecord[]): Outcome[] => records.map(() => 'done');

type Handle = Subscription['handle'];

/** A handler that remembers what it got; `answer` says what became of it. */
export class Probe {
  readonly records: LogRecord[] = [];
  readonly batches: { readonly size: number; readonly at: number; readonly partition: number }[] = [];
  /** Set for the first context it sees. */
  context: BatchContext | undefined;

  constructor(
    private readonly answer: (
      records: readonly LogRecord[],
      context: BatchContext,
    ) => ReturnType<Handle> | Outcome[] = allDone,
  ) {}

  readonly handle: Handle = async (records, context) => {
    this.context ??= context;
    this.batches.push({ size: records.length, at: performance.now(), partition: context.partition });
    this.records.push(...records);
    return this.answer(records, context);
  };

  get numbers(): number[] {
    return this.records.map(numberOf);
  }
}

/** A promise with its switch. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

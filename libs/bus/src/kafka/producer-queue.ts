import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Message, Producer } from 'kafkajs';
import { busError } from './errors.js';

export interface Outgoing {
  readonly topic: string;
  readonly message: Message;
  /** Key, value and headers, roughly. */
  readonly bytes: number;
}

interface Publish {
  readonly records: readonly Outgoing[];
  at: number;
  /** Given up by its caller: what is not sent yet is not sent. */
  abandoned: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Below the broker's default `message.max.bytes` (1 MiB), which bounds what one request carries for a partition. */
const REQUEST_BYTES = 800_000;
const REQUEST_RECORDS = 5_000;
/** How long a caller waits at most: the gateway has to answer. */
const PATIENCE_MS = 15_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** One request in flight, everything published meanwhile goes with the next: in order, and as large as the load. */
export class ProducerQueue {
  private queue: Publish[] = [];
  private working: Promise<void> | undefined;

  constructor(private readonly producer: Producer) {}

  /** Resolves when all in-sync replicas have every record. */
  send(records: readonly Outgoing[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const publish: Publish = {
        records,
        at: 0,
        abandoned: false,
        resolve: () => (clearTimeout(timer), resolve()),
        reject: (error) => (clearTimeout(timer), reject(error)),
      };
      const timer = setTimeout(() => {
        publish.abandoned = true;
        const message = `Kafka has not acknowledged within ${PATIENCE_MS} ms`;
        reject(new ShopkeeperError('BUS_UNAVAILABLE', message, { retriable: true }));
      }, PATIENCE_MS);
      this.queue.push(publish);
      this.working ??= this.work();
    });
  }

  async drained(): Promise<void> {
    while (this.working) await this.working;
  }

  private async work(): Promise<void> {
    // What is published in the same turn of the event loop travels together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for (;;) {
        this.queue = this.queue.filter(({ abandoned }) => !abandoned);
        if (this.queue.length === 0) return;
        await this.sendNext(this.next());
      }
    } finally {
      this.working = undefined;
    }
  }

  /** What goes into one request: as many publishes as fit, the last perhaps in part. */
  private next(): readonly Publish[] {
    const taken: Publish[] = [];
    let [bytes, count] = [0, 0];
    for (const publish of this.queue) {
      if (bytes >= REQUEST_BYTES || count >= REQUEST_RECORDS) break;
      taken.push(publish);
      for (
        let at = publish.at;
        at < publish.records.length && bytes < REQUEST_BYTES && count < REQUEST_RECORDS;
        at += 1
      ) {
        bytes += publish.records[at]!.bytes;
        count += 1;
      }
    }
    return taken;
  }

  private async sendNext(publishes: readonly Publish[]): Promise<void> {
    const ends = endsOf(publishes);
    try {
      await this.request(publishes.flatMap((publish, nth) => publish.records.slice(publish.at, ends[nth])));
      publishes.forEach((publish, nth) => this.advance(publish, ends[nth]!));
    } catch (error) {
      const failure = busError(error);
      // A record that Kafka refuses must not fail the publishes it happened to travel with.
      if (!failure.retriable && publishes.length > 1) for (const publish of publishes) await this.sendNext([publish]);
      else for (const publish of publishes) this.fail(publish, failure);
    }
  }

  private advance(publish: Publish, end: number): void {
    publish.at = end;
    if (end < publish.records.length) return;
    this.queue = this.queue.filter((each) => each !== publish);
    publish.resolve();
  }

  private fail(publish: Publish, error: Error): void {
    this.queue = this.queue.filter((each) => each !== publish);
    publish.reject(error);
  }

  private async request(records: readonly Outgoing[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, message } of records) {
      const messages = byTopic.get(topic);
      if (messages) messages.push(message);
      else byTopic.set(topic, [message]);
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
    await this.producer.sendBatch({ acks: -1, timeout: REQUEST_TIMEOUT_MS, topicMessages });
  }
}

/** Where each publish's part of the request ends. */
function endsOf(publishes: readonly Publish[]): readonly number[] {
  let [bytes, count] = [0, 0];
  return publishes.map(({ records, at }) => {
    let end = at;
    while (end < records.length && bytes < REQUEST_BYTES && count < REQUEST_RECORDS) {
      bytes += records[end]!.bytes;
      count += 1;
      end += 1;
    }
    return end;
  });
}

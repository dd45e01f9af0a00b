import { deadLetterTopic, ShopkeeperError, type OutgoingRecord, type Topic } from '@shopkeeper/contracts';
import { Partitioners, type Admin, type Producer } from 'kafkajs';
import type { DeadLetter } from '../delivery/dead-letter.js';
import { TUNING, type DeliveryTuning } from '../delivery/tuning.js';
import { EventBus, type RunningSubscription, type Subscription } from '../event-bus.js';
import { SILENT, type BusLogger } from '../logger.js';
import { kafkaClient, type KafkaClientOptions } from './client.js';
import { busError } from './errors.js';
import { KafkaConsumption } from './kafka-consumption.js';
import { ProducerQueue, type Outgoing } from './producer-queue.js';
import { outgoing, outgoingLetter } from './records.js';
import { TopicAdmin } from './topic-admin.js';

export interface KafkaEventBusOptions {
  /** `kafka://host:port,host:port` */
  readonly url: string;
  readonly clientId?: string;
  readonly logger?: BusLogger;
  readonly tuning?: Partial<DeliveryTuning>;
}

/** The bus on a Kafka cluster. */
export class KafkaEventBus extends EventBus {
  private readonly queue: ProducerQueue;
  private readonly topics: TopicAdmin;
  private readonly tuning: DeliveryTuning;
  private readonly consumptions = new Set<KafkaConsumption>();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly client: KafkaClientOptions,
    private readonly producer: Producer,
    private readonly admin: Admin,
    tuning: Partial<DeliveryTuning> | undefined,
  ) {
    super();
    this.tuning = { ...TUNING, ...tuning };
    this.queue = new ProducerQueue(producer);
    this.topics = new TopicAdmin(admin, client.logger);
  }

  /** @throws ShopkeeperError CONFIG_INVALID, BUS_UNAVAILABLE */
  static async open(options: KafkaEventBusOptions): Promise<KafkaEventBus> {
    const { url, clientId = 'shopkeeper', logger = SILENT, tuning } = options;
    const client = { url, clientId, logger };
    const kafka = kafkaClient(client);
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      // More would let a retried request overtake a later one: the order of a key would break.
      maxInFlightRequests: 1,
      idempotent: false,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
    const admin = kafka.admin();
    try {
      await Promise.all([producer.connect(), admin.connect()]);
    } catch (error) {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      throw busError(error);
    }
    return new KafkaEventBus(client, producer, admin, tuning);
  }

  async createTopics(topics: readonly Topic[]): Promise<readonly string[]> {
    this.assertOpen();
    return this.topics.create(topics);
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.assertOpen();
    await this.send(records.map(outgoing));
  }

  async subscribe(subscription: Subscription): Promise<RunningSubscription> {
    this.assertOpen();
    await this.topics.assertKnown(subscription.topics.map(({ name }) => name));
    const consumption = await KafkaConsumption.start(
      {
        ...this.client,
        topics: this.topics,
        tuning: this.tuning,
        bury: (letters, group) => this.bury(letters, group),
      },
      subscription,
    );
    if (this.closing) await consumption.close();
    this.assertOpen();
    this.consumptions.add(consumption);
    return consumption;
  }

  async ping(): Promise<void> {
    this.assertOpen();
    await this.topics.ping();
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    await Promise.all([...this.consumptions].map((consumption) => consumption.close()));
    await this.queue.drained();
    await Promise.allSettled([this.producer.disconnect(), this.admin.disconnect()]);
  }

  private async bury(letters: readonly DeadLetter[], group: string): Promise<void> {
    const sources = [...new Set(letters.map(({ record }) => record.topic))];
    await this.topics.ensure(sources.map((source) => deadLetterTopic(source, group)));
    await this.send(letters.map((letter) => outgoingLetter(letter, group)));
  }

  private async send(records: readonly Outgoing[]): Promise<void> {
    await this.topics.assertKnown(records.map(({ topic }) => topic));
    try {
      await this.queue.send(records);
    } catch (error) {
      const failure = busError(error);
      if (failure.code === 'BUS_TOPIC_UNKNOWN') for (const { topic } of records) this.topics.forget(topic);
      throw failure;
    }
  }

  private assertOpen(): void {
    if (this.closing) throw new ShopkeeperError('BUS_CLOSED', 'The bus is closed.');
  }
}

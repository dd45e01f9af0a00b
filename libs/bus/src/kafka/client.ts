import { ShopkeeperError } from '@shopkeeper/contracts';
import { Kafka, logLevel, type Consumer, type KafkaConfig, type logCreator } from 'kafkajs';
import type { BusLogger } from '../logger.js';
import { stopIdleTimers } from './idle-timers.js';

export interface KafkaClientOptions {
  readonly url: string;
  readonly clientId: string;
  readonly logger: BusLogger;
}

/** The same in tests and production: under NODE_ENV=test the client has other defaults. */
export const RETRY = { retries: 5, initialRetryTime: 150, factor: 0.2, multiplier: 2, maxRetryTime: 5_000 };

/** A client of its own: consumers of one client share a cache of committed offsets per group, which two members of a group would spoil for each other. */
export function kafkaClient({ url, clientId, logger }: KafkaClientOptions): Kafka {
  stopIdleTimers();
  const config: KafkaConfig = {
    clientId,
    brokers: brokersOf(url),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: logsTo(logger),
  };
  return new Kafka(config);
}

/** A consumer with a client of its own. Its fetch loop is never held up by handlers, so heartbeats come as often as it polls. */
export const consumerOf = (options: KafkaClientOptions, groupId: string): Consumer =>
  kafkaClient(options).consumer({
    groupId,
    // How long the partitions of a process that died wait for another.
    sessionTimeout: 15_000,
    rebalanceTimeout: 60_000,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: 250,
    maxBytesPerPartition: 1_048_576,
    maxBytes: 10_485_760,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    // When the client gives up it starts the consumer anew, and health tells.
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(true) },
  });

/** @throws ShopkeeperError CONFIG_INVALID */
export function brokersOf(url: string): string[] {
  const brokers = url
    .replace(/^kafka:\/\//, '')
    .split(',')
    .map((broker) => broker.trim());
  if (brokers.every((broker) => /^[\w.-]+:\d{1,5}$/.test(broker))) return brokers;
  throw new ShopkeeperError('CONFIG_INVALID', 'BUS_URL must look like kafka://host:port,host:port');
}

/**
 * The client calls ERROR what it mends by itself (a rebalance, a coordinator that moves): nothing of it is above a warning for us. Of lost
 * connections, which it reports by the dozen, the bus tells in its own words.
 */
const logsTo =
  (logger: BusLogger): logCreator =>
  () =>
  ({ level, namespace, log: { message, ...fields } }) => {
    const about = { client: namespace, groupId: fields['groupId'] as unknown, error: fields['error'] as unknown };
    const noise = namespace === 'Connection' || namespace === 'BrokerPool';
    if (level === logLevel.ERROR && !noise) logger.warn(about, message);
    else logger.debug(about, message);
  };

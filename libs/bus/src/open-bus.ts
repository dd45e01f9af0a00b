import { ShopkeeperError } from '@shopkeeper/contracts';
import type { DeliveryTuning } from './delivery/tuning.js';
import type { EventBus } from './event-bus.js';
import type { BusLogger } from './logger.js';
import { SqliteEventBus } from './sqlite/sqlite-event-bus.js';

export interface BusOptions {
  /** `kafka://host:port,host:port`; without one the log is embedded in the data directory. */
  readonly url?: string;
  readonly dataDir: string;
  /** How this process names itself to the log. Default `shopkeeper`. */
  readonly clientId?: string;
  readonly logger?: BusLogger;
  readonly tuning?: Partial<DeliveryTuning>;
}

/**
 * Opens the log.
 * @throws ShopkeeperError CONFIG_INVALID, BUS_UNAVAILABLE, DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNWRITABLE
 */
export async function openBus(options: BusOptions): Promise<EventBus> {
  const { url, ...rest } = options;
  if (!url) return SqliteEventBus.open(rest);
  if (!url.startsWith('kafka://')) {
    throw new ShopkeeperError('CONFIG_INVALID', 'BUS_URL must look like kafka://host:port,host:port');
  }
  // Loaded only here: the embedded log must not pay for the client.
  const { KafkaEventBus } = await import('./kafka/kafka-event-bus.js');
  return KafkaEventBus.open({ ...rest, url });
}

import type { Ranker, Shoppers } from '@shopkeeper/contracts';
import type { EventBus } from '@shopkeeper/bus';
import type { Health, Logger, Metrics } from '@shopkeeper/platform';
import type { Key } from './keys.js';

/** What the gateway is given: the bus to publish to, the two services it asks, and the keys it knows. */
export interface GatewayDependencies {
  readonly bus: EventBus;
  readonly ranker: Ranker;
  readonly shoppers: Shoppers;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Empty = everybody may do everything; the start code allows that on a loopback address only. */
  readonly keys: readonly Key[];
}

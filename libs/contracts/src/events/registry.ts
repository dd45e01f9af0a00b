import type { EventDeclaration } from '../event.js';
import { ContentObserved, OfferObserved, RemovalObserved } from './catalog-change.js';
import { OfferChanged, ProductUpserted } from './catalog-product.js';
import { ModelManifestPublished, ModelRowPublished } from './model.js';
import { ShopperEventReceived } from './shopper-event.js';
import { ErasureRequested, SignalRecorded } from './shopper-signal.js';

/** Every event there is, by its name in code. */
export const EVENTS = {
  ContentObserved,
  OfferObserved,
  RemovalObserved,
  ProductUpserted,
  OfferChanged,
  ShopperEventReceived,
  SignalRecorded,
  ErasureRequested,
  ModelRowPublished,
  ModelManifestPublished,
} as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- payload types differ by event; readers narrow by `type`
const LIST: readonly EventDeclaration<any>[] = Object.values(EVENTS);

/** The event that a record of this topic and `ce_type` carries; `undefined` when nobody declared it. */
export const eventOf = (topic: string, type: string): EventDeclaration | undefined =>
  LIST.find((event) => event.type === type && event.topics.some(({ name }) => name === topic));

export const EVENT_LIST: readonly EventDeclaration[] = LIST;

import type { BatchResponse } from '@shopkeeper/contracts';

/** The two doors for what is imported. */
export type Lane = 'catalog' | 'events';

/** What an importer hands over: a product or an event, and the same as JSON. */
export interface Parcel {
  readonly value: unknown;
  readonly json: string;
}

/** What the other side did not take, by its place in the batch. */
export type Refusals = BatchResponse['errors'];

/** Where an import goes: a running shop, a bus, or nowhere. */
export interface Destination {
  /** To be told to people: `http://127.0.0.1:3000`. */
  readonly name: string;
  /**
   * Resolves when everything that was not refused is in the log. Waits for a dependency that is down, but not for ever.
   * @throws ShopkeeperError when nothing more can be delivered
   */
  send(lane: Lane, parcels: readonly Parcel[]): Promise<Refusals>;
  close(): Promise<void>;
}

/** Takes everything and keeps nothing: shows what an import would do. */
export const NOWHERE: Destination = {
  name: 'nowhere (dry run)',
  send: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

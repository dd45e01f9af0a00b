import type { EventBus } from '@shopkeeper/bus';
import { isRetriable, type OutgoingRecord } from '@shopkeeper/contracts';
import type { Destination, Lane, Parcel, Refusals } from './destination.js';
import { withPatience, type PatienceOptions } from './patience.js';

/** How the gateway reads what it is given: the same door, whichever way it is reached. */
export type Intake = (
  value: unknown,
  now: number,
) => { readonly records: readonly OutgoingRecord[] } | { readonly problem: Omit<Refusals[number], 'index'> };

/** Publishes batches to the bus itself; waits while it is down. */
export class BusDestination implements Destination {
  constructor(
    readonly name: string,
    private readonly bus: EventBus,
    private readonly intake: Readonly<Record<Lane, Intake>>,
    private readonly options: PatienceOptions = {},
  ) {}

  async send(lane: Lane, parcels: readonly Parcel[]): Promise<Refusals> {
    const now = Date.now();
    const refusals: Refusals = [];
    const records: OutgoingRecord[] = [];
    parcels.forEach(({ value }, index) => {
      const part = this.intake[lane](value, now);
      if ('problem' in part) refusals.push({ index, ...part.problem });
      else records.push(...part.records);
    });
    if (records.length > 0) await withPatience(() => this.publish(records), this.options);
    return refusals;
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  private async publish(records: readonly OutgoingRecord[]) {
    try {
      await this.bus.publish(records);
      return { done: undefined };
    } catch (error) {
      if (!isRetriable(error) || !(error instanceof Error)) throw error;
      return { again: error.message, failure: error };
    }
  }
}

import type { BatchContext, Delivery, EventBus, Outcome } from '@shopkeeper/bus';
import { SHOPPER_EVENT, ShopperEventReceived, type OutgoingRecord, type SignalRecorded } from '@shopkeeper/contracts';
import { A_MOMENT, anEvent } from '@shopkeeper/contracts/testing';
import { Metrics, createLogger } from '@shopkeeper/platform';
import { evidenceOf, type Evidence } from '@shopkeeper/recommender';
import type { ShopperMemory } from '@shopkeeper/stores';
import { Eraser } from '../eraser.js';
import { Identities } from '../identities.js';
import { SignalRecorder } from '../signal-recorder.js';

export const minutesLater = (minutes: number): string =>
  new Date(Date.parse(A_MOMENT) + minutes * 60_000).toISOString();

let messages = 0;
/** A view by a device, `minute` minutes after A_MOMENT; every one has an id of its own. */
export const aView = (
  anonymousId: string,
  minute = 0,
  over: Partial<ShopperEventReceived> = {},
): ShopperEventReceived => {
  const timestamp = minutesLater(minute);
  return anEvent({ anonymousId, messageId: `m-${++messages}`, timestamp, receivedAt: timestamp, ...over });
};

/** One instance of the service without a bus: batches go in by hand, signals come out in a list. */
export class Recording {
  readonly signals: SignalRecorded[] = [];
  /** Throws to let the instance fail there. */
  onPublish: () => void = () => undefined;
  readonly recorder: SignalRecorder;
  readonly eraser: Eraser;
  readonly abort = new AbortController();

  constructor(private readonly shoppers: ShopperMemory) {
    const bus = {
      publish: async (records: readonly OutgoingRecord[]) => {
        this.onPublish();
        this.signals.push(...records.map(({ value }) => JSON.parse(value ?? 'null') as SignalRecorded));
      },
    } as EventBus;
    const logger = createLogger({ service: 'user-signal', level: 'silent' });
    this.recorder = new SignalRecorder(bus, shoppers, new Identities(shoppers), new Metrics());
    this.eraser = new Eraser(shoppers, logger);
  }

  record(offset: number, ...events: readonly ShopperEventReceived[]): Promise<readonly Outcome[]> {
    const topic = SHOPPER_EVENT.name;
    const context: BatchContext = { topic, partition: 0, signal: this.abort.signal };
    const deliveries = events.map((payload, n): Delivery<ShopperEventReceived> => ({
      event: ShopperEventReceived,
      payload,
      key: payload.anonymousId,
      topic,
      partition: 0,
      offset: offset + n,
      headers: {},
      timestamp: Date.parse(payload.receivedAt),
    }));
    return this.recorder.record(deliveries, context);
  }

  /** Lets the memory group catch up with the signals. */
  async remember(): Promise<void> {
    const additions = new Map<string, Evidence[]>();
    for (const signal of this.signals) {
      additions.set(signal.shopperId, [...(additions.get(signal.shopperId) ?? []), ...evidenceOf(signal)]);
    }
    await this.shoppers.remember(additions);
  }

  /** What the log says without regard to where a signal stands: one line per signal. */
  get said(): readonly string[] {
    return this.signals.map(
      ({ signalId, sessionId, seq, shopperId }) => `${signalId} ${sessionId} ${seq} ${shopperId}`,
    );
  }
}

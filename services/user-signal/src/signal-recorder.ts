import { Injectable } from '@nestjs/common';
import { EventBus, type BatchContext, type Delivery, type Outcome } from '@shopkeeper/bus';
import { SignalRecorded, recordOf, type ShopperEventReceived } from '@shopkeeper/contracts';
import {
  foldEvents,
  isForgotten,
  isUserKey,
  legible,
  readEvent,
  type EventProblem,
  type FoldedEvents,
  type LegibleEvent,
} from '@shopkeeper/recommender';
import { Metrics } from '@shopkeeper/platform';
import { ShopperMemory } from '@shopkeeper/stores';
import { Identities, type Known } from './identities.js';

const SOURCE = '/services/user-signal';

/**
 * From events to signals. Order of work: pseudonyms, signals out and acknowledged, memories joined, sessions written. All but the random
 * pseudonyms is computed from what was written, so a repeat after a crash at any point says the same again, under the same ids.
 */
@Injectable()
export class SignalRecorder {
  private readonly events;

  constructor(
    private readonly bus: EventBus,
    private readonly shoppers: ShopperMemory,
    private readonly identities: Identities,
    metrics: Metrics,
  ) {
    this.events = metrics.counter('shopkeeper_shopper_events_total', "Shoppers' events by what became of them", [
      'result',
    ]);
  }

  async record(
    deliveries: readonly Delivery<ShopperEventReceived>[],
    context: BatchContext,
  ): Promise<readonly Outcome[]> {
    const first = deliveries[0];
    const last = deliveries.at(-1);
    if (!first || !last) return [];
    const partition = `${context.topic}/${context.partition}`;
    const turn = this.identities.cache.turnAt(partition, first.offset);
    const { outcomes, events } = this.readAll(deliveries);
    const known = await this.identities.known(events, turn);
    const remembered = events.filter(({ event, device, user }) => {
      const forgottenAt = [device, user].map((key) => (key === null ? null : (known.forgottenAt.get(key) ?? null)));
      return !forgottenAt.some((moment) => isForgotten(event, moment));
    });
    const isUsers = await this.identities.claim(remembered, known);
    const folded = foldEvents(remembered, known.links, isUsers);
    if (!(await this.write(folded, context))) return outcomes.map(() => ({ retry: 'the partition was taken away' }));
    this.cache(known, folded, turn);
    this.identities.cache.advance(partition, turn, last.offset + 1);
    this.count(outcomes, events.length - remembered.length, folded);
    return outcomes;
  }

  private readAll(deliveries: readonly Delivery<ShopperEventReceived>[]) {
    const outcomes: Outcome[] = [];
    const events: LegibleEvent[] = [];
    for (const { payload } of deliveries) {
      const read = payload && readEvent(payload);
      outcomes.push(read && 'problem' in read ? poison(read.problem) : 'done');
      if (read && 'signal' in read) events.push(legible(payload, read.signal));
    }
    return { outcomes, events };
  }

  /** Answers false when the partition is no longer ours: then the sessions are another instance's to write. */
  private async write({ signals, joins, devices }: FoldedEvents, context: BatchContext): Promise<boolean> {
    if (context.signal.aborted) return false;
    if (signals.length > 0) {
      await this.bus.publish(
        signals.map((signal) =>
          recordOf(SignalRecorded, signal, { source: SOURCE, id: signal.signalId, time: signal.occurredAt }),
        ),
      );
    }
    // Before the links: a device that already points at the user would not be joined again after a crash.
    for (const { from, into } of joins) await this.shoppers.join(from, into);
    if (context.signal.aborted) return false;
    if (devices.size > 0) await this.shoppers.putLinks([...devices].map(([key, link]) => ({ key, ...link })));
    return true;
  }

  private cache(known: Known, folded: FoldedEvents, turn: object): void {
    for (const [key, link] of known.links) {
      const latest = folded.devices.get(key) ?? link;
      const forgottenAt = known.forgottenAt.get(key) ?? null;
      this.identities.cache.set(key, { link: latest, forgottenAt }, isUserKey(key) ? null : turn);
    }
  }

  private count(outcomes: readonly Outcome[], forgotten: number, { signals, duplicates }: FoldedEvents): void {
    const unreadable = outcomes.filter((outcome) => outcome !== 'done').length;
    const nothing = outcomes.length - unreadable - forgotten - duplicates - signals.length;
    const results = { signal: signals.length, duplicate: duplicates, forgotten, unreadable, nothing };
    for (const [result, times] of Object.entries(results)) if (times > 0) this.events.inc({ result }, times);
  }
}

const poison = ({ code, path, message }: EventProblem): Outcome => ({
  poison: `${code}: ${path} ${message}`,
  errorClass: code,
});

import type { Topic } from '@shopkeeper/contracts';
import { pause, retryDelay, type DeliveryTuning } from '../delivery/tuning.js';
import type { Subscription } from '../event-bus.js';
import type { BusLogger } from '../logger.js';
import type { TopicAdmin, Watermarks } from './topic-admin.js';

export type Place = `${string}/${number}`;
export const placeOf = (topic: string, partition: number): Place => `${topic}/${partition}`;

/** Where a reader begins: as asked, if the topic holds that position. */
export function readerStart(subscription: Subscription, marks: Watermarks, logger: BusLogger): number {
  const { topic, partition, low, high } = marks;
  const place = placeOf(topic, partition);
  const asked = subscription.startAt?.get(place) ?? (subscription.from === 'end' ? high : low);
  if (asked >= low && asked <= high) return asked;
  const about = { group: subscription.group, place, asked, low, high };
  logger.warn(about, 'the topic does not hold the position asked for; reading from the beginning');
  return low;
}

/** Where a member begins: at the offsets its group has committed, at the first record where it has none. Asks until Kafka answers. */
export async function sharedStarts(
  groupId: string,
  topics: readonly Topic[],
  from: {
    readonly admin: TopicAdmin;
    readonly tuning: DeliveryTuning;
    readonly logger: BusLogger;
    readonly stop: AbortSignal;
  },
): Promise<ReadonlyMap<Place, number>> {
  for (let attempt = 1; !from.stop.aborted; attempt += 1) {
    try {
      const [marks, committed] = await Promise.all([
        from.admin.watermarks(topics),
        from.admin.committed(groupId, topics),
      ]);
      const places = marks.map(({ topic, partition, low }) => [placeOf(topic, partition), low] as const);
      return new Map(places.map(([place, low]) => [place, committed.get(place) ?? low]));
    } catch (error) {
      from.logger.warn({ group: groupId, error: String(error) }, 'committed offsets could not be read');
      await pause(retryDelay(attempt, from.tuning), from.stop);
    }
  }
  return new Map();
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '../event-bus.js';
import { placeOf, type Place } from './start-positions.js';
import type { TopicAdmin, Watermarks } from './topic-admin.js';

const LOOK_EVERY_MS = 100;

/** How far a subscription has come: by its own account where it has a partition, by its group's commits where another member has it. */
export class Progress {
  private readonly own = new Map<Place, number>();
  private readonly ends = new Map<Place, number>();

  constructor(
    private readonly groupId: string,
    private readonly subscription: Subscription,
    private readonly admin: TopicAdmin,
    private readonly has: (place: Place) => boolean,
  ) {}

  /** What `caughtUp` waits for. */
  begin(marks: readonly Watermarks[]): void {
    for (const { topic, partition, high } of marks) this.ends.set(placeOf(topic, partition), high);
  }

  at(place: Place): number {
    return this.own.get(place) ?? 0;
  }

  move(place: Place, next: number): void {
    this.own.set(place, next);
  }

  positions(): ReadonlyMap<string, number> {
    return new Map(this.own);
  }

  async caughtUp(closed: AbortSignal): Promise<void> {
    for (;;) {
      if (closed.aborted) {
        throw new ShopkeeperError('BUS_CLOSED', `${this.subscription.group} was closed before it had caught up`);
      }
      const behind = [...this.ends].filter(([place, end]) => this.at(place) < end);
      if (behind.length === 0) return;
      if (this.subscription.mode === 'shared' && behind.every(([place]) => !this.has(place))) {
        const committed = await this.admin.committed(this.groupId, this.subscription.topics);
        if (behind.every(([place, end]) => (committed.get(place) ?? 0) >= end)) return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async lag(): Promise<number> {
    const { topics, mode } = this.subscription;
    const [marks, committed] = await Promise.all([
      this.admin.watermarks(topics),
      mode === 'shared' ? this.admin.committed(this.groupId, topics) : new Map<string, number>(),
    ]);
    return marks.reduce((sum, { topic, partition, low, high }) => {
      const place = placeOf(topic, partition);
      const next = this.has(place) ? this.own.get(place) : undefined;
      return sum + Math.max(0, high - Math.max(low, next ?? committed.get(place) ?? 0));
    }, 0);
  }
}

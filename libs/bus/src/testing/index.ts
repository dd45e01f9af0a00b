import type { Topic } from '@shopkeeper/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryTuning } from '../delivery/tuning.js';
import type { EventBus } from '../event-bus.js';
import { SqliteEventBus } from '../sqlite/sqlite-event-bus.js';

/** A real bus for tests of services: embedded, in a directory of its own. */
export interface TestBus {
  readonly bus: EventBus;
  /** Resolves once the group has handled everything that is in the topic now. */
  settled(topic: Topic, group: string): Promise<void>;
  /** Closes it and removes its directory. */
  remove(): Promise<void>;
}

/** Short pauses while a dependency is down, so that tests need not wait. */
const QUICK: Partial<DeliveryTuning> = { retryFirstMs: 5, retryMaxMs: 100, closeGraceMs: 2_000 };

export async function openTestBus(tuning: Partial<DeliveryTuning> = {}): Promise<TestBus> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-bus-'));
  const bus = await SqliteEventBus.open({ dataDir, tuning: { ...QUICK, ...tuning } });
  return {
    bus,
    settled: (topic, group) => bus.settled(topic, group),
    remove: async () => {
      await bus.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

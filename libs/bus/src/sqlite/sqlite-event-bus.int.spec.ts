import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBus } from '../event-bus.js';
import { eventBusConformance } from '../testing/event-bus.conformance.js';
import { SqliteEventBus } from './sqlite-event-bus.js';

eventBusConformance('SqliteEventBus', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bus-'));
  let open: EventBus | undefined;
  return {
    open: async (tuning = {}) => {
      open = await SqliteEventBus.open({
        dataDir,
        tuning: { retryFirstMs: 10, retryMaxMs: 200, closeGraceMs: 2000, ...tuning },
      });
      return open;
    },
    remove: async () => {
      await open?.close();
      await rm(dataDir, { recursive: true });
    },
  };
});

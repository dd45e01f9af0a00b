import { describe, inject } from 'vitest';
import type { EventBus } from '../event-bus.js';
import { eventBusConformance } from '../testing/event-bus.conformance.js';
import { KafkaEventBus } from './kafka-event-bus.js';

const url = inject('kafkaUrl');

describe.skipIf(!url)('on a real Kafka', () => {
  eventBusConformance('KafkaEventBus', async () => {
    const open: EventBus[] = [];
    return {
      open: async (tuning = {}) => {
        const bus = await KafkaEventBus.open({
          url: url!,
          tuning: { retryFirstMs: 10, retryMaxMs: 200, closeGraceMs: 2000, ...tuning },
        });
        open.push(bus);
        return bus;
      },
      remove: async () => {
        await Promise.all(open.map((bus) => bus.close()));
      },
    };
  });
});

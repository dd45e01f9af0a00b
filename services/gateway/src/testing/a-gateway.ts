import {
  ShopkeeperError,
  type MemoryResponse,
  type OutgoingRecord,
  type RecommendRequest,
} from '@shopkeeper/contracts';
import { EventBus, type RunningSubscription } from '@shopkeeper/bus';
import { createLogger, Health, Metrics } from '@shopkeeper/platform';
import { createGateway } from '../gateway.js';
import { readKeys } from '../keys.js';

/** Takes everything and remembers it, or refuses everything while `down`. */
export class RecordingBus extends EventBus {
  readonly published: OutgoingRecord[] = [];
  down = false;

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.down) return Promise.reject(new ShopkeeperError('BUS_UNAVAILABLE', 'no log', { retriable: true }));
    this.published.push(...records);
    return Promise.resolve();
  }
  createTopics(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
  subscribe(): Promise<RunningSubscription> {
    return Promise.reject(new Error('the gateway does not consume'));
  }
  ping(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A gateway over a recording bus; `asked` holds the questions that reached ranking. */
export async function aGateway(options: { keys?: string; memory?: MemoryResponse } = {}) {
  const bus = new RecordingBus();
  const asked: RecommendRequest[] = [];
  const health = new Health();
  const app = await createGateway({
    bus,
    ranker: {
      recommend: (request) => {
        asked.push(request);
        return Promise.resolve(JSON.stringify({ items: [] }));
      },
    },
    shoppers: {
      memory: (id) => Promise.resolve(id === 'a-1' ? (options.memory ?? null) : null),
      resolve: (id) => Promise.resolve(id === 'a-1' ? 's-1' : null),
    },
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    metrics: new Metrics(),
    health,
    keys: readKeys(options.keys),
  });
  const post = async (url: string, payload: unknown, headers: Record<string, string> = {}) => {
    const response = await app.inject({
      method: 'POST',
      url,
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
  };
  return { app, bus, asked, health, post };
}

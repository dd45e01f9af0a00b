import {
  Problem,
  RecommendResponse,
  ShopkeeperError,
  type CatalogChange,
  type EventRequest,
  type RecommendedItem,
  type RecommendRequest,
} from '@shopkeeper/contracts';
import { reasonOf } from '../import/http-destination.js';

const TIMEOUT = 10_000;

/** A running shop, as a storefront's server talks to it. */
export class ShopClient {
  constructor(
    private readonly url: string,
    private readonly key?: string,
  ) {}

  async recommend(request: Omit<RecommendRequest, 'limit'> & { limit: number }): Promise<readonly RecommendedItem[]> {
    return RecommendResponse.parse(await this.post('/v1/recommendations', request)).items;
  }

  /** Resolves when the log has taken the events. */
  async send(events: readonly Partial<EventRequest>[]): Promise<void> {
    await this.post('/v1/events', events);
  }

  /** Resolves when the log has taken the change. */
  async change(change: CatalogChange): Promise<void> {
    await this.post('/v1/catalog/changes', change);
  }

  /** @throws ShopkeeperError with what the shop said, or that there is none */
  private async post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.key && { authorization: `Bearer ${this.key}` }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch((error: unknown) => {
      const advice = 'start one with "shopkeeper start", or say --url';
      throw new ShopkeeperError('NOT_READY', `No shop answers on ${this.url} (${reasonOf(error)}): ${advice}`, {
        cause: error,
      });
    });
    const answer: unknown = await response.json();
    if (response.ok && response.status !== 207) return answer;
    const problem = Problem.safeParse(answer).data;
    throw new ShopkeeperError('REQUEST_INVALID', `${path}: ${problem?.detail ?? JSON.stringify(answer).slice(0, 300)}`);
  }
}

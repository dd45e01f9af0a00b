import {
  BatchResponse,
  MemoryResponse,
  RecommendResponse,
  type CatalogChange,
  type CatalogItem,
  type EventRequest,
  type RecommendRequest,
} from '@shopkeeper/contracts';

/** A question as a caller writes it: `limit` may be missing. */
export type Question = Omit<RecommendRequest, 'limit'> & { readonly limit?: number };

/** Lines of an import that fit into one request. */
const LINES = 1000;

/** A storefront and its back office, over HTTP alone. */
export class Client {
  constructor(readonly url: string) {}

  async recommend(question: Question): Promise<RecommendResponse> {
    const response = await this.post('/v1/recommendations', question);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return RecommendResponse.parse(await response.json());
  }

  async shown(question: Question): Promise<readonly string[]> {
    return (await this.recommend(question)).items.map(({ productId }) => productId);
  }

  /** Resolves when acknowledged. */
  change(...changes: readonly CatalogChange[]): Promise<void> {
    return this.taken('/v1/catalog/changes', { changes });
  }

  /** Resolves when acknowledged. */
  send(...events: readonly Partial<EventRequest>[]): Promise<void> {
    return this.taken('/v1/events', events);
  }

  importCatalog(items: readonly CatalogItem[]): Promise<void> {
    return this.importLines('/v1/catalog/import', items);
  }

  importEvents(events: readonly object[]): Promise<void> {
    return this.importLines('/v1/events/import', events);
  }

  /** `null` for somebody unknown. */
  async memory(id: string): Promise<MemoryResponse | null> {
    const response = await fetch(`${this.url}/v1/shoppers/${encodeURIComponent(id)}/memory`);
    if (response.status === 404) return null;
    return MemoryResponse.parse(await response.json());
  }

  async forget(id: string): Promise<void> {
    const response = await fetch(`${this.url}/v1/shoppers/${encodeURIComponent(id)}/memory`, { method: 'DELETE' });
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.request(path, 'application/json', JSON.stringify(body));
  }

  postLines(path: string, lines: readonly string[]): Promise<Response> {
    return this.request(path, 'application/x-ndjson', lines.join('\n'));
  }

  /** The values of one metric, by its labels as written. */
  async metric(name: string): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(name.length, end), Number(line.slice(end + 1))];
      }),
    );
  }

  private async importLines(path: string, values: readonly object[]): Promise<void> {
    for (let from = 0; from < values.length; from += LINES) {
      const lines = values.slice(from, from + LINES).map((value) => JSON.stringify(value));
      await accept(await this.postLines(path, lines));
    }
  }

  private async taken(path: string, body: unknown): Promise<void> {
    await accept(await this.post(path, body));
  }

  private request(path: string, type: string, body: string): Promise<Response> {
    return fetch(this.url + path, { method: 'POST', headers: { 'content-type': type }, body });
  }
}

async function accept(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status !== 202) throw new Error(`${response.status} ${text}`);
  BatchResponse.parse(JSON.parse(text));
}

import { BatchResponse, Problem, ShopkeeperError } from '@shopkeeper/contracts';
import type { Destination, Lane, Parcel, Refusals } from './destination.js';
import { withPatience, type Attempt, type PatienceOptions } from './patience.js';

const PATHS: Readonly<Record<Lane, string>> = { catalog: '/v1/catalog/import', events: '/v1/events/import' };
const TIMEOUT = 60_000;

export interface HttpOptions extends PatienceOptions {
  readonly key?: string | undefined;
}

/** Hands batches to a running shop as JSON lines; waits while it answers 503 or 429 or does not answer at all. */
export class HttpDestination implements Destination {
  readonly name: string;

  constructor(
    url: string,
    private readonly options: HttpOptions = {},
  ) {
    this.name = url.replace(/\/+$/, '');
  }

  async send(lane: Lane, parcels: readonly Parcel[]): Promise<Refusals> {
    if (parcels.length === 0) return [];
    const answer = await withPatience(() => this.post(lane, parcels), this.options);
    if (answer !== 'too large') return answer;
    const half = Math.ceil(parcels.length / 2);
    const first = await this.send(lane, parcels.slice(0, half));
    const second = await this.send(lane, parcels.slice(half));
    return [...first, ...second.map((refusal) => ({ ...refusal, index: refusal.index + half }))];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async post(lane: Lane, parcels: readonly Parcel[]): Promise<Attempt<Refusals | 'too large'>> {
    const { key } = this.options;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(this.name + PATHS[lane], {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...(key && { authorization: `Bearer ${key}` }) },
        body: parcels.map(({ json }) => json).join('\n') + '\n',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      body = await jsonOf(response);
    } catch (error) {
      const failure = new ShopkeeperError('BUS_UNAVAILABLE', `${this.name} does not answer: ${reasonOf(error)}`, {
        retriable: true,
        cause: error,
      });
      return { again: `${this.name} does not answer`, failure };
    }
    return this.judge(response, body, parcels);
  }

  private judge(response: Response, body: unknown, parcels: readonly Parcel[]): Attempt<Refusals | 'too large'> {
    const batch = BatchResponse.safeParse(body);
    if (batch.success) return { done: batch.data.errors };
    const problem = Problem.safeParse(body).data;
    const said = problem ? `${problem.detail} (${problem.code})` : `status ${response.status}`;
    const failure = new ShopkeeperError('REQUEST_INVALID', `${this.name} refused the import: ${said}`);
    if (response.status === 503 || response.status === 429) {
      const afterMs = retryAfterOf(response.headers.get('retry-after'));
      return { again: `${this.name} asks to wait: ${said}`, failure, ...(afterMs !== undefined && { afterMs }) };
    }
    if (response.status === 413 && parcels.length > 1) return { done: 'too large' };
    const [only] = parcels;
    if (problem && only && parcels.length === 1 && isAboutTheItem(response.status)) {
      return { done: [{ index: 0, code: problem.code, detail: problem.detail }] };
    }
    throw failure;
  }
}

const isAboutTheItem = (status: number): boolean => status === 400 || status === 413 || status === 422;

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: the status alone decides.
    return undefined;
  }
}

/** Seconds or a date, as ms from now; at most a minute, so that a wrong clock does not stop the import. */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : undefined;
}

export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ('code' in cause && cause.code ? String(cause.code) : cause.message) : String(cause);
}

/** True when a shop answers there within a second. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/healthz/live`, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Nobody there is an answer as well.
    return false;
  }
}

import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { ShopkeeperError } from '@shopkeeper/contracts';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BatchContext, EventBus, LogRecord, Outcome, RunningSubscription } from '../event-bus.js';
import { SILENT, type BusLogger } from '../logger.js';
import { decode, type Decoded } from './decode.js';
import { instrument } from './instrument.js';
import { NO_METRICS, type BusMetrics } from './metrics.js';
import { askedBy, BUS_TRANSPORT, type Delivery } from './on.js';
import { type ReadPositions } from './read-positions.js';
import { groupRoutes, type GroupRoutes, type Route } from './routes.js';

export interface BusServerOptions {
  readonly bus: EventBus;
  /** Names the consumer groups: `<service>`, `<service>-<group>`. */
  readonly service: string;
  readonly logger?: BusLogger;
  readonly metrics?: BusMetrics;
}

interface Running {
  readonly routes: GroupRoutes;
  readonly subscription: RunningSubscription;
}

/** Nest's way to the bus: serves the `@On` methods of a microservice's controllers. */
export class BusServer extends Server implements CustomTransportStrategy, ReadPositions {
  override readonly transportId = BUS_TRANSPORT;
  private readonly routes: Route[] = [];
  private readonly strays: string[] = [];
  private readonly starts = new Map<string, ReadonlyMap<string, number>>();
  private running: readonly Running[] = [];
  private state: 'new' | 'listening' | 'closed' = 'new';
  private stopGauges: () => void = () => undefined;

  constructor(private readonly options: BusServerOptions) {
    super();
  }

  /** Called by Nest for each handler it finds. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    _isEvent?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    const asked = askedBy(extras);
    if (asked) this.routes.push({ asked, invoke: callback });
    else this.strays.push(String(pattern));
  }

  /** Subscribes all handlers; calls back when they consume, or with the error. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.subscribeAll();
    } catch (error) {
      return callback(error);
    }
    callback();
  }

  startAt(group: string, positions: ReadonlyMap<string, number>): void {
    if (this.state !== 'new')
      throw new ShopkeeperError('INTERNAL', `startAt(${group}) after the server began to listen`);
    this.starts.set(group, positions);
  }

  positions(group: string): ReadonlyMap<string, number> {
    const all = this.running.filter(({ routes }) => routes.group === group);
    return new Map(all.flatMap(({ subscription }) => [...subscription.positions()]));
  }

  /** Resolves once every reader has handled what was in its topics when it began. */
  async caughtUp(): Promise<void> {
    const readers = this.running.filter(({ routes }) => routes.mode === 'reader');
    await Promise.all(readers.map(({ subscription }) => subscription.caughtUp()));
  }

  /** Records in the topics that this service has not handled yet, over all its groups. */
  async lag(): Promise<number> {
    const lags = await Promise.all(this.running.map(({ subscription }) => subscription.lag()));
    return lags.reduce((sum, lag) => sum + lag, 0);
  }

  /** `down`: not listening or stopped for good. `degraded`: waits for a dependency. */
  health(): { readonly status: 'ok' | 'degraded' | 'down'; readonly detail?: string } {
    if (this.state !== 'listening')
      return { status: 'down', detail: this.state === 'new' ? 'not listening' : 'closed' };
    const ill = this.running
      .map(({ subscription }) => ({ group: subscription.group, ...subscription.health() }))
      .filter(({ ok }) => !ok);
    if (ill.length === 0) return { status: 'ok' };
    const detail = ill.map(({ group, detail: why }) => `${group}: ${why ?? 'waits'}`).join('; ');
    return { status: ill.some(({ stopped }) => stopped) ? 'down' : 'degraded', detail };
  }

  /** Takes no new records and waits for the work in hand. The bus stays open: others may use it. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.stopGauges();
    await Promise.all(this.running.map(({ subscription }) => subscription.close()));
  }

  on(event: string): never {
    throw new ShopkeeperError('INTERNAL', `the bus server has no event ${event}; ask health()`);
  }

  unwrap<T>(): T {
    return this.options.bus as T;
  }

  private async subscribeAll(): Promise<void> {
    if (this.strays.length > 0) {
      throw new ShopkeeperError('CONFIG_INVALID', `only @On handlers can be served, not ${this.strays.join(', ')}`);
    }
    const { bus, service, metrics = NO_METRICS, logger = SILENT } = this.options;
    const groups = groupRoutes(service, this.routes);
    const strange = [...this.starts.keys()].find(
      (group) => !groups.some((routes) => routes.group === group && routes.mode === 'reader'),
    );
    if (strange) throw new ShopkeeperError('CONFIG_INVALID', `startAt names ${strange}, which no reader handler uses`);
    const settled = await Promise.allSettled(
      groups.map(async (routes) => ({ routes, subscription: await this.subscribe(routes, bus, metrics) })),
    );
    this.running = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed) {
      await this.close();
      throw failed.reason;
    }
    this.state = 'listening';
    this.stopGauges = watchLag(this.running, metrics, logger);
  }

  private subscribe(routes: GroupRoutes, bus: EventBus, metrics: BusMetrics): Promise<RunningSubscription> {
    const { group, mode, from, topics, maxBatch } = routes;
    const startAt = mode === 'reader' ? this.starts.get(group) : undefined;
    return bus.subscribe({
      group,
      topics,
      mode,
      ...(startAt && { startAt }),
      ...(from && { from }),
      ...(maxBatch && { maxBatch }),
      handle: instrument(group, metrics, (records, context) => handleBatch(routes, records, context)),
    });
  }
}

/** Hands runs of deliveries for the same handler to it, in order; the first retry ends the batch, so that order per key holds. */
async function handleBatch(
  routes: GroupRoutes,
  records: readonly LogRecord[],
  context: BatchContext,
): Promise<readonly Outcome[]> {
  const decoded = records.map((record) => decode(record, routes));
  const handlers = new Set(decoded.flatMap((each) => ('route' in each ? each.route : [])));
  const outcomes: (Outcome | undefined)[] = decoded.map((each) => ('outcome' in each ? each.outcome : undefined));
  if (handlers.size <= 1) {
    await settleRun(decoded, outcomes, 0, decoded.length, context);
    return outcomes as Outcome[];
  }
  for (let start = 0; start < decoded.length;) {
    const end = endOfRun(decoded, start);
    await settleRun(decoded, outcomes, start, end, context);
    const retry = outcomes.slice(start, end).find((outcome) => typeof outcome === 'object' && 'retry' in outcome);
    if (retry) return outcomes.map((outcome, index) => (index < end ? outcome! : retry));
    start = end;
  }
  return outcomes as Outcome[];
}

function endOfRun(decoded: readonly Decoded[], start: number): number {
  let route: Route | undefined;
  for (let index = start; index < decoded.length; index += 1) {
    const each = decoded[index]!;
    if (!('route' in each)) continue;
    if (route && each.route !== route) return index;
    route = each.route;
  }
  return decoded.length;
}

async function settleRun(
  decoded: readonly Decoded[],
  outcomes: (Outcome | undefined)[],
  start: number,
  end: number,
  context: BatchContext,
): Promise<void> {
  const at: number[] = [];
  const deliveries: Delivery[] = [];
  let route: Route | undefined;
  for (let index = start; index < end; index += 1) {
    const each = decoded[index]!;
    if (!('route' in each)) continue;
    route = each.route;
    at.push(index);
    deliveries.push(each.delivery);
  }
  if (!route) return;
  const answers = await invoke(route, deliveries, context);
  at.forEach((index, nth) => (outcomes[index] = answers ? answers[nth] : 'done'));
}

async function invoke(
  route: Route,
  deliveries: readonly Delivery[],
  context: BatchContext,
): Promise<readonly Outcome[] | undefined> {
  const result: unknown = await route.invoke(deliveries, context);
  // An interceptor makes an Observable of the answer; one that completes without a value has nothing to object.
  const answer: unknown = isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result;
  if (answer === undefined || answer === null) return undefined;
  if (Array.isArray(answer) && answer.length === deliveries.length) return answer as Outcome[];
  const what = Array.isArray(answer) ? `${answer.length} outcomes` : typeof answer;
  throw new TypeError(`${route.asked.name} answered ${what} for ${deliveries.length} deliveries`);
}

const LAG_EVERY_MS = 15_000;

function watchLag(running: readonly Running[], metrics: BusMetrics, logger: BusLogger): () => void {
  const gauge = metrics.gauge('shopkeeper_bus_lag_records', 'Records a group has not handled yet', ['group']);
  const look = async ({ subscription }: Running) => {
    try {
      gauge.set({ group: subscription.group }, await subscription.lag());
    } catch (error) {
      logger.warn({ group: subscription.group, error }, 'lag could not be read');
    }
  };
  const timer = setInterval(() => running.forEach((each) => void look(each)), LAG_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

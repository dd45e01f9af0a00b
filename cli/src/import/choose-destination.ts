import { TOPICS } from '@shopkeeper/contracts';
import { BusDestination } from './bus-destination.js';
import { NOWHERE, type Destination } from './destination.js';
import { answers, HttpDestination } from './http-destination.js';
import type { PatienceOptions } from './patience.js';

export interface Whither extends PatienceOptions {
  readonly dryRun?: boolean | undefined;
  /** A running shop. */
  readonly to?: string | undefined;
  readonly key?: string | undefined;
  /** `kafka://host:9092,host:9092` */
  readonly bus?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const defaultUrl = (env: Whither['env']): string =>
  `http://${env['HOST'] || '127.0.0.1'}:${env['PORT'] || '3000'}`;

/**
 * Where an import goes: where it is told to; else to the bus of `BUS_URL`; else to the shop that answers on this machine; else into the data
 * directory, for the next start to read.
 * @throws ShopkeeperError CONFIG_INVALID, BUS_UNAVAILABLE, DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNWRITABLE
 */
export async function chooseDestination(whither: Whither): Promise<Destination> {
  const { dryRun, to, bus, env } = whither;
  if (dryRun) return NOWHERE;
  const key = whither.key ?? env['SHOPKEEPER_KEY'];
  if (to !== undefined) return new HttpDestination(to, { ...whither, key });
  const url = bus ?? env['BUS_URL'];
  if (!url && whither.dataDir === undefined && (await answers(defaultUrl(env)))) {
    return new HttpDestination(defaultUrl(env), { ...whither, key });
  }
  return openBusDestination(url || undefined, whither.dataDir ?? (env['DATA_DIR'] || './data'), whither);
}

async function openBusDestination(
  url: string | undefined,
  dataDir: string,
  options: PatienceOptions,
): Promise<Destination> {
  // Loaded only here: an import over HTTP needs neither a log nor a server.
  const [{ openBus }, { takeEvent, takeItem }] = await Promise.all([
    import('@shopkeeper/bus'),
    import('@shopkeeper/gateway'),
  ]);
  const bus = await openBus({ ...(url !== undefined && { url }), dataDir });
  // On a broker that others run, topics are made by `shopkeeper topics` alone.
  if (url === undefined) await bus.createTopics(TOPICS);
  const intake = {
    catalog: takeItem,
    events: (value: unknown, now: number) => takeEvent(value, now, 'import' as const),
  };
  return new BusDestination(url ?? `the data directory ${dataDir}`, bus, intake, options);
}

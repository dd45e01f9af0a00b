import type { INestMicroservice } from '@nestjs/common';
import { BusServer, openBus, type EventBus } from '@shopkeeper/bus';
import { CatalogSyncModule } from '@shopkeeper/catalog-sync';
import { TOPICS } from '@shopkeeper/contracts';
import { EmbeddingModule } from '@shopkeeper/embedding';
import { createGateway, type Key } from '@shopkeeper/gateway';
import { LearningModule } from '@shopkeeper/learning';
import { createLogger, Health, Metrics, runConsumer, type LogLevel } from '@shopkeeper/platform';
import { Recommendations, RankingModule } from '@shopkeeper/ranking';
import { openStores, type Stores } from '@shopkeeper/stores';
import { ShopperQuestions, UserSignalModule } from '@shopkeeper/user-signal';

export interface ShopOptions {
  readonly dataDir: string;
  readonly busUrl?: string | undefined;
  readonly storeUrl?: string | undefined;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly keys: readonly Key[];
  readonly logLevel: LogLevel;
}

/** All services of Shopkeeper in this process. */
export interface Shop {
  readonly url: string;
  readonly bus: EventBus;
  readonly stores: Stores;
  readonly health: Health;
  /** Records that some service has not handled yet. */
  lag(): Promise<number>;
  /** Stops taking requests, lets the work in hand finish, closes log and store. */
  close(): Promise<void>;
}

/**
 * Starts the six services with the adapters that the options name. Answers when the gateway listens; `health` tells when it is ready.
 * @throws ShopkeeperError DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNWRITABLE, BUS_UNAVAILABLE, STORE_UNAVAILABLE, CONFIG_INVALID
 */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const { dataDir, busUrl, storeUrl, logLevel } = options;
  const logger = (service: string) => createLogger({ service, level: logLevel });
  const metrics = new Metrics();
  metrics.collectProcess();
  const health = new Health();
  const servers: BusServer[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  // Last opened, first closed: whoever consumes goes before what it writes to.
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const bus = await openBus({ ...(busUrl && { url: busUrl }), dataDir, logger: logger('bus') });
    closing.push(() => bus.close());
    const stores = await openStores({ url: storeUrl, dataDir, logger: logger('stores') });
    closing.push(() => stores.close());
    await bus.createTopics(TOPICS);

    /** A service with its own consumer groups; it is healthy while it consumes. */
    const consume = async (
      service: string,
      module: (server: BusServer) => Parameters<typeof runConsumer>[0]['module'],
    ) => {
      const server = new BusServer({ bus, service, logger: logger(service), metrics });
      servers.push(server);
      health.register(`${service}.consumer`, () => server.health());
      const app: INestMicroservice = await runConsumer({
        module: module(server),
        strategy: server,
        logger: logger(service),
      });
      closing.push(() => app.close());
      return app;
    };
    const given = (service: string) => ({ bus, health, metrics, logger: logger(service), ...stores });
    await consume('catalog-sync', () => CatalogSyncModule.forRoot(given('catalog-sync')));
    await consume('embedding', () => EmbeddingModule.forRoot(given('embedding')));
    const userSignal = await consume('user-signal', () => UserSignalModule.forRoot(given('user-signal')));
    await consume('learning', (positions) => LearningModule.forRoot({ ...given('learning'), positions }));
    const ranking = await consume('ranking', (server) => RankingModule.forRoot({ ...given('ranking'), server }));

    const gateway = await createGateway({
      ...given('gateway'),
      ranker: ranking.get(Recommendations),
      shoppers: userSignal.get(ShopperQuestions),
      keys: options.keys,
    });
    closing.push(() => gateway.close());
    await gateway.listen(options.port, options.host);
    const lag = async () =>
      (await Promise.all(servers.map((server) => server.lag()))).reduce((sum, each) => sum + each, 0);
    return { url: await gateway.getUrl(), bus, stores, health, lag, close };
  } catch (error) {
    await close();
    throw error;
  }
}

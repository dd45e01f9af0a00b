import { Controller } from '@nestjs/common';
import { On, type Delivery, type Outcome } from '@shopkeeper/bus';
import {
  CATALOG_CHANGE,
  CATALOG_IMPORT,
  ContentObserved,
  OfferChanged,
  OfferObserved,
  ProductUpserted,
  RemovalObserved,
  type CatalogCommand,
} from '@shopkeeper/contracts';
import { Logger, Metrics } from '@shopkeeper/platform';
import { toDocument } from '@shopkeeper/recommender';
import { CatalogState, ProductIndex } from '@shopkeeper/stores';
import { CatalogPublisher } from './catalog-publisher.js';
import { CatalogWriter } from './catalog-writer.js';

/** News from further ahead would shut out all later news of the same field. Twice what the gateway lets pass, as clocks differ. */
const MAX_AHEAD_MS = 10 * 60_000;

const COMMANDS = [ContentObserved, OfferObserved, RemovalObserved] as const;
type Command = CatalogCommand['payload'];
type Published = ProductUpserted | OfferChanged;

/** Work goes: write the state, publish it, wait for the acknowledgement, done. */
@Controller()
export class CatalogSyncHandlers {
  private readonly delay;
  private readonly indexed;

  constructor(
    private readonly writer: CatalogWriter,
    private readonly publisher: CatalogPublisher,
    private readonly catalog: CatalogState,
    private readonly products: ProductIndex,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.delay = metrics.histogram(
      'shopkeeper_catalog_publish_delay_seconds',
      'From a command in the log to its published effect.',
      ['lane'],
    );
    this.indexed = metrics.counter('shopkeeper_catalog_indexed_total', 'Documents offered to the search index.', [
      'outcome',
    ]);
  }

  /** The lane of news: never waits behind an import. */
  @On(COMMANDS, { group: 'change', topics: [CATALOG_CHANGE] })
  onCatalogChange(deliveries: readonly Delivery<Command>[]): Promise<readonly Outcome[]> {
    return this.take(deliveries, 'change');
  }

  // Small batches: between two of them the news has its turn.
  @On(COMMANDS, { group: 'import', topics: [CATALOG_IMPORT], maxBatch: 200 })
  onCatalogImport(deliveries: readonly Delivery<Command>[]): Promise<readonly Outcome[]> {
    return this.take(deliveries, 'import');
  }

  /** Keeps the search index: whatever the event says, the state is read and indexed whole, so order and repetition do not matter. */
  @On([ProductUpserted, OfferChanged], { group: 'projection' })
  async onCatalogPublished(deliveries: readonly Delivery<Published>[]): Promise<void> {
    const ids = [...new Set(deliveries.flatMap(({ key }) => key ?? []))];
    const [states, indexed] = await Promise.all([this.catalog.read(ids), this.products.revisions(ids)]);
    const behind = [...states.values()].filter(
      ({ state }) => state.revision > (indexed.get(state.productId)?.revision ?? 0),
    );
    const gone = ids.filter((id) => !states.has(id) && indexed.has(id));
    const outcomes = await this.products.index(behind.map(({ state }) => toDocument(state)));
    if (gone.length > 0) await this.products.purge(gone);
    for (const outcome of outcomes) this.indexed.inc({ outcome });
  }

  private async take(deliveries: readonly Delivery<Command>[], lane: string): Promise<readonly Outcome[]> {
    const latest = Date.now() + MAX_AHEAD_MS;
    const outcomes = deliveries.map((delivery) => verdict(delivery, latest));
    const commands = deliveries.flatMap(({ event, payload }, i) =>
      outcomes[i] === 'done' ? [{ event, payload } as CatalogCommand] : [],
    );
    await this.publisher.publish(await this.writer.apply(commands));
    for (const { timestamp } of deliveries) this.delay.observe({ lane }, Math.max(0, Date.now() - timestamp) / 1000);
    const refused = outcomes.filter((outcome) => outcome !== 'done').length;
    if (refused > 0) this.logger.warn({ lane, refused, of: deliveries.length }, 'commands refused');
    return outcomes;
  }
}

function verdict({ payload }: Delivery<Command>, latest: number): Outcome {
  if (payload === null) return { poison: 'a command must say something; it has no value' };
  return Date.parse(payload.observedAt) > latest
    ? { poison: `observedAt ${payload.observedAt} lies in the future`, errorClass: 'CHANGE_TIME_IN_FUTURE' }
    : 'done';
}

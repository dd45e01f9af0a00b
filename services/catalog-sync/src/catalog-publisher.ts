import { Injectable } from '@nestjs/common';
import { EventBus } from '@shopkeeper/bus';
import { OfferChanged, ProductUpserted, recordOf, ShopkeeperError } from '@shopkeeper/contracts';
import { toOffer, toProduct } from '@shopkeeper/recommender';
import { CatalogState } from '@shopkeeper/stores';
import type { Touched } from './catalog-writer.js';

const SOURCE = { source: '/services/catalog-sync' };
const MAX_ROUNDS = 20;

/** Says what product state has become. */
@Injectable()
export class CatalogPublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly catalog: CatalogState,
  ) {}

  /**
   * Publishes products, changed or not: a redelivery must heal a crash between write and publication. Resolves once acknowledged and once
   * nobody has written these products meanwhile: of two writers the later one may be the first to publish, and a compacted topic would
   * keep the older revision for ever. So each looks again afterwards and repeats what has moved on.
   * @throws ShopkeeperError BUS_UNAVAILABLE or STORE_UNAVAILABLE, retriable
   */
  async publish(touched: ReadonlyMap<string, Touched>): Promise<void> {
    let open: readonly Touched[] = [...touched.values()];
    for (let round = 0; open.length > 0; round += 1) {
      if (round === MAX_ROUNDS)
        throw new ShopkeeperError('STORE_UNAVAILABLE', 'Products change faster than they can be published.', {
          retriable: true,
        });
      await this.bus.publish(
        open.flatMap(({ state, content }) => [
          ...(content ? [recordOf(ProductUpserted, toProduct(state), SOURCE)] : []),
          recordOf(OfferChanged, toOffer(state), SOURCE),
        ]),
      );
      const now = await this.catalog.read(open.map(({ state }) => state.productId));
      open = open.flatMap(({ state }) => {
        const current = now.get(state.productId)?.state;
        return current && current.revision > state.revision ? [{ state: current, content: true }] : [];
      });
    }
  }
}

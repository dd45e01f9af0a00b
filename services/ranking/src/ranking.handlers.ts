import { Controller } from '@nestjs/common';
import { carries, On, type Delivery } from '@shopkeeper/bus';
import {
  ErasureRequested,
  ModelManifestPublished,
  ModelRowPublished,
  OfferChanged,
  ProductUpserted,
  SignalRecorded,
} from '@shopkeeper/contracts';
import { Shelf } from '@shopkeeper/recommender';
import { Profiles } from './profiles.js';

/** Small enough that reading and applying a batch holds no request up for long. */
const BATCH = 200;

/** Keeps the shelf and the shoppers in memory in step with the log. Every instance reads everything; nothing is committed. */
@Controller()
export class RankingHandlers {
  constructor(
    private readonly shelf: Shelf,
    private readonly profiles: Profiles,
  ) {}

  @On(ProductUpserted, { mode: 'reader', maxBatch: BATCH })
  onProductUpserted(deliveries: readonly Delivery<ProductUpserted>[]): void {
    for (const { payload, key } of deliveries) {
      if (payload) this.shelf.applyProduct(payload);
      else if (key !== null) this.shelf.removeProduct(key);
    }
  }

  @On(OfferChanged, { mode: 'reader', maxBatch: BATCH })
  onOfferChanged(deliveries: readonly Delivery<OfferChanged>[]): void {
    for (const { payload, key } of deliveries) {
      if (payload) this.shelf.applyOffers(payload);
      else if (key !== null) this.shelf.removeOffers(key);
    }
  }

  @On(ModelRowPublished, { mode: 'reader', maxBatch: BATCH })
  onModelRowPublished(deliveries: readonly Delivery<ModelRowPublished>[]): void {
    for (const { payload, key } of deliveries) {
      if (payload) this.shelf.applyRow(payload);
      else if (key !== null) this.shelf.removeRow(key);
    }
  }

  @On(ModelManifestPublished, { mode: 'reader', maxBatch: BATCH })
  onModelManifestPublished(deliveries: readonly Delivery<ModelManifestPublished>[]): void {
    for (const { payload, key } of deliveries) {
      if (payload) this.shelf.applyManifest(payload);
      else if (key !== null) this.shelf.removeManifest(key);
    }
  }

  /** Only what comes from now on: what was before is in the shoppers' memories. */
  @On([SignalRecorded, ErasureRequested], { group: 'tail', mode: 'reader', from: 'end', maxBatch: BATCH })
  onShopperNews(deliveries: readonly (Delivery<SignalRecorded> | Delivery<ErasureRequested>)[]): void {
    for (const delivery of deliveries) {
      if (delivery.payload === null) continue;
      if (carries(delivery, SignalRecorded)) this.profiles.observe(delivery.payload);
      else if (carries(delivery, ErasureRequested)) this.profiles.forget(delivery.payload.shopperId);
    }
  }
}

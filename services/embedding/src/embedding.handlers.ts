import { Controller } from '@nestjs/common';
import { On, type Delivery } from '@shopkeeper/bus';
import { OfferChanged, ProductUpserted } from '@shopkeeper/contracts';
import { EncoderLife } from './encoder-life.js';

@Controller()
export class EmbeddingHandlers {
  constructor(private readonly life: EncoderLife) {}

  /** Content and offers alike: the state is read and its vector brought in line, so order and repetition do not matter. */
  @On([ProductUpserted, OfferChanged], { maxBatch: 200 })
  async onCatalogPublished(deliveries: readonly Delivery<ProductUpserted | OfferChanged>[]): Promise<void> {
    await this.life.follow([...new Set(deliveries.flatMap(({ key }) => key ?? []))]);
  }
}

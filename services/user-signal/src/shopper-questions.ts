import { Injectable } from '@nestjs/common';
import { Shoppers, type MemoryResponse } from '@shopkeeper/contracts';
import { describeMemory, deviceKey, factsOfState, userKey, type Evidence, type FactsOf } from '@shopkeeper/recommender';
import { CatalogState, ShopperMemory } from '@shopkeeper/stores';

/** What is remembered of a shopper, for whoever asks by any of the shopper's ids. */
@Injectable()
export class ShopperQuestions extends Shoppers {
  constructor(
    private readonly shoppers: ShopperMemory,
    private readonly catalog: CatalogState,
  ) {
    super();
  }

  override async resolve(id: string): Promise<string | null> {
    const links = await this.shoppers.links([userKey(id), deviceKey(id)]);
    const link = links.get(userKey(id)) ?? links.get(deviceKey(id));
    if (link) return link.shopperId;
    if ((await this.shoppers.read([id])).has(id)) return id;
    return (await this.shoppers.linksOf(id)).length > 0 ? id : null;
  }

  override async memory(id: string): Promise<MemoryResponse | null> {
    const shopperId = await this.resolve(id);
    if (shopperId === null) return null;
    const evidence = (await this.shoppers.read([shopperId])).get(shopperId)?.evidence ?? [];
    return describeMemory(shopperId, evidence, { now: Date.now(), facts: await this.factsFor(evidence) });
  }

  private async factsFor(evidence: readonly Evidence[]): Promise<FactsOf> {
    const products = await this.catalog.read([...new Set(evidence.map(({ productId }) => productId))]);
    return (productId) => {
      const stored = products.get(productId);
      return stored && factsOfState(stored.state);
    };
  }
}

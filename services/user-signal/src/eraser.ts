import { Injectable } from '@nestjs/common';
import { erasedAtOf, forgottenKey, forgottenMark } from '@shopkeeper/recommender';
import { Logger } from '@shopkeeper/platform';
import { ShopperMemory } from '@shopkeeper/stores';

/** Forgets shoppers. */
@Injectable()
export class Eraser {
  constructor(
    private readonly shoppers: ShopperMemory,
    private readonly logger: Logger,
  ) {}

  /**
   * Marks every id that leads to the shopper, then erases. The marks come first: without them, events from before the erasure that are
   * still on their way, or replayed, would make the same memory again under a new pseudonym.
   */
  async erase(shopperId: string, requestedAt: string): Promise<void> {
    await this.shoppers.refresh();
    const links = await this.shoppers.linksOf(shopperId);
    const keys = links.map(({ key }) => forgottenKey(key));
    const marks = await this.shoppers.links(keys);
    const erasedAt = new Date(requestedAt).toISOString();
    const behind = keys.filter((key) => (erasedAtOf(marks.get(key)?.shopperId) ?? '') < erasedAt);
    await this.shoppers.putLinks(behind.map((key) => ({ key, shopperId: forgottenMark(erasedAt), session: null })));
    await this.shoppers.erase(shopperId, erasedAt);
    this.logger.info({ shopperId, links: links.length }, 'shopper erased');
  }
}

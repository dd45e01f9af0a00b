import type { RecommendedItem } from '@shopkeeper/contracts';
import type { RankedList } from './ranking.js';
import { reasonOf } from './reasons.js';
import type { Shelf } from './shelf.js';
import type { Passed } from './stock-gate.js';

/** What an answer says of the products that passed the stock gate. */
export const itemsOf = (shelf: Shelf, list: RankedList, passed: readonly Passed[]): RecommendedItem[] =>
  passed.map(({ place, product, variant }) => {
    const { title = '', url, imageUrl } = shelf.factsOf(product) ?? {};
    const { sku, price, currency } = variant;
    const listPrice = (variant.listPrice ?? 0) > price ? variant.listPrice : undefined;
    return {
      productId: shelf.id(product),
      sku,
      score: Math.round(list.scores[place]! * 1e4) / 1e4,
      reason: reasonOf(shelf, list, place),
      product: { title, price, listPrice, currency, url, imageUrl },
    };
  });

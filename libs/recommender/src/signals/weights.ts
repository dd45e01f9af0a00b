import type { SignalKind } from '@shopkeeper/contracts';

/**
 * How much a deed teaches about a product, before any decay. View, cart, order, removal and click on a search result are starting values in
 * common use for implicit feedback (a view as the unit, a cart about three, an order about six of them); the rest is set between them.
 * A return takes back what its order taught. Searches and list views hold no product of the shopper's choice.
 */
export const SIGNAL_WEIGHTS: Readonly<Record<SignalKind, number>> = {
  view: 1,
  click: 1,
  search: 0,
  'category-view': 0,
  'cart-add': 3,
  'cart-remove': -1.5,
  'wishlist-add': 2,
  order: 6,
  return: -6,
};

/** A click on a result of the shopper's own search says more than one on a list that was put before them. */
export const SEARCH_CLICK_WEIGHT = 1.5;

export const weightOf = (kind: SignalKind, fromSearch: boolean): number =>
  kind === 'click' && fromSearch ? SEARCH_CLICK_WEIGHT : SIGNAL_WEIGHTS[kind];

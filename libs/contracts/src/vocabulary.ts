/** What a shopper can do, in our words. */
export const SIGNAL_KINDS = [
  'view',
  'click',
  'search',
  'category-view',
  'cart-add',
  'cart-remove',
  'wishlist-add',
  'order',
  'return',
] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Events that are accepted and kept in the raw log but teach nothing yet: `null`. */
const SEGMENT: Readonly<Record<string, SignalKind | null>> = {
  'product viewed': 'view',
  'product clicked': 'click',
  'products searched': 'search',
  'product list viewed': 'category-view',
  'product list filtered': null,
  'product added': 'cart-add',
  'product removed': 'cart-remove',
  'product added to wishlist': 'wishlist-add',
  'product removed from wishlist': null,
  'cart viewed': null,
  'checkout started': null,
  'checkout step viewed': null,
  'checkout step completed': null,
  'payment info entered': null,
  'order completed': 'order',
  'order updated': null,
  'order refunded': 'return',
  'order cancelled': 'return',
  'product reviewed': null,
  'product shared': null,
  'promotion viewed': null,
  'promotion clicked': null,
};

const GA4: Readonly<Record<string, SignalKind | null>> = {
  view_item: 'view',
  select_item: 'click',
  search: 'search',
  view_search_results: 'search',
  view_item_list: 'category-view',
  add_to_cart: 'cart-add',
  remove_from_cart: 'cart-remove',
  add_to_wishlist: 'wishlist-add',
  view_cart: null,
  begin_checkout: null,
  add_shipping_info: null,
  add_payment_info: null,
  purchase: 'order',
  refund: 'return',
  view_promotion: null,
  select_promotion: null,
  share: null,
  page_view: null,
};

/**
 * What an event name of Segment (`Product Viewed`) or GA4 (`view_item`) means to us, regardless of case.
 * `undefined` = not a name we know; `null` = known, accepted, teaches nothing.
 */
export function signalKindOf(eventName: string): SignalKind | null | undefined {
  const name = eventName.trim().toLowerCase();
  return Object.hasOwn(SEGMENT, name) ? SEGMENT[name] : Object.hasOwn(GA4, name) ? GA4[name] : undefined;
}

/** Every event name that is accepted, for the documentation and for error messages. */
export const EVENT_NAMES: readonly string[] = [...Object.keys(SEGMENT), ...Object.keys(GA4)];

import {
  ContentObserved,
  OfferObserved,
  RemovalObserved,
  type CatalogChange,
  type CatalogCommand,
  type CatalogItem,
  type OfferChange,
  type ProductContent,
} from '@shopkeeper/contracts';

/** A change as a command. `now`, ISO 8601, is when it counts as observed unless it says so itself. */
export function changeToCommand(change: CatalogChange, now: string): CatalogCommand {
  const observedAt = change.observedAt ?? now;
  switch (change.type) {
    case 'content':
      return {
        event: ContentObserved,
        payload: { productId: change.productId, observedAt, content: change.content },
      };
    case 'offer': {
      const { productId, sku, offer } = change;
      return {
        event: OfferObserved,
        payload: { ...(productId && { productId }), ...(sku && { sku }), observedAt, offer },
      };
    }
    case 'removal':
      return { event: RemovalObserved, payload: { productId: change.productId, observedAt } };
  }
}

/**
 * A whole product of a feed as commands: its content, then one offer per variant that anything is told of. What the line says of the
 * product as a whole holds for each variant that does not say otherwise. All have the same key, so they arrive in this order.
 */
export function itemToCommands(item: CatalogItem, observedAt: string): CatalogCommand[] {
  const { productId, observedAt: told, variants, ...rest } = item;
  const at = told ?? observedAt;
  const [offer, described] = split(rest);
  const parts = variants?.map((variant) => split(variant));
  const content: ProductContent = { ...described, ...(parts && { variants: parts.map(([, variant]) => variant) }) };
  const offerCommand = (change: OfferChange, sku?: string): CatalogCommand[] =>
    Object.keys(change).length === 0
      ? []
      : [{ event: OfferObserved, payload: { productId, ...(sku && { sku }), observedAt: at, offer: change } }];
  return [
    { event: ContentObserved, payload: { productId, observedAt: at, content } },
    ...(parts && parts.length > 0
      ? parts.flatMap(([own, { sku }]) => offerCommand({ ...offer, ...own }, sku))
      : offerCommand(offer)),
  ];
}

/** Takes the fields of an offer out of a line; absent ones stay absent. */
function split<T extends OfferChange>(line: T): [OfferChange, Omit<T, keyof OfferChange>] {
  const { price, listPrice, currency, cost, stock, availability, ...rest } = line;
  const offer = Object.entries({ price, listPrice, currency, cost, stock, availability }).filter(
    ([, value]) => value !== undefined,
  );
  return [Object.fromEntries(offer), rest];
}

import { ContentObserved, OfferObserved, type CatalogCommand, type RemovalObserved } from '@shopkeeper/contracts';
import { canonicalJson, hashOf } from './canonical.js';
import { instant, later } from './observed.js';
import type { Observed, ProductState, VariantState } from './product-state.js';
import { mergeVariants, variantOf } from './variant-state.js';

const NOTHING: VariantState = {};

/** What is known of a sku under this product; ids are free text, so inherited names must not be found. */
export const variantState = (state: ProductState, sku: string): VariantState =>
  Object.hasOwn(state.variants, sku) ? (state.variants[sku] ?? NOTHING) : NOTHING;

/** News about what a product is. Replaces content that is older. */
export function applyContent(state: ProductState | null, command: ContentObserved): ProductState {
  const observedAt = instant(command.observedAt);
  const base = seen(state, command.productId, observedAt);
  const content = later(base.content, { observedAt, value: command.content });
  if (!content || content === base.content) return revised(state, base);
  const same = base.content !== null && canonicalJson(content.value) === canonicalJson(base.content.value);
  return revised(state, { ...base, content, contentHash: same ? base.contentHash : hashOf(content.value) });
}

/**
 * News about price or stock. It belongs to `command.productId`, or to the product named after its sku where that is absent;
 * without a sku it speaks for the whole product.
 */
export function applyOffer(state: ProductState | null, command: OfferObserved): ProductState {
  const observedAt = instant(command.observedAt);
  const base = seen(state, command.productId ?? command.sku ?? '', observedAt);
  return revised(state, put(base, command.sku ?? base.productId, variantOf(command.offer, observedAt)));
}

/** News that a product is gone. Content seen later brings it back. */
export function applyRemoval(state: ProductState | null, command: RemovalObserved): ProductState {
  const observedAt = instant(command.observedAt);
  const base = seen(state, command.productId, observedAt);
  const removal = later<true>(base.removal, { observedAt, value: true });
  return revised(state, !removal || removal === base.removal ? base : { ...base, removal });
}

/**
 * A product's state after one piece of news; the same object when the news changes nothing. The same news in any order, and any of it
 * twice, ends in the same state but for `revision`.
 * @throws ShopkeeperError CHANGE_INVALID when `observedAt` is no moment
 */
export function applyCommand(state: ProductState | null, { event, payload }: CatalogCommand): ProductState {
  switch (event.type) {
    case ContentObserved.type:
      return applyContent(state, payload as ContentObserved);
    case OfferObserved.type:
      return applyOffer(state, payload as OfferObserved);
    default:
      return applyRemoval(state, payload as RemovalObserved);
  }
}

/** Takes over what was known of a sku before its product was; the same object when that brings nothing new. */
export const adoptSku = (state: ProductState, sku: string, known: VariantState): ProductState =>
  revised(state, put(state, sku, known));

/** Gives a sku away; the same object when it was not there. */
export function releaseSku(state: ProductState, sku: string): ProductState {
  if (!Object.hasOwn(state.variants, sku)) return state;
  const { [sku]: _given, ...variants } = state.variants;
  return revised(state, { ...state, variants });
}

/** True for a product of which only offers are known: it may turn out to be a variant of another one. */
export const isOrphan = (state: ProductState): boolean =>
  state.content === null && Object.keys(state.variants).length > 0;

function put(state: ProductState, sku: string, news: VariantState): ProductState {
  const known = variantState(state, sku);
  const merged = mergeVariants(known, news);
  return merged === known ? state : { ...state, variants: { ...state.variants, [sku]: merged } };
}

function seen(state: ProductState | null, productId: string, at: string): ProductState {
  if (state === null)
    return { productId, revision: 0, content: null, contentHash: '', removal: null, variants: {}, firstSeenAt: at };
  return Date.parse(at) < Date.parse(state.firstSeenAt) ? { ...state, firstSeenAt: at } : state;
}

const revised = (before: ProductState | null, after: ProductState): ProductState =>
  after === before ? after : { ...after, revision: after.revision + 1 };

/** When the newest news about this product was seen. */
export function lastSeenAt(state: ProductState): string {
  const fields = Object.values(state.variants).flatMap((variant) => Object.values(variant) as Observed<unknown>[]);
  const all = [state.content, state.removal, ...fields].flatMap((field) => (field ? [field.observedAt] : []));
  return all.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a), state.firstSeenAt);
}

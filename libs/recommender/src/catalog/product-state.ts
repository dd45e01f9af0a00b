import type { Availability, ProductContent } from '@shopkeeper/contracts';

/** A value with the moment its source saw it, ISO 8601 in UTC; older news never replaces it. */
export interface Observed<T> {
  readonly observedAt: string;
  readonly value: T;
}

/**
 * What is known of one variant's offer. Every field has its own age, because a source may tell some of them only: were they aged
 * together, a price would be lost when news about the currency alone overtook it.
 */
export interface VariantState {
  readonly price?: Observed<number>;
  /** `null` = there is no reduction. */
  readonly listPrice?: Observed<number | null>;
  readonly currency?: Observed<string>;
  /** `null` = not known (any more). */
  readonly cost?: Observed<number | null>;
  /** Pieces, at least 0; `null` = not tracked. */
  readonly stock?: Observed<number | null>;
  readonly availability?: Observed<Availability>;
}

/** Everything catalog-sync knows of one product. */
export interface ProductState {
  readonly productId: string;
  /** Rises by one with every change. */
  readonly revision: number;
  readonly content: Observed<ProductContent> | null;
  /** SHA-256 of the canonical JSON of the content, hexadecimal; empty without content. */
  readonly contentHash: string;
  readonly removal: Observed<true> | null;
  /** By sku. What is kept under the product id itself speaks for the whole product, unless the content lists that sku as a variant. */
  readonly variants: Readonly<Record<string, VariantState>>;
  /** The earliest moment at which any source has seen it. */
  readonly firstSeenAt: string;
}

/** True when it is not sold: removed since its content was last seen, or nothing is left of it. */
export const isRemoved = ({ content, removal, variants }: ProductState): boolean =>
  removal === null
    ? content === null && Object.keys(variants).length === 0
    : content === null || Date.parse(removal.observedAt) >= Date.parse(content.observedAt);

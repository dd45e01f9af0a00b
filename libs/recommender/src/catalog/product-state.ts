import type { Availability, ProductContent } from '@shopkeeper/contracts';

/** A value with the moment its source saw it, ISO 8601; older news never replaces it. */
export interface Observed<T> {
  readonly observedAt: string;
  readonly value: T;
}

/** What is known of one variant's offer; each group of fields has its own age. */
export interface VariantState {
  readonly price?: Observed<{
    readonly price?: number;
    readonly listPrice?: number | null;
    readonly currency?: string;
  }>;
  readonly cost?: Observed<number | null>;
  readonly stock?: Observed<{ readonly stock?: number | null; readonly availability?: Availability }>;
}

/** Everything catalog-sync knows of one product. */
export interface ProductState {
  readonly productId: string;
  /** Rises by one with every change. */
  readonly revision: number;
  readonly content: Observed<ProductContent> | null;
  readonly contentHash: string;
  readonly removal: Observed<true> | null;
  /** By sku. */
  readonly variants: Readonly<Record<string, VariantState>>;
  readonly firstSeenAt: string;
}

import type { SignalKind } from '@shopkeeper/contracts';

/** One thing that a shopper did with one product: the atom of memory. */
export interface Evidence {
  /** `signalId` or `signalId#n` for the n-th line of an order; the same deed always has the same id. */
  readonly id: string;
  readonly productId: string;
  readonly kind: SignalKind;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly sessionId: string;
  readonly weight: number;
}

import type { SignalItem, SignalKind, SignalRecorded } from '@shopkeeper/contracts';

/** One thing that a shopper did with one product: the atom of memory. */
export interface Evidence {
  /** `signalId`, or `signalId#n` for the n-th line (0, 1, ...) of a signal with several; the same deed always has the same id. */
  readonly id: string;
  readonly productId: string;
  readonly kind: SignalKind;
  /** ISO 8601 in UTC with milliseconds, so that the order of text is the order of time. */
  readonly occurredAt: string;
  readonly sessionId: string;
  readonly weight: number;
  /** The variant, where the event named one: what sizes are learned from. */
  readonly sku?: string;
  /** What the shopper saw or paid for one piece, where the event said so: what a price rise is measured against. */
  readonly price?: number;
}

/** What of a signal is worth remembering: one piece of evidence per product line; none for searches and list views. */
export function evidenceOf(signal: SignalRecorded): readonly Evidence[] {
  const several = signal.items.length > 1;
  return signal.items.map((item, n) =>
    evidenceOfItem(signal, item, several ? `${signal.signalId}#${n}` : signal.signalId),
  );
}

const evidenceOfItem = (signal: SignalRecorded, item: SignalItem, id: string): Evidence => ({
  id,
  productId: item.productId,
  kind: signal.kind,
  occurredAt: signal.occurredAt,
  sessionId: signal.sessionId,
  weight: signal.weight,
  ...(item.sku === undefined ? {} : { sku: item.sku }),
  ...(item.price === undefined ? {} : { price: item.price }),
});

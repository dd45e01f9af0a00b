import type { MemoryResponse } from '@shopkeeper/contracts';
import { cartsOf, type Carted } from './carts.js';
import { consideringOf, type Considered } from './considering.js';
import { digest } from './digest.js';
import type { Evidence } from './evidence.js';
import { historiesOf } from './history.js';
import { interestsOf, priceBandOf, sizesOf, type Interest, type PriceBand, type UsualSize } from './taste.js';
import type { MemoryView } from './view.js';

/** What a memory says at a moment. Nothing of it is stored: new evidence, a return or a changed product change it by themselves. */
export interface DerivedMemory {
  readonly interests: readonly Interest[];
  readonly considering: readonly Considered[];
  readonly carts: readonly Carted[];
  readonly priceBand: PriceBand | null;
  readonly sizes: readonly UsualSize[];
}

export function deriveMemory(evidence: readonly Evidence[], view: MemoryView): DerivedMemory {
  const histories = historiesOf(evidence);
  return {
    interests: interestsOf(histories, view),
    considering: consideringOf(histories, view),
    carts: cartsOf(histories, view),
    priceBand: priceBandOf(histories, view),
    sizes: sizesOf(histories, view),
  };
}

/** A memory for its shopper to read: the evidence and what follows from it. */
export function describeMemory(shopperId: string, evidence: readonly Evidence[], view: MemoryView): MemoryResponse {
  const derived = deriveMemory(evidence, view);
  return {
    shopperId,
    evidence: evidence.map(({ id, productId, kind, occurredAt, sessionId, weight }) => ({
      id,
      productId,
      kind,
      occurredAt,
      sessionId,
      weight,
    })),
    interests: derived.interests.map(({ category, weight }) => ({ category, weight: rounded(weight) })),
    considering: derived.considering.map(({ productId, lastSeenAt, weight }) => ({
      productId,
      lastSeenAt: new Date(lastSeenAt).toISOString(),
      weight: rounded(weight),
    })),
    carts: derived.carts.map(({ productId, addedAt, outcome }) => ({
      productId,
      addedAt: new Date(addedAt).toISOString(),
      outcome,
    })),
    ...(derived.priceBand ? { priceBand: derived.priceBand } : {}),
    digest: digest(derived, view.facts),
  };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

import type { Evidence } from './evidence.js';

/** How much of a shopper is remembered. */
export const MEMORY_LIMIT = 300;

/**
 * Joins two sets of evidence on id: newest first, by `occurredAt` then id, the newest `limit` kept.
 * Idempotent, and the order in which evidence arrives does not matter: the newest of a union are the same however it is split.
 * Expects `occurredAt` as evidence has it, UTC with milliseconds, so that the order of text is the order of time.
 */
export function unionEvidence(
  existing: readonly Evidence[],
  additions: readonly Evidence[],
  limit = MEMORY_LIMIT,
): readonly Evidence[] {
  const byId = new Map<string, Evidence>();
  for (const evidence of existing) keepOne(byId, evidence);
  for (const evidence of additions) keepOne(byId, evidence);
  return [...byId.values()].sort(newestFirst).slice(0, Math.max(0, limit));
}

// The same deed always has the same content; should two copies differ after all, both sides must still agree on one.
function keepOne(byId: Map<string, Evidence>, evidence: Evidence): void {
  const other = byId.get(evidence.id);
  if (!other || newestFirst(evidence, other) < 0) byId.set(evidence.id, evidence);
}

const newestFirst = (a: Evidence, b: Evidence): number =>
  compare(b.occurredAt, a.occurredAt) ||
  compare(a.id, b.id) ||
  compare(a.productId, b.productId) ||
  compare(a.kind, b.kind) ||
  compare(a.sessionId, b.sessionId) ||
  b.weight - a.weight;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

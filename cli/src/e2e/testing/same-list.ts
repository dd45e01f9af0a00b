import type { RecommendedItem } from '@shopkeeper/contracts';

/** Scores that differ by less are equal: both sides add the same numbers in another order, and rows carry four digits. */
const TIE = 0.002;

/**
 * In what two lists differ, in words; ties may stand in any order, and of a tie at the end either may be named.
 * Answers nothing when they are the same.
 */
export function differences(one: readonly RecommendedItem[], other: readonly RecommendedItem[]): readonly string[] {
  if (one.length !== other.length) return [`${one.length} products and ${other.length}`];
  const found = [...missing(one, other, 'the first'), ...missing(other, one, 'the second')];
  const places = new Map(other.map(({ productId }, place) => [productId, place]));
  const both = one.filter(({ productId }) => places.has(productId));
  for (const [n, before] of both.entries()) {
    for (const after of both.slice(n + 1)) {
      if (places.get(before.productId)! < places.get(after.productId)!) continue;
      if (before.score - after.score > TIE)
        found.push(`${before.productId} before ${after.productId} in the first only`);
    }
  }
  for (const { productId, score } of both) {
    const there = other[places.get(productId)!]!.score;
    if (Math.abs(there - score) > TIE) found.push(`${productId} has ${score} and ${there}`);
  }
  return found;
}

function missing(from: readonly RecommendedItem[], inside: readonly RecommendedItem[], name: string): string[] {
  const ids = new Set(inside.map(({ productId }) => productId));
  const last = inside.at(-1)?.score ?? 0;
  return from
    .filter(({ productId, score }) => !ids.has(productId) && score - last > TIE)
    .map(({ productId, score }) => `${productId} (${score}) in ${name} only`);
}

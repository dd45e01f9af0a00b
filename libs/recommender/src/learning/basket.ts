/** Products of one order that make pairs: a wholesaler's basket would otherwise make thousands, each saying little. */
export const BASKET_ITEMS = 50;

/**
 * The distinct products of an order, in their order, and which of them make pairs. Of more than 50, the 50 with the least hash of order and
 * product: always the same ones, and no product is favoured over many orders.
 */
export function basketOf(orderId: string, productIds: readonly string[]): { kept: string[]; rest: string[] } {
  const distinct = [...new Set(productIds)];
  if (distinct.length <= BASKET_ITEMS) return { kept: distinct, rest: [] };
  const ranked = distinct
    .map((id) => ({ id, hash: hashOf(`${orderId}/${id}`) }))
    .sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1));
  const chosen = new Set(ranked.slice(0, BASKET_ITEMS).map(({ id }) => id));
  return { kept: distinct.filter((id) => chosen.has(id)), rest: distinct.filter((id) => !chosen.has(id)) };
}

/** FNV-1a over UTF-16 units, then mixed (murmur3's finaliser): ids that differ in their last character must not stay neighbours. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

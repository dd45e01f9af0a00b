import type { Shelf } from './shelf.js';

/** Content neighbours of one product, best first. */
export interface ContentRow {
  readonly products: Int32Array;
  /** Cosines. */
  readonly scores: Float32Array;
}

/** By product. Asked of the vector index by whoever makes the list; a product without a row has no content to go by. */
export type ContentRows = ReadonlyMap<number, ContentRow>;

/** Puts hits of the vector index in the shelf's numbers; products that the shelf does not know fall out. */
export function contentRow(
  shelf: Shelf,
  hits: readonly { readonly productId: string; readonly score: number }[],
): ContentRow {
  const known = hits
    .map(({ productId, score }) => ({ product: shelf.find(productId), score }))
    .filter(({ product }) => product !== -1);
  return {
    products: Int32Array.from(known, ({ product }) => product),
    scores: Float32Array.from(known, ({ score }) => score),
  };
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** A query has no more words than this; the rest is not looked at. */
export const MAX_QUERY_WORDS = 32;

/** The words of a shopper's text, each once. Whatever is a sign to a query language falls away here. */
export const wordsOf = (text: string): readonly string[] => [
  ...new Set((text.match(WORD) ?? []).slice(0, MAX_QUERY_WORDS).map((word) => word.toLowerCase())),
];

import type { ProductContent } from '@shopkeeper/contracts';
import { normalize } from '../text/tokenize.js';

/** What an encoder reads: of a product, or of a query that is compared with products. */
export interface EncoderText {
  /** The words that name it; they count most. */
  readonly title: string;
  /** The words that describe it. */
  readonly body: string;
  /** Facts that are compared whole: `brand:fernhill`, `category:garden`, `colour:red`. */
  readonly tags: readonly string[];
}

const fact = (name: string, value: string | number | boolean): string =>
  normalize(`${name}:${value}`).replace(/\s+/g, ' ').trim();

/** What tells products apart, taken from their content. A category counts with all above it. */
export function productText(content: ProductContent): EncoderText {
  const attributes = Object.entries(content.attributes ?? {});
  const options = (content.variants ?? []).flatMap(({ options }) => Object.entries(options ?? {}));
  const values = attributes.flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
  const spoken = values.flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
  return {
    title: content.title,
    body: [content.description ?? '', ...spoken].join(' '),
    tags: [
      ...(content.brand ? [fact('brand', content.brand)] : []),
      ...content.categories.flatMap(ancestors).map((path) => fact('category', path)),
      ...new Set([...values, ...options].map(([name, value]) => fact(name, value))),
    ],
  };
}

/** A shopper's words as an encoder reads them. */
export const queryText = (query: string): EncoderText => ({ title: query, body: '', tags: [] });

const ancestors = (path: string): string[] => {
  const parts = path.split('/');
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
};

import type { Carted } from './carts.js';
import type { Considered } from './considering.js';
import type { Interest, PriceBand, UsualSize } from './taste.js';
import type { FactsOf } from './view.js';

/** What a digest may cost: about 150 tokens at four characters each. */
export const DIGEST_BUDGET = 600;

const MAX_TITLE = 48;

export interface Digestible {
  readonly interests: readonly Interest[];
  readonly considering: readonly Considered[];
  readonly carts: readonly Carted[];
  readonly priceBand: PriceBand | null;
  readonly sizes: readonly UsualSize[];
}

/**
 * A memory in a few lines of plain text, at most about 150 tokens; '' when there is nothing to say. What is most telling comes first, what
 * does not fit is left out whole. Titles are the store's text: data, one line, cut.
 */
export function digest(memory: Digestible, facts: FactsOf): string {
  const title = (productId: string) => oneLine(facts(productId)?.title || productId);
  const recent = [...memory.considering].sort((a, b) => b.lastSeenAt - a.lastSeenAt);
  const carts = (...outcomes: readonly string[]) => memory.carts.filter(({ outcome }) => outcomes.includes(outcome));
  const parts = [
    list(
      'Last considered',
      recent.slice(0, 3).map(({ productId }) => title(productId)),
    ),
    list(
      'Interests',
      memory.interests.slice(0, 4).map(({ category, weight }) => `${oneLine(category)} ${percent(weight)}`),
    ),
    memory.priceBand && `Usual prices: ${memory.priceBand.low} to ${memory.priceBand.high}`,
    list(
      'Sizes',
      usual(memory.sizes)
        .slice(0, 3)
        .map(({ size, category }) => `${oneLine(size)} in ${oneLine(category)}`),
    ),
    list(
      'Left in the cart',
      carts('pending', 'price-rose', 'sold-out')
        .slice(0, 3)
        .map(({ productId }) => title(productId)),
    ),
    list(
      'Bought',
      carts('bought')
        .slice(0, 3)
        .map(({ productId }) => title(productId)),
    ),
  ];
  let left = DIGEST_BUDGET;
  return parts
    .filter((part): part is string => {
      if (!part || cost(part) > left) return false;
      left -= cost(part);
      return true;
    })
    .join('\n');
}

const list = (label: string, entries: readonly string[]): string | null =>
  entries.length === 0 ? null : `${label}: ${entries.join('; ')}`;

const usual = (sizes: readonly UsualSize[]): readonly UsualSize[] =>
  sizes.filter(({ category }, n) => sizes.findIndex((other) => other.category === category) === n);

// Letters beyond ASCII take up to a token each.
const cost = (text: string): number => [...text].reduce((sum, letter) => sum + (letter <= '\u007f' ? 1 : 4), 1);

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function oneLine(text: string): string {
  const line = [...text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()];
  return line.length <= MAX_TITLE
    ? line.join('')
    : `${line
        .slice(0, MAX_TITLE - 1)
        .join('')
        .trimEnd()}…`;
}

import type { Reason } from '@shopkeeper/contracts';
import type { RankedList } from './ranking.js';
import type { Shelf } from './shelf.js';

const TITLE_LENGTH = 60;

/** Says why a product is in a list: the source that added most, and the product or category behind it. Never the business nudge's doing. */
export function reasonOf(shelf: Shelf, list: RankedList, place: number): Reason {
  const product = list.products[place]!;
  switch (list.sources[place]!) {
    case 'walk':
      return walked(shelf, list, product);
    case 'content': {
      const seed = strongestSeed(list, (at) => similarity(list, at, product));
      return of(shelf, 'similar', seed, 'Similar to', 'Similar to what you looked at');
    }
    case 'bought': {
      const seed = strongestSeed(list, (at) => shelf.boughtTogether.score(at, product));
      return of(shelf, 'bought-together', seed, 'Often bought together with', 'Often bought together');
    }
    case 'reminder':
      return reminder(list, product);
    case 'trend':
      return trend(shelf, list.because[place]!);
    case 'fresh':
      return { code: 'new', text: 'New in the shop' };
    case 'fill':
      return { code: 'new', text: 'Recently added to the shop' };
  }
}

function walked(shelf: Shelf, list: RankedList, product: number): Reason {
  const seed = strongestSeed(list, (at) => shelf.covisits.score(at, product) || shelf.transitions.score(at, product));
  if (seed !== -1) return of(shelf, 'viewed-together', seed, 'Often chosen together with', 'Often chosen together');
  const like = strongestSeed(list, (at) => similarity(list, at, product));
  if (like !== -1) return of(shelf, 'similar', like, 'Similar to', 'Similar to what you looked at');
  // Nobody saw the two together: the way leads over other products.
  const [only, ...others] = list.seeds.products;
  const text = 'Often chosen by shoppers on a similar path';
  return others.length > 0
    ? { code: 'viewed-together', text }
    : { code: 'viewed-together', text, because: shelf.id(only!) };
}

function reminder({ profile, placement }: RankedList, product: number): Reason {
  const thing = profile?.considered.find((considered) => considered.product === product);
  if (thing?.inCart) return { code: 'in-your-cart', text: 'Waiting in your cart' };
  if (thing?.inSession && placement !== 'still-considering') {
    return { code: 'recently-viewed', text: 'You looked at this a moment ago' };
  }
  return { code: 'still-considering', text: 'You looked at this and may still be considering it' };
}

function trend(shelf: Shelf, category: number): Reason {
  if (category < 0) return { code: 'trending', text: 'Popular in the shop right now' };
  const because = shelf.categories.path(category);
  return { code: 'trending-in-category', text: `Popular in ${because.split('/').at(-1)} right now`, because };
}

function of(shelf: Shelf, code: Reason['code'], seed: number, withTitle: string, without: string): Reason {
  if (seed === -1) return { code, text: without };
  const title = shelf.factsOf(seed)?.title;
  return { code, text: title === undefined ? without : `${withTitle} “${shortened(title)}”`, because: shelf.id(seed) };
}

/** The seed with the greatest share; -1 when none leads there directly. */
function strongestSeed({ seeds }: RankedList, strength: (seed: number) => number): number {
  let best = -1;
  let most = 0;
  seeds.products.forEach((seed, i) => {
    const share = seeds.weights[i]! * strength(seed);
    if (share <= most) return;
    most = share;
    best = seed;
  });
  return best;
}

function similarity({ content }: RankedList, seed: number, product: number): number {
  const row = content.get(seed);
  const at = row?.products.indexOf(product) ?? -1;
  return at === -1 ? 0 : row!.scores[at]!;
}

const shortened = (title: string): string =>
  title.length <= TITLE_LENGTH ? title : `${title.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;

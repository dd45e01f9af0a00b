import type { Random } from './random.js';
import type { TypeInfo } from './types.js';
import { BOOK_WORDS } from './vocabulary.js';

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export interface Design {
  readonly type: TypeInfo;
  readonly brand: string;
  readonly range: string;
  readonly kind: string;
  readonly feature: string;
  readonly use: string;
  readonly occasion: string;
  readonly recipient: string;
  /** Of a book. */
  readonly author?: string;
  /** Which of the ways to put a title. */
  readonly wording: number;
}

export function titleOf({ type, brand, range, kind, feature, author, wording }: Design): string {
  if (author !== undefined) return `${range}: ${article(type.name)} by ${author}`;
  if (wording < 0.3) return `${brand} ${capitalised(kind)} ${type.name} "${range}"`;
  if (wording < 0.5 && /^(with|in|for|without) /.test(feature))
    return `${brand} ${range} ${kind} ${type.name} ${feature}`;
  return `${brand} ${range} ${type.name}, ${kind}`;
}

const article = (name: string): string => (/s$/.test(name) ? name : `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`);

/** A few sentences of plain text from the facts of the design. */
export function descriptionOf(design: Design, random: Random): string {
  const { type, brand, range, kind, feature, use, occasion, recipient, author } = design;
  const what =
    author === undefined
      ? `${capitalised(kind)} ${type.name} from the ${range} range by ${brand}.`
      : `${capitalised(article(type.name))} by ${author}, published by ${brand} as ${kind}.`;
  const made = `${capitalised(feature)}, made for ${use}.`;
  const present = `A good ${OCCASIONS[occasion] ?? occasion} present for ${recipient}.`;
  const gift = /^(her|him|someone)$/.test(recipient) ? present : random.pick([present, `Liked by ${recipient}.`]);
  const last = random.pick(['Sent without plastic.', 'Spare parts are kept for years.', 'Designed in house.', '']);
  return [what, made, gift, author === undefined ? last : `${random.int(90, 520)} pages.`].filter(Boolean).join(' ');
}

const OCCASIONS: Readonly<Record<string, string>> = {
  christmas: 'Christmas',
  easter: 'Easter',
  'mothers day': "Mother's Day",
  'fathers day': "Father's Day",
  'valentines day': "Valentine's Day",
  'new year': 'New Year',
  'thank you': 'thank-you',
};

/** The title proper of a book, by the habits of its shelf. */
export function bookName(type: TypeInfo, random: Random): string {
  const { adjectives, nouns, places } = BOOK_WORDS;
  const [adjective, noun, place] = [random.pick(adjectives), random.pick(nouns), random.pick(places)];
  if (type.leaf.slug === 'cookbooks')
    return `${random.pick(['The', 'Our', 'My'])} ${adjective} Kitchen of ${capitalised(place)}`;
  if (type.leaf.slug === 'travel-and-ideas' || type.leaf.slug === 'nature-and-garden') {
    return `${random.pick(['A Year in', 'The Road to', 'Slowly through', 'Notes from', 'Seasons of'])} ${place}, the ${adjective} ${noun}`;
  }
  return random.pick([
    `The ${adjective} ${noun}`,
    `The ${noun} of ${capitalised(place)}`,
    `${adjective} ${noun}, ${adjective} Heart`,
    `What the ${noun} Knew in ${capitalised(place)}`,
  ]);
}

export const authorName = (random: Random): string =>
  `${random.pick(BOOK_WORDS.forenames)} ${random.pick(BOOK_WORDS.surnames)}`;

import { stems } from '../text/tokenize.js';
import type { EncoderText } from './product-text.js';

/** Word stems, character n-grams of the title, and whole facts are told apart by these first characters. */
const GRAM = '#';
const TAG = '@';

const GRAM_LENGTH = 4;
/** How often a word of the title counts beside one of the description. */
const TITLE_WEIGHT = 2;

/** How much each kind of feature counts once its words are weighted; chosen on judged queries of the Chorus catalogue. */
const WORD_SHARE = 1;
const GRAM_SHARE = 0.2;
const TAG_SHARE = 0.5;

/**
 * Words that join others and name nothing, of the languages most shops write in: rare in titles, and so weighty, they would make
 * "teacup and saucer" and "desk and chair" alike.
 */
const FUNCTION_WORDS = new Set(
  [
    'a an and as at by for from in of on or the to with without',
    'das dem den der die ein eine fur im mit ohne und von zu zum zur',
    'au aux avec de des du en et la le les ou pour sans sur un une',
    'al con del e el las lo los o para por sin una y',
    'che da dei della di gli il per',
    'een en het met of op van voor zonder',
  ].flatMap((line) => line.split(' ')),
);
const telling = (text: string): string[] => stems(text).filter((word) => !FUNCTION_WORDS.has(word));

/** The features of a text with their counts. */
export function featuresOf({ title, body, tags }: EncoderText): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string, count: number) => counts.set(feature, (counts.get(feature) ?? 0) + count);
  const named = telling(title);
  for (const word of named) {
    add(word, TITLE_WEIGHT);
    // Parts of words bring compounds, inflections and misspelt words near each other.
    const bounded = `_${word}_`;
    for (let at = 0; at + GRAM_LENGTH <= bounded.length; at += 1) add(GRAM + bounded.slice(at, at + GRAM_LENGTH), 1);
  }
  for (const word of telling(body)) add(word, 1);
  for (const tag of tags) add(TAG + tag, 1);
  return counts;
}

/** Dampened count times the share of its kind: what a feature weighs before its rarity. */
export function featureWeight(feature: string, count: number): number {
  const share = feature.startsWith(GRAM) ? GRAM_SHARE : feature.startsWith(TAG) ? TAG_SHARE : WORD_SHARE;
  return share * (1 + Math.log(count));
}

const WORD = /[\p{L}\p{N}]+/gu;
const NOT_ASCII = /\P{ASCII}/u;
/** Scripts that write no spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/** Lower case, without diacritics, compatibility forms unified: `Crème` and `creme` are the same. */
export const normalize = (text: string): string =>
  NOT_ASCII.test(text)
    ? text
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .toLowerCase()
        .replaceAll('ß', 'ss')
    : text.toLowerCase();

/** The words of a text, normalised, in order. Numbers and model codes are words. */
export function words(text: string): string[] {
  const plain = normalize(text);
  // A segmenter is some twenty times slower than the expression; only scripts without spaces need it.
  if (UNSPACED.test(plain)) {
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
    return [...segmenter.segment(plain)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
  }
  return plain.match(WORD) ?? [];
}

/** Takes off an English plural ending and leaves the rest alone (the "S" stemmer; Harman, 1991). */
export function stem(word: string): string {
  if (word.length < 4 || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return /[ae]ies$/.test(word) ? word : `${word.slice(0, -3)}y`;
  if (/(us|ss|is)$/.test(word)) return word;
  if (/(sses|shes|ches|xes|zes)$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** Words as search and the encoder compare them. */
export const stems = (text: string): string[] => words(text).map(stem);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withAncestors } from './categories.js';
import { MAX_QUERY_WORDS, wordsOf } from './text/words.js';

describe('wordsOf', () => {
  it('takes letters, digits and marks, each word once', () => {
    expect(wordsOf(`Café "Räume" 3.5mm OR-or e\u0301 *`)).toEqual(['café', 'räume', '3', '5mm', 'or', 'e\u0301']);
    expect(wordsOf(' "*()^: ')).toEqual([]);
  });

  it('leaves nothing that could be syntax, and has an end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const words = wordsOf(text);
        expect(words.length).toBeLessThanOrEqual(MAX_QUERY_WORDS);
        expect(words.join('')).not.toMatch(/["'*():^\s\p{Cc}-]/u);
      }),
    );
  });
});

describe('withAncestors', () => {
  it('adds what is above, once', () => {
    expect(withAncestors(['garden/tools/hand', 'garden/water', 'sale'])).toEqual([
      'garden',
      'garden/tools',
      'garden/tools/hand',
      'garden/water',
      'sale',
    ]);
    expect(withAncestors(['/odd//path', ''])).toEqual(['/odd', '/odd/', '/odd//path']);
  });
});

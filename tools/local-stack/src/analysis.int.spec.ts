// What the local stack adds to Elasticsearch's server behaves like the product: on Docker, or at a URL, these run against it.
import { describe, expect, inject, it } from 'vitest';

const url = inject('elasticsearchUrl');

async function terms(request: object, path = '/_analyze'): Promise<string[]> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const body = (await response.json()) as { tokens?: { token: string }[] };
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body.tokens!.map(({ token }) => token);
}

const stemmer = (language: string) => [{ type: 'stemmer', language }];

describe.skipIf(!url)('analysis', () => {
  // The expected terms are those of the examples in Elasticsearch's reference, where it has one.
  it.each<[name: string, text: string, filter: unknown[], expected: string]>([
    ['asciifolding', 'açaí à la carte', ['asciifolding'], 'acai a la carte'],
    ['asciifolding, original kept', 'açaí à', [{ type: 'asciifolding', preserve_original: true }], 'acai açaí a à'],
    ['stemmer', 'the foxes jumping quickly', ['stemmer'], 'the fox jump quickli'],
    ['stemmer light_english', 'the foxes jumping quickly', stemmer('light_english'), 'the fox jump quick'],
    ['stemmer minimal_english', 'chairs jumping', stemmer('minimal_english'), 'chair jumping'],
    ['stemmer possessive_english', "John's chairs", stemmer('possessive_english'), 'John chairs'],
    ['stemmer german', 'stühle tische', stemmer('german'), 'stuhl tisch'],
    ['stemmer light_german', 'stühle tische', stemmer('light_german'), 'stuhl tisch'],
    ['stemmer french', 'chaises continuellement', stemmer('french'), 'chais continuel'],
    ['stemmer light_french', 'chaises chevaux', stemmer('light_french'), 'chais cheval'],
    ['stemmer spanish', 'sillas corriendo', stemmer('spanish'), 'sill corr'],
    ['stemmer light_spanish', 'sillas corriendo', stemmer('light_spanish'), 'sill corriend'],
    ['porter_stem', 'the foxes jumping quickly', ['porter_stem'], 'the fox jump quickli'],
    ['kstem', 'the foxes jumping quickly', ['kstem'], 'the fox jump quick'],
    ['edge_ngram', 'the quick', [{ type: 'edge_ngram', min_gram: 1, max_gram: 2 }], 't th q qu'],
    [
      'edge_ngram, original kept',
      'quick',
      [{ type: 'edge_ngram', min_gram: 2, max_gram: 3, preserve_original: true }],
      'qu qui quick',
    ],
    ['ngram', 'Quick fox', ['ngram'], 'Q Qu u ui i ic c ck k f fo o ox x'],
    ['unique', 'the quick fox jumps the lazy fox', ['unique'], 'the quick fox jumps lazy'],
    ['keyword_repeat', 'jumping dog', ['keyword_repeat', 'stemmer'], 'jumping jump dog dog'],
    ['remove_duplicates', 'jumping dog', ['keyword_repeat', 'stemmer', 'remove_duplicates'], 'jumping jump dog'],
    ['unique in place', 'dog dog', ['keyword_repeat', { type: 'unique', only_on_same_position: true }], 'dog dog'],
    [
      'synonym_graph',
      'a couch',
      [{ type: 'synonym_graph', synonyms: ['couch, sofa', 'tv => television'] }],
      'a sofa couch',
    ],
    ['synonym', 'tv', [{ type: 'synonym', synonyms: ['tv => television'] }], 'television'],
    ['synonym, not expanded', 'sofa', [{ type: 'synonym', expand: false, synonyms: ['couch, sofa'] }], 'couch'],
    ['synonyms of folded terms', 'café', ['asciifolding', { type: 'synonym', synonyms: ['café => bistro'] }], 'bistro'],
  ])('%s', async (_, text, filter, expected) => {
    expect((await terms({ tokenizer: 'standard', filter, text })).join(' ')).toBe(expected);
  });

  it('word_delimiter_graph', async () => {
    const split = (text: string, options = {}) =>
      terms({ tokenizer: 'keyword', filter: [{ type: 'word_delimiter_graph', ...options }], text });
    expect((await split("Neil's-Super-Duper-XL500--42+AutoCoder")).join(' ')).toBe(
      'Neil Super Duper XL 500 42 Auto Coder',
    );
    expect((await split('super-duper-xl-500', { catenate_all: true })).join(' ')).toBe(
      'superduperxl500 super duper xl 500',
    );
    expect(await split('XL500 wi-fi', { protected_words: ['XL500 wi-fi'] })).toEqual(['XL500 wi-fi']);
  });

  it('html_strip', async () => {
    const text = '<p>I&apos;m so <b>happy</b>!</p>';
    expect(await terms({ tokenizer: 'keyword', char_filter: ['html_strip'], text })).toEqual(["\nI'm so happy!\n"]);
    const char_filter = [{ type: 'html_strip', escaped_tags: ['b'] }];
    expect(await terms({ tokenizer: 'keyword', char_filter, text })).toEqual(["\nI'm so <b>happy</b>!\n"]);
  });

  it('english, and a normalizer that folds', async () => {
    expect(await terms({ analyzer: 'english', text: "The shopkeeper's running chairs" })).toEqual([
      'shopkeep',
      'run',
      'chair',
    ]);
    const analysis = {
      normalizer: { folded: { type: 'custom', filter: ['lowercase', 'asciifolding'] } },
      analyzer: { own: { type: 'english', stem_exclusion: ['chairs'], stopwords: ['red'] } },
    };
    const index = `/local-stack-analysis-${process.pid}`;
    const created = await fetch(url + index, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ settings: { analysis } }),
    });
    expect(created.status).toBe(200);
    try {
      expect(await terms({ normalizer: 'folded', text: 'Café' }, `${index}/_analyze`)).toEqual(['cafe']);
      expect(await terms({ analyzer: 'own', text: 'the red chairs running' }, `${index}/_analyze`)).toEqual([
        'the',
        'chairs',
        'run',
      ]);
    } finally {
      await fetch(url + index, { method: 'DELETE' });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { stem, stems, words } from './tokenize.js';

describe('words', () => {
  it.each([
    ['Crème brûlée, 250 ml', ['creme', 'brulee', '250', 'ml']],
    ['Straße', ['strasse']],
    ['HD15-kabel (006R90321)', ['hd15', 'kabel', '006r90321']],
    ['ﬁne Ｆｕｌｌ', ['fine', 'full']],
    ['  —  ', []],
    ['', []],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected));

  it('splits scripts that write no spaces', () => {
    expect(words('庭の道具 trowel').length).toBeGreaterThan(2);
    expect(words('庭の道具 trowel')).toContain('trowel');
  });
});

describe('stem', () => {
  it.each([
    ['trowels', 'trowel'],
    ['boxes', 'box'],
    ['brushes', 'brush'],
    ['glasses', 'glass'],
    ['glass', 'glass'],
    ['batteries', 'battery'],
    ['cactus', 'cactus'],
    ['gas', 'gas'],
    ['cases', 'case'],
  ])('%s -> %s', (word, expected) => expect(stem(word)).toBe(expected));

  it('makes singular and plural the same word', () => {
    expect(stems('Garden Trowels')).toEqual(stems('garden trowel'));
  });
});

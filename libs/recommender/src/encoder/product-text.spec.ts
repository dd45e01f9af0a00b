import { aContent } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { productText, queryText } from './product-text.js';

describe('productText', () => {
  it('names facts by their kind and counts a category with all above it', () => {
    const text = productText(
      aContent({
        brand: 'Fernhill',
        categories: ['garden/hand-tools'],
        attributes: { Colour: ['Red', 'Blue'], length: 30, foldable: true, note: 'two\nlines' },
        variants: [
          { sku: 'm', options: { size: 'M' } },
          { sku: 'm2', options: { size: 'M' } },
        ],
      }),
    );
    expect(text.tags).toEqual([
      'brand:fernhill',
      'category:garden',
      'category:garden/hand-tools',
      'colour:red',
      'colour:blue',
      'length:30',
      'foldable:true',
      'note:two lines',
      'size:m',
    ]);
    expect(text.body).toBe('A trowel for beds and pots. Red Blue two\nlines');
  });

  it('makes do with a title', () => {
    expect(productText({ title: 'Trowel', categories: [] })).toEqual({ title: 'Trowel', body: '', tags: [] });
  });
});

it('reads a query as a title', () => expect(queryText('trowel')).toEqual({ title: 'trowel', body: '', tags: [] }));

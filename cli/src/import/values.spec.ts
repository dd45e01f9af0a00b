import { describe, expect, it } from 'vitest';
import { categoriesOf, plainTextOf, readAvailability, readCount, readMoney, readNumber, textOf } from './values.js';

const plain = { minorUnits: false, decimalComma: false };

describe('readMoney', () => {
  it.each<[unknown, number, string?]>([
    [12.5, 12.5],
    ['12.50 EUR', 12.5, 'EUR'],
    ['€ 1.234,50', 1234.5, 'EUR'],
    ['1,234.50', 1234.5],
    ['1,234', 1234],
    ['12,5', 12.5],
    ['12,50 kr', Number.NaN],
    ['£2.55', 2.55, 'GBP'],
    ["1'299.00 CHF", 1299, 'CHF'],
    ['0', 0],
    ['-3.00', -3],
    [0.1 + 0.2, 0.3],
  ])('%j is %d %s', (value, amount, currency) => {
    const read = readMoney(value, plain);
    if (Number.isNaN(amount)) expect(read).toHaveProperty('problem');
    else expect(read).toEqual({ value: { amount, ...(currency && { currency }) } });
  });

  it('reads whole cents and decimal commas when told to', () => {
    expect(readMoney(4995, { ...plain, minorUnits: true })).toEqual({ value: { amount: 49.95 } });
    expect(readMoney('1.234', { ...plain, decimalComma: true })).toEqual({ value: { amount: 1234 } });
  });

  it.each(['', 'abc', 'EUR', '1.2.3', Number.POSITIVE_INFINITY, null, {}])('refuses %j', (value) =>
    expect(readMoney(value, plain)).toHaveProperty('problem'),
  );
});

describe('readNumber and readCount', () => {
  it('reads thousands, refuses what is no number', () => {
    expect(readNumber('1,234,567')).toBe(1_234_567);
    expect(readNumber('1.234.567')).toBeUndefined();
    expect(readNumber('0x10')).toBeUndefined();
    expect(readNumber('1e5')).toBeUndefined();
  });

  it('takes whole numbers only', () => {
    expect(readCount('-12.0')).toEqual({ value: -12 });
    expect(readCount('1,000')).toEqual({ value: 1000 });
    expect(readCount('1.5')).toHaveProperty('problem');
    expect(readCount('')).toHaveProperty('problem');
  });
});

describe('texts', () => {
  it('trims, joins white space and takes the first of several', () => {
    expect(textOf('  a \n b ')).toBe('a b');
    expect(textOf(['', ' x '])).toBe('x');
    expect(textOf('   ')).toBeUndefined();
    expect(textOf({})).toBeUndefined();
  });

  it('reads HTML as text', () => {
    expect(plainTextOf('<p>Soft &amp; warm</p><br/>3 &lt; 4 &#8364;&#x20AC; &unknown;')).toBe(
      'Soft & warm 3 < 4 €€ &unknown;',
    );
    expect(plainTextOf('a < b and c > d')).toBe('a < b and c > d');
  });
});

describe('readAvailability', () => {
  it.each([
    ['in stock', 'in_stock'],
    ['In_Stock', 'in_stock'],
    ['http://schema.org/InStock', 'in_stock'],
    ['https://schema.org/OutOfStock', 'out_of_stock'],
    ['sold out', 'out_of_stock'],
    ['not available', 'out_of_stock'],
    ['unavailable', 'out_of_stock'],
    [false, 'out_of_stock'],
    ['1', 'in_stock'],
    ['0', 'out_of_stock'],
    ['pre-order', 'preorder'],
    ['BackOrder', 'backorder'],
    ['discontinued', 'discontinued'],
  ])('%s is %s', (value, availability) => expect(readAvailability(value)).toEqual({ value: availability }));

  it('refuses what it does not know', () => expect(readAvailability('maybe')).toHaveProperty('problem'));
});

describe('categoriesOf', () => {
  it.each<[unknown, string | undefined, string[]]>([
    ['Home > Garden > Hand Tools', undefined, ['Home/Garden/Hand Tools']],
    ['garden/hand-tools', undefined, ['garden/hand-tools']],
    ['Server/Workstation Board', undefined, ['Server-Workstation Board']],
    ['a|b|c', '|', ['a/b/c']],
    [['Toys > Games', 'Gifts', 'Gifts'], undefined, ['Toys/Games', 'Gifts']],
    ['1', undefined, []],
    ['', undefined, []],
    ['Food &gt; Tea', undefined, ['Food/Tea']],
  ])('%j by %j', (value, separator, paths) => expect(categoriesOf(value, separator)).toEqual(paths));
});

import { CatalogItem, parsePayload, type CatalogCommand, type EventDeclaration } from '@shopkeeper/contracts';
import { A_MOMENT } from '@shopkeeper/contracts/testing';
import { describe, expect, it } from 'vitest';
import { changeToCommand, itemToCommands } from './commands.js';

const NOW = '2026-02-01T00:00:00.000Z';
const line = (over: object) => CatalogItem.parse({ productId: 'p-1', title: 'Trowel', ...over });
const told = (commands: CatalogCommand[]) =>
  commands.map(({ event, payload }) => [event.type, 'sku' in payload ? payload.sku : undefined, payload]);

describe('itemToCommands', () => {
  it('splits a line into content and one offer', () => {
    const commands = itemToCommands(line({ price: 10, stock: 0, listPrice: null, brand: 'Fernhill' }), NOW);
    expect(told(commands)).toEqual([
      [
        'content.observed',
        undefined,
        { productId: 'p-1', observedAt: NOW, content: { title: 'Trowel', brand: 'Fernhill', categories: [] } },
      ],
      [
        'offer.observed',
        undefined,
        { productId: 'p-1', observedAt: NOW, offer: { price: 10, stock: 0, listPrice: null } },
      ],
    ]);
  });

  it('gives each variant what the line says of the product, unless it says otherwise', () => {
    const commands = itemToCommands(
      line({
        price: 10,
        variants: [
          { sku: 'm', options: { size: 'M' }, stock: 2 },
          { sku: 'l', price: 12 },
        ],
      }),
      NOW,
    );
    expect(commands[0]!.payload).toMatchObject({
      content: { variants: [{ sku: 'm', options: { size: 'M' } }, { sku: 'l' }] },
    });
    expect(commands.slice(1).map(({ payload }) => payload)).toMatchObject([
      { sku: 'm', offer: { price: 10, stock: 2 } },
      { sku: 'l', offer: { price: 12 } },
    ]);
    expect(JSON.stringify(commands[0])).not.toContain('"stock"');
  });

  it('keeps the time of the line and says nothing of offers that the line does not', () => {
    const commands = itemToCommands(line({ observedAt: A_MOMENT, variants: [{ sku: 'm' }] }), NOW);
    expect(commands).toHaveLength(1);
    expect(commands[0]!.payload.observedAt).toBe(A_MOMENT);
  });

  it('makes payloads that fit their schemas', () => {
    for (const { event, payload } of itemToCommands(line({ price: 1, variants: [] }), NOW)) {
      expect(parsePayload<unknown>(event as EventDeclaration, payload)).toEqual(payload);
    }
  });
});

describe('changeToCommand', () => {
  it('counts as observed now unless it says when', () => {
    const removal = { type: 'removal', productId: 'p-1' } as const;
    expect(changeToCommand(removal, NOW).payload).toEqual({ productId: 'p-1', observedAt: NOW });
    expect(changeToCommand({ ...removal, observedAt: A_MOMENT }, NOW).payload.observedAt).toBe(A_MOMENT);
  });

  it('passes on the ids it was given and no others', () => {
    const change = { type: 'offer', sku: 's-1', offer: { stock: 3 } } as const;
    expect(changeToCommand(change, NOW)).toMatchObject({ event: { type: 'offer.observed' } });
    expect(changeToCommand(change, NOW).payload).toEqual({ sku: 's-1', observedAt: NOW, offer: { stock: 3 } });
  });
});

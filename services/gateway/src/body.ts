import { ShopkeeperError } from '@shopkeeper/contracts';

const MAX_DEPTH = 20;

/**
 * Checks what JSON.parse lets through: nesting deeper than 20 levels, and keys that reach for prototypes.
 * @throws ShopkeeperError REQUEST_INVALID
 */
export function assertTame(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new ShopkeeperError('REQUEST_INVALID', `Nested deeper than ${MAX_DEPTH} levels.`);
  if (Array.isArray(value)) {
    for (const item of value) assertTame(item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new ShopkeeperError('REQUEST_INVALID', `The key "${key}" is not allowed.`);
    }
    assertTame((value as Record<string, unknown>)[key], depth + 1);
  }
}

/** Reads a body of JSON. @throws ShopkeeperError REQUEST_MALFORMED with the place that cannot be read */
export function parseJson(text: string): unknown {
  if (text.trim() === '')
    throw new ShopkeeperError('REQUEST_MALFORMED', 'The body is empty; a JSON document was expected.');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShopkeeperError('REQUEST_MALFORMED', `The body is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A line of a body of JSON lines: its value, or why it could not be read. */
export type Line = { readonly value: unknown } | { readonly problem: string };

/** Reads a body of one JSON document a line; empty lines are passed over, broken ones are named and do not stop the others. */
export const parseLines = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        const value: unknown = JSON.parse(line);
        assertTame(value);
        return { value };
      } catch (error) {
        return { problem: (error as Error).message };
      }
    });

/** A body of JSON lines, as the content parser hands it on. */
export class LinesBody {
  constructor(readonly lines: readonly Line[]) {}
}

import { hash } from 'node:crypto';

/**
 * An id made of what it stands for: 132 bits of SHA-256 over the parts, 22 URL-safe characters.
 * The parts are joined with a character that no id of ours can hold, so that `('ab', 'c')` and `('a', 'bc')` differ.
 */
export const stableId = (...parts: readonly string[]): string =>
  hash('sha256', parts.join('\u0000'), 'base64url').slice(0, 22);

import { describe, expect, it } from 'vitest';
import { Sessions } from './sessions.js';

describe('Sessions', () => {
  it('refuses a seq that is not above the last', () => {
    const sessions = new Sessions(10);
    expect(sessions.advance('a', 1, 0)).not.toBeNull();
    expect(sessions.advance('a', 3, 0)).not.toBeNull();
    expect(sessions.advance('a', 3, 0)).toBeNull();
    expect(sessions.advance('a', 2, 0)).toBeNull();
    expect(sessions.advance('b', 1, 0)).not.toBeNull();
  });

  it('keeps the sessions used last', () => {
    const sessions = new Sessions(2);
    sessions.advance('a', 1, 0);
    sessions.advance('b', 1, 0);
    sessions.advance('a', 2, 0);
    sessions.advance('c', 1, 0);
    expect(sessions.size).toBe(2);
    expect(sessions.advance('a', 2, 0)).toBeNull();
    expect(sessions.advance('b', 1, 0)).not.toBeNull();
  });
});

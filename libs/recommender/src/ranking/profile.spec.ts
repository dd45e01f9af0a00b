import { describe, expect, it } from 'vitest';
import { PROFILE, profileOf } from './profile.js';
import { aDeed, ago, aShelf, DAY, MINUTE, NOW } from './testing/a-shelf.js';

const shelf = aShelf({
  trowel: { categories: ['garden/tools'] },
  rake: { categories: ['garden/tools'] },
  rose: { categories: ['garden/plants'] },
  pan: { categories: ['kitchen/pans'] },
});
const idsOf = (products: readonly number[]) => products.map((product) => shelf.id(product));
const LAST_WEEK = { occurredAt: ago(7 * DAY), sessionId: 's-0' };

describe('profileOf', () => {
  it('starts walks from distinct products, the open session first and heaviest', () => {
    const evidence = [aDeed('trowel'), aDeed('rake'), aDeed('trowel'), aDeed('pan', LAST_WEEK)];
    const { seeds, seedWeights } = profileOf(shelf, evidence, NOW);
    expect(idsOf(seeds)).toEqual(['trowel', 'rake', 'pan']);
    expect(seedWeights.reduce((a, b) => a + b)).toBeCloseTo(1);
    expect(seedWeights[1]! / seedWeights[0]!).toBeCloseTo(Math.exp(-1 / 2));
    expect(seedWeights[2]! / seedWeights[0]!).toBeCloseTo(PROFILE.earlierSessions * Math.exp(-1));
  });

  it('does not start from what was taken out of the cart, nor from what teaches nothing', () => {
    const evidence = [
      aDeed('trowel', { kind: 'cart-remove', weight: -1.5 }),
      aDeed('trowel'),
      aDeed('rake', { weight: 0 }),
    ];
    expect(profileOf(shelf, evidence, NOW).seeds).toEqual([]);
  });

  it('has no open session half an hour after the last deed', () => {
    const evidence = [aDeed('trowel', { occurredAt: ago(31 * MINUTE) }), aDeed('pan', LAST_WEEK)];
    const { seedWeights, considered, tilt } = profileOf(shelf, evidence, NOW);
    expect(seedWeights[1]! / seedWeights[0]!).toBeCloseTo(Math.exp(-1 / 2));
    expect(considered.some(({ inSession }) => inSession)).toBe(false);
    expect(tilt).toBe(PROFILE.tilt);
  });

  it('considers what was seen or carted and not bought since', () => {
    const evidence = [
      aDeed('trowel'),
      aDeed('rake', { kind: 'cart-add', weight: 3, occurredAt: ago(20 * DAY), sessionId: 's-0' }),
      aDeed('rose', { kind: 'order', weight: 6, ...LAST_WEEK }),
      aDeed('rose', { occurredAt: ago(8 * DAY), sessionId: 's-0' }),
      aDeed('pan', { occurredAt: ago(40 * DAY), sessionId: 's-0' }),
    ];
    const { considered, settledAt } = profileOf(shelf, evidence, NOW);
    expect(considered.map(({ product, inCart }) => [shelf.id(product), inCart])).toEqual([
      ['trowel', false],
      ['rake', true],
    ]);
    expect([...settledAt]).toEqual([[shelf.find('rose'), NOW - 7 * DAY]]);
  });

  it('counts interest for categories and what lies above them', () => {
    const evidence = [aDeed('trowel', LAST_WEEK), aDeed('rose', LAST_WEEK), aDeed('pan', { ...LAST_WEEK, weight: 2 })];
    const { interests, leaves } = profileOf(shelf, evidence, NOW);
    const shares = Object.fromEntries(interests.map(({ category, share }) => [shelf.categories.path(category), share]));
    expect(shares).toMatchObject({ garden: 0.5, kitchen: 0.5, 'garden/tools': 0.25 });
    expect(leaves.map(({ category }) => shelf.categories.path(category))).toEqual([
      'kitchen/pans',
      'garden/plants',
      'garden/tools',
    ]);
  });

  it('lets a session that has nothing to do with the memory stand alone', () => {
    const memory = [aDeed('trowel', LAST_WEEK), aDeed('rake', LAST_WEEK)];
    expect(profileOf(shelf, [aDeed('pan'), ...memory], NOW).tilt).toBe(0);
    expect(profileOf(shelf, [aDeed('rake'), ...memory], NOW).tilt).toBe(PROFILE.tilt);
    expect(profileOf(shelf, [aDeed('rose'), ...memory], NOW).tilt).toBe(PROFILE.tilt / 2);
  });

  it('counts what the shelf does not know', () => {
    const { seeds, considered, unknown } = profileOf(shelf, [aDeed('strange'), aDeed('trowel')], NOW);
    expect(unknown).toBe(1);
    expect(idsOf(seeds)).toEqual(['trowel']);
    expect(considered).toHaveLength(1);
    expect(profileOf(shelf, [], NOW)).toMatchObject({ seeds: [], considered: [], interests: [], unknown: 0 });
  });
});

import type { Placement } from '@shopkeeper/contracts';
import type { Source } from './blend.js';
import type { KinFactors } from './kinship.js';

/** How a placement makes its lists. */
export interface Recipe {
  /** Whom it is about: the shopper, or the products of the page or cart. */
  readonly about: 'shopper' | 'products';
  /** What the best candidate of each source is worth; sources that are not named give none. */
  readonly weights: Readonly<Partial<Record<Source, number>>>;
  /** Substitutes stay near the context products, complements away from them. */
  readonly kin: KinFactors;
  /** The most that the business nudge may move: factor e^(λ·b), b in -2..2. */
  readonly lambda: number;
  /** Diversity: 0 = none. */
  readonly theta: number;
  /** Shares of the list that reminders and new products may take while there is anything else. */
  readonly reminders: number;
  readonly novelties: number;
  /** The same thing in another guise as a context product has no place. */
  readonly withoutTwins: boolean;
  /** Things of the category that was just bought are held back a little. */
  readonly holdBack: boolean;
}

const ANY: KinFactors = { same: 1, near: 1, far: 1 };
const SUBSTITUTES: KinFactors = { same: 1, near: 0.7, far: 0.35 };
const COMPLEMENTS: KinFactors = { same: 0.5, near: 0.8, far: 1 };

/** Fixed weights for as long as no trained ranker has earned its place. λ and θ: algorithms §3 and §4; the others are judged. */
export const RECIPES: Readonly<Record<Placement, Recipe>> = {
  home: {
    about: 'shopper',
    weights: { walk: 1, content: 0.4, bought: 0.2, reminder: 0.6, trend: 0.2, fresh: 0.1, fill: 0.01 },
    kin: ANY,
    lambda: 0.4,
    theta: 0.3,
    reminders: 0.2,
    novelties: 0.1,
    withoutTwins: false,
    holdBack: true,
  },
  similar: {
    about: 'products',
    weights: { walk: 1, content: 0.8, trend: 0.04, fill: 0.01 },
    kin: SUBSTITUTES,
    lambda: 0.2,
    theta: 0.1,
    reminders: 0,
    novelties: 0,
    withoutTwins: false,
    holdBack: false,
  },
  'bought-together': {
    about: 'products',
    weights: { bought: 1, walk: 0.3, trend: 0.02, fill: 0.005 },
    kin: COMPLEMENTS,
    lambda: 0.2,
    theta: 0.2,
    reminders: 0,
    novelties: 0,
    withoutTwins: true,
    holdBack: false,
  },
  cart: {
    about: 'products',
    weights: { bought: 1, walk: 0.3, trend: 0.04, fill: 0.005 },
    kin: COMPLEMENTS,
    lambda: 0.2,
    theta: 0.2,
    reminders: 0,
    novelties: 0,
    withoutTwins: true,
    holdBack: false,
  },
  'still-considering': {
    about: 'shopper',
    weights: { reminder: 1 },
    kin: ANY,
    lambda: 0,
    theta: 0,
    reminders: 1,
    novelties: 0,
    withoutTwins: false,
    holdBack: false,
  },
};

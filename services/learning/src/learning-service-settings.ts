import { LEARNING_DEFAULTS, type LearningSettings, type PublishRule } from '@shopkeeper/recommender';
import type { RhythmSettings } from './rhythm.js';

/** Everything that can be tuned in the service. */
export interface LearningServiceSettings {
  readonly model: LearningSettings;
  readonly publish: PublishRule & { readonly partsPerRound: number };
  readonly rhythm: RhythmSettings;
}

export const LEARNING_SERVICE_SETTINGS = Symbol('LearningServiceSettings');

export const LEARNING_SERVICE_DEFAULTS: LearningServiceSettings = {
  model: LEARNING_DEFAULTS,
  publish: { minShare: 0.05, maxAgeMs: 30_000, partsPerRound: 500 },
  rhythm: {
    publishEveryMs: 1000,
    publishEveryWhenBusyMs: 10_000,
    busyAbove: 2000,
    busyBehindMs: 5000,
    // Writing one holds requests up for a moment; without it a restart reads ten minutes of signals again, which takes less.
    snapshotEveryMs: 600_000,
    settleAfterMs: 5000,
    settleEveryMs: 60_000,
  },
};

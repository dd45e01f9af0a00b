import type { Delivery } from '@shopkeeper/bus';
import { SignalRecorded } from '@shopkeeper/contracts';
import { aSignal } from '@shopkeeper/contracts/testing';
import { LearningModel } from '@shopkeeper/recommender';
import { describe, expect, it } from 'vitest';
import { Learner } from './learner.js';

const TOPIC = 'shopper.signal.v1';
const CONTEXT = { topic: TOPIC, partition: 0, signal: new AbortController().signal };
const delivered = (offset: number, over: Partial<SignalRecorded> = {}): Delivery<SignalRecorded> => ({
  event: SignalRecorded,
  payload: aSignal({ sessionId: `s-${offset}`, ...over }),
  key: 's-1',
  topic: TOPIC,
  partition: 0,
  offset,
  headers: {},
  timestamp: 1000 + offset,
});
const begin = () => {
  const counted: Record<string, number> = {};
  const count = (result: string, signals: number) => void (counted[result] = (counted[result] ?? 0) + signals);
  return { learner: new Learner(new LearningModel(), new Map(), count), counted };
};

describe('Learner', () => {
  it('moves its position with every record, and counts what became of it', async () => {
    const { learner, counted } = begin();
    await learner.foldSignals([delivered(4), delivered(5, { sessionId: 's-4' }), delivered(7)], CONTEXT);
    expect(learner.positions).toEqual({ [`${TOPIC}/0`]: 8 });
    expect(learner.newestAt).toBe(1007);
    expect(counted).toEqual({ folded: 2, duplicate: 1 });
    expect(learner.news).toBe(2);
  });

  it('passes over what it has folded when records come again', async () => {
    const { learner, counted } = begin();
    await learner.foldSignals([delivered(0), delivered(1)], CONTEXT);
    await learner.foldSignals([delivered(0), delivered(1), delivered(2)], CONTEXT);
    expect(counted).toEqual({ folded: 3 });
  });

  it('stops where its batch is no longer its own', async () => {
    const { learner } = begin();
    await learner.foldSignals([delivered(0)], { ...CONTEXT, signal: AbortSignal.abort() });
    expect(learner.positions).toEqual({});
  });

  it('lets others work while it folds, but nobody fold while the model has to stand still', async () => {
    const { learner } = begin();
    let turns = 0;
    const beat = setInterval(() => (turns += 1), 1);
    const many = Array.from({ length: 60_000 }, (_, i) => delivered(i, { sessionId: `s-${i % 5000}`, seq: i + 1 }));
    const folding = learner.foldSignals(many, CONTEXT);
    const still = learner.standingStill(async () => {
      const before = learner.model.signals;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [before, learner.model.signals];
    });
    const after = learner.foldSignals([delivered(90_000)], CONTEXT);
    expect(await still).toEqual([60_000, 60_000]);
    await Promise.all([folding, after]);
    clearInterval(beat);
    expect(turns).toBeGreaterThan(2);
    expect(learner.model.signals).toBe(60_001);
  });
});

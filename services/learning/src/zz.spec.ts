import { it } from 'vitest';
import { LearningHandlers } from './learning.handlers.js';
import { Learner } from './learner.js';
import { LearningModel } from '@shopkeeper/recommender';
import { aSignal } from '@shopkeeper/contracts/testing';
it('x', async () => {
  const learner = new Learner(new LearningModel(), new Map(), () => undefined);
  const h = new LearningHandlers({ learner } as any);
  console.log(Reflect.getMetadata('design:paramtypes', LearningHandlers));
  const d = [{ payload: aSignal(), topic: 'a', partition: 0, offset: 0, timestamp: 1 }] as any;
  await h.onSignalRecorded(d, { signal: new AbortController().signal } as any);
});

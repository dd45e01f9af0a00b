import type { Logger } from '@shopkeeper/platform';
import { LearningModel, SnapshotUnreadable, type LearningSettings } from '@shopkeeper/recommender';
import type { ArtifactStore } from '@shopkeeper/stores';
import { z } from 'zod';
import { Pace } from './pace.js';

const KIND = 'learning';
const KEEP = 2;

/** What is written beside the bytes of a snapshot. */
const Meta = z.object({
  /** Next offset to fold per `topic/partition`: where to read on. */
  positions: z.record(z.string(), z.number().int().min(0)),
  /** Signals of the last manifest published before it, 0 = none. */
  announced: z.number().int().min(0),
});
export type SnapshotMeta = z.infer<typeof Meta>;

export interface Snapshot extends SnapshotMeta {
  readonly model: LearningModel;
}

/** Keeps the model with its positions, so that a restart reads only what came since. */
export class Snapshots {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly settings: LearningSettings,
    private readonly logger: Logger,
  ) {}

  /** The newest one that can be read; null = learn from the beginning of the log. */
  async latest(): Promise<Snapshot | null> {
    for (const { id } of await this.newestFirst()) {
      const artifact = await this.artifacts.get(KIND, id);
      const meta = Meta.safeParse(artifact?.meta);
      if (!artifact || !meta.success) continue;
      try {
        return { model: LearningModel.restore(artifact.bytes, this.settings), ...meta.data };
      } catch (error) {
        if (!(error instanceof SnapshotUnreadable)) throw error;
        this.logger.warn({ snapshot: id, why: error.message }, 'snapshot passed over');
      }
    }
    return null;
  }

  /** Writes model and meta as one artifact; the model must stand still meanwhile. Answers its size in bytes. */
  async save(model: LearningModel, meta: SnapshotMeta, now: Date): Promise<number> {
    const pace = new Pace();
    const steps = model.snapshot();
    let step = steps.next();
    while (!step.done) {
      if (pace.due) await pace.rest();
      step = steps.next();
    }
    const createdAt = now.toISOString();
    await this.artifacts.put({ kind: KIND, id: createdAt, createdAt, meta, bytes: step.value });
    for (const { id } of (await this.newestFirst()).slice(KEEP)) await this.artifacts.remove(KIND, id);
    return step.value.length;
  }

  private async newestFirst(): Promise<readonly { readonly id: string; readonly createdAt: string }[]> {
    const all = await this.artifacts.list(KIND);
    return [...all].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }
}

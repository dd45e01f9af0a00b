import type { EventBus } from '@shopkeeper/bus';
import {
  ModelManifestPublished,
  ModelRowPublished,
  recordOf,
  tombstoneOf,
  type OutgoingRecord,
} from '@shopkeeper/contracts';
import type { LearnedRow, PublishRule } from '@shopkeeper/recommender';
import type { Learner } from './learner.js';
import { MODEL } from './manifests.js';
import { Pace } from './pace.js';

const SOURCE = { source: '/services/learning' };
/** Records handed to the bus at once: a few hundred kilobytes. */
const BATCH = 200;

/** What came of one round of publishing. */
export interface Round {
  readonly parts: number;
  readonly rows: number;
  /** True when more was due than a round takes. */
  readonly more: boolean;
}

/** Publishes the rows that changed, most changed first, and then the manifest of the epoch they belong to. */
export class RowPublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly learner: Learner,
    private readonly rule: PublishRule & { readonly partsPerRound: number },
    private signalsAnnounced: number,
  ) {}

  /** Signals of the last manifest, 0 = none yet. */
  get announced(): number {
    return this.signalsAnnounced;
  }

  /**
   * One round; resolves when the bus has acknowledged all of it. After an error the parts are due again.
   * @param now ms of a clock that never goes back
   */
  async round(now: number): Promise<Round> {
    const { model } = this.learner;
    const limit = this.rule.partsPerRound;
    const parts = model.takeDirty(now, this.rule, limit);
    if (parts.length === 0) return { parts: 0, rows: 0, more: false };
    const { epoch, signals } = model;
    const { positions } = this.learner;
    try {
      const pace = new Pace();
      let rows = 0;
      let batch: OutgoingRecord[] = [];
      for (const part of parts) {
        if (pace.due) await pace.rest();
        for (const row of model.rowsOf(part)) batch.push(recordOfRow(row, epoch));
        if (batch.length < BATCH) continue;
        await this.bus.publish(batch);
        rows += batch.length;
        batch = [];
      }
      const publishedAt = new Date().toISOString();
      rows += batch.length;
      await this.bus.publish(batch);
      const manifest = { model: MODEL, epoch, publishedAt, signals, rows, positions };
      await this.bus.publish([recordOf(ModelManifestPublished, manifest, SOURCE)]);
      this.signalsAnnounced = signals;
      return { parts: parts.length, rows, more: parts.length === limit };
    } catch (error) {
      model.giveBack(parts);
      throw error;
    }
  }
}

/** A row with nothing in it is taken away: readers and compaction then forget it. */
function recordOfRow(row: LearnedRow, epoch: string): OutgoingRecord {
  if (row.products.length === 0) return tombstoneOf(ModelRowPublished, `${row.generator}:${row.subject}`, SOURCE);
  const { generator, subject, products, scores } = row;
  return recordOf(
    ModelRowPublished,
    { generator, subject, epoch, products: [...products], scores: [...scores] },
    SOURCE,
  );
}

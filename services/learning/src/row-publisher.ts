import { createHash } from 'node:crypto';
import type { EventBus } from '@shopkeeper/bus';
import {
  ModelManifestPublished,
  ModelRowPublished,
  recordOf,
  tombstoneOf,
  type OutgoingRecord,
} from '@shopkeeper/contracts';
import type { DirtyPart, LearnedRow, PublishRule } from '@shopkeeper/recommender';
import type { Learner } from './learner.js';
import { MODEL } from './manifests.js';
import { Pace } from './pace.js';

const SOURCE = { source: '/services/learning' };
/** Records handed to the bus at once: a few hundred kilobytes. */
const BATCH = 200;
/** Nobody waits for the settling: it gives way sooner than other work. */
const SETTLING_SLICE_MS = 2;

type Part = Pick<DirtyPart, 'part' | 'subject'>;

/** What came of one round of publishing. */
export interface Round {
  readonly parts: number;
  readonly rows: number;
  /** True when more was due than a round takes. */
  readonly more: boolean;
}

/** Publishes the rows that changed, most changed first, and then the manifest of the epoch they belong to. */
export class RowPublisher {
  /** What was published last under each key. */
  private readonly marks = new Map<string, number>();

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
    const limit = this.rule.partsPerRound;
    const parts = this.learner.model.takeDirty(now, this.rule, limit);
    if (parts.length === 0) return { parts: 0, rows: 0, more: false };
    const rows = await this.publish(parts, parts, new Pace());
    return { parts: parts.length, rows, more: parts.length === limit };
  }

  /**
   * Looks at every row and publishes those that are not what was published. A row changes with its own news, which `round` follows, but also, by
   * and by, with what is learned of others: how popular a neighbour is, how many orders there are. From here on the published rows depend
   * on what was learned alone, and no longer on the pieces in which it came.
   * @param goOn asked before each part: false ends it, and `more` says so
   */
  async settle(goOn: () => boolean): Promise<Round> {
    const { model } = this.learner;
    const due = model.takeDirty(0, { minShare: 0, maxAgeMs: 0 }, Number.POSITIVE_INFINITY);
    let parts = 0;
    let ended = false;
    function* whileCalm(): Generator<Part> {
      for (const part of model.everyPart()) {
        ended = !goOn();
        if (ended) return;
        parts += 1;
        yield part;
      }
    }
    const rows = await this.publish(whileCalm(), due, new Pace(SETTLING_SLICE_MS));
    if (ended) model.giveBack(due);
    return { parts, rows, more: ended };
  }

  /** @param due parts to give back when they cannot be published */
  private async publish(parts: Iterable<Part>, due: readonly Part[], pace: Pace): Promise<number> {
    const { model } = this.learner;
    const { epoch, signals } = model;
    const { positions } = this.learner;
    let rows = 0;
    let batch: OutgoingRecord[] = [];
    const news = new Map<string, number>();
    const flush = async () => {
      await this.bus.publish(batch);
      for (const [key, mark] of news) this.marks.set(key, mark);
      rows += batch.length;
      batch = [];
      news.clear();
    };
    try {
      for (const part of parts) {
        if (pace.due) await pace.rest();
        for (const row of model.rowsOf(part)) {
          const key = `${row.generator}:${row.subject}`;
          const mark = markOf(row);
          if (this.marks.get(key) === mark) continue;
          news.set(key, mark);
          batch.push(recordOfRow(row, epoch));
        }
        if (batch.length >= BATCH) await flush();
      }
      await flush();
      if (rows > 0 || signals > this.signalsAnnounced) {
        const publishedAt = new Date().toISOString();
        const manifest = { model: MODEL, epoch, publishedAt, signals, rows, positions };
        await this.bus.publish([recordOf(ModelManifestPublished, manifest, SOURCE)]);
        this.signalsAnnounced = signals;
      }
      return rows;
    } catch (error) {
      model.giveBack(due);
      throw error;
    }
  }
}

/** 48 bits that differ when rows differ. */
const markOf = ({ products, scores }: LearnedRow): number =>
  createHash('sha1')
    .update(`${products.join('\n')}\n\n${scores.join()}`)
    .digest()
    .readUIntBE(0, 6);

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

import { Best, type Neighbours } from './best.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DirtyRows } from './dirty-rows.js';
import { ForwardDecay } from './forward-decay.js';
import { withRoomFor } from './growable.js';
import { SESSION_ITEMS, WINDOW, type OpenSession } from './sessions.js';
import { SlotTable } from './slot-table.js';

const SLOTS = 256;
const ROW_LENGTH = 100;
/** Shares below this are rounding left over from votes that were taken back. */
const NEGLIGIBLE = 1e-6;

/**
 * The counters behind the walk of S-Walk (Choi et al., WSDM 2022), kept as a stream. The vote of a session for the ordered pair (a, b) is
 * `w_b / g` in C_R and `w_b / g²` in C_T: w_b the strongest weight that b had in the session, g the smallest distance at which the two were
 * visited, counted in distinct products, at most 10. So a reload or fifty clicks to and fro never multiply a pair.
 * Rows: `R[a,b] = C_R[a,b] / ΣC_R[a,·]` and `T[a,b] = C_T[a,b] / ((ΣC_T[a,·])^0.5 · n_b^0.3)`, n_b the weights that b had over all sessions.
 * A row has 256 slots; a newcomer to a full row takes the smallest and inherits its count (space-saving; Metwally et al., ICDT 2005).
 */
export class CoVisits {
  readonly dirty = new DirtyRows();
  private readonly table = new SlotTable(SLOTS, this.dirty);
  private counts: Float64Array = new Float64Array(64);
  private readonly decay: ForwardDecay;
  private readonly distances = new Uint8Array(SESSION_ITEMS);
  private readonly best = new Best(ROW_LENGTH);
  private readonly rescale = (factor: number): void => {
    this.table.scale(factor);
    for (let i = 0; i < this.counts.length; i += 1) this.counts[i] = (this.counts[i] as number) * factor;
    this.dirty.scale(factor);
  };

  /** @param tauMs how long a vote takes to fade to 1/e */
  constructor(tauMs: number) {
    this.decay = new ForwardDecay(tauMs);
  }

  /**
   * A product in a session: above 0 a visit of that weight, below 0 a removal that takes weight back, never below 0.
   * Answers by how much the product's weight in the session changed.
   */
  fold(session: OpenSession, item: number, weight: number): number {
    let position = session.items.indexOf(item);
    if (position < 0) {
      if (weight <= 0 || session.full) return 0;
      position = session.append(item);
    }
    const before = session.weights[position] as number;
    const after = weight > 0 ? Math.max(before, weight) : Math.max(0, before + weight);
    const vote = this.decay.weightAt(session.startedAt, this.rescale);
    this.measure(session, position, weight > 0);
    this.vote(session, position, before, after, vote);
    session.weights[position] = after;
    if (weight > 0) session.moveToFront(position);
    this.counts = withRoomFor(this.counts, item);
    this.counts[item] = Math.max(0, (this.counts[item] as number) + (after - before) * vote);
    return after - before;
  }

  /** R: where the walk goes from a product. */
  covisitRow(item: number, leaveOut: (item: number) => boolean): Neighbours {
    const row = this.table.row(item);
    if (row && row.sumX > 0)
      for (let i = 0; i < row.size; i += 1) {
        const share = (row.x[i] as number) / row.sumX;
        if (share > NEGLIGIBLE && !leaveOut(row.ids[i] as number)) this.best.offer(row.ids[i] as number, share);
      }
    return this.best.drain();
  }

  /** T: where the walk starts from a product, its level as of `now` (ms since the epoch). */
  transitionRow(item: number, now: number, leaveOut: (item: number) => boolean): Neighbours {
    const row = this.table.row(item);
    if (row && row.sumY > 0) {
      // All counters share one scale s, so T has s^(1 - 0.5 - 0.3).
      const level = this.decay.scaleAt(now) ** 0.2 / Math.sqrt(row.sumY);
      for (let i = 0; i < row.size; i += 1) {
        const neighbour = row.ids[i] as number;
        const count = this.counts[neighbour] as number;
        const cell = row.y[i] as number;
        if (count > 0 && cell / row.sumY > NEGLIGIBLE && !leaveOut(neighbour))
          this.best.offer(neighbour, (cell * level) / count ** 0.3);
      }
    }
    return this.best.drain();
  }

  /** The mass of a row, in the unit of `dirty`. */
  totalOf(item: number): number {
    return this.table.totalOf(item);
  }

  /** The products that have a row. */
  subjects(): Generator<number> {
    return this.table.subjects();
  }

  /** Empties a product's own row; in other rows it gives way in time. */
  drop(item: number): void {
    this.table.drop(item);
  }

  *write(out: ByteWriter): Generator<void> {
    this.decay.write(out);
    out.numbers(this.counts);
    this.dirty.write(out);
    yield* this.table.write(out);
  }

  read(from: ByteReader): void {
    this.decay.read(from);
    this.counts = from.f64s();
    this.dirty.read(from);
    this.table.read(from);
  }

  /** Notes how far a visit is from each position of the window; 0 = outside, or no visit. */
  private measure(session: OpenSession, position: number, visit: boolean): void {
    this.distances.fill(0, 0, session.items.length);
    if (!visit) return;
    let distance = 0;
    for (const other of session.recent) {
      if (other === position) continue;
      distance += 1;
      if (distance > WINDOW) break;
      this.distances[other] = distance;
    }
  }

  /** Brings the votes of all pairs of one position up to date. */
  private vote(session: OpenSession, position: number, before: number, after: number, vote: number): void {
    const item = session.items[position] as number;
    for (let other = 0; other < session.items.length; other += 1) {
      if (other === position) continue;
      const known = session.gap(position, other);
      const seen = this.distances[other] as number;
      const gap = known === 0 || (seen > 0 && seen < known) ? seen : known;
      if (gap === 0 || (gap === known && after === before)) continue;
      const neighbour = session.items[other] as number;
      const weight = session.weights[other] as number;
      const old = known === 0 ? 0 : 1 / known;
      const now = 1 / gap;
      this.add(neighbour, item, (after * now - before * old) * vote, (after * now * now - before * old * old) * vote);
      if (gap !== known) {
        this.add(item, neighbour, weight * (now - old) * vote, weight * (now * now - old * old) * vote);
        session.setGap(position, other, gap);
      }
    }
  }

  private add(a: number, b: number, r: number, t: number): void {
    const row = this.table.open(a);
    const at = row.find(b);
    if (at >= 0) row.addAt(at, r, t);
    else if (r > 0) {
      const free = row.claim(b);
      if (free >= 0) row.addAt(free, r, t);
      else {
        const smallest = row.smallest();
        row.ids[smallest] = b;
        row.addAt(smallest, r, t);
      }
    }
    this.dirty.touch(a, Math.abs(r));
  }
}

import { pause } from '../delivery/tuning.js';
import type { BusLogger } from '../logger.js';
import type { LogFile, Slot } from './log-file.js';
import type { Turns } from './turns.js';

/** Records looked at per turn of the event loop. */
const SLICE = 500;
/** A compacted partition is cleaned when it got so many new records, and half as many as the last cleaning left. */
const DIRTY_MIN = 1000;

/** Retention and compaction in the background, in slices between other work. */
export class Cleaner {
  private readonly stopping = new AbortController();

  constructor(
    private readonly log: LogFile,
    private readonly turns: Turns,
    private readonly logger: BusLogger,
    everyMs: number,
  ) {
    const timer = setInterval(() => void this.run(), everyMs);
    timer.unref();
    this.stopping.signal.addEventListener('abort', () => clearInterval(timer));
  }

  stop(): void {
    this.stopping.abort();
  }

  private running = false;

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.clean(Date.now());
    } catch (error) {
      this.logger.error({ error }, 'the log could not be cleaned; trying again later');
    } finally {
      this.running = false;
    }
  }

  /** One pass over all partitions. */
  private async clean(now: number): Promise<void> {
    for (const { slots } of [...this.log.topics.values()]) {
      for (const slot of slots) {
        if (slot.topic.cleanup === 'delete') await this.expire(slot, now - slot.topic.retentionMs);
        else if (dirty(slot)) await this.compact(slot, now - slot.topic.retentionMs);
      }
    }
  }

  /** Removes what the log took before `cutoff`, oldest first, until it meets a younger record. */
  private async expire(slot: Slot, cutoff: number): Promise<void> {
    for (;;) {
      if (!(await this.turn())) return;
      const rows = this.log.scan(slot, 0, SLICE);
      const young = rows.findIndex(({ timestamp }) => timestamp >= cutoff);
      const old = young < 0 ? rows : rows.slice(0, young);
      if (old.length > 0)
        this.log.remove(
          slot,
          old.map(({ offset }) => offset),
        );
      if (old.length < SLICE) return;
    }
  }

  /** Keeps the last record of every key; a tombstone goes when it is older than `cutoff`. */
  private async compact(slot: Slot, cutoff: number): Promise<void> {
    const end = slot.next;
    const last = new Map<string, { readonly offset: number; readonly expired: boolean }>();
    const { cleaned, kept } = slot;
    for (let from = 0; from < end;) {
      if (!(await this.turn())) return;
      const rows = this.log.scan(slot, from, SLICE).filter(({ offset }) => offset < end);
      const stale: number[] = [];
      for (const { key, offset, tombstone, timestamp } of rows) {
        if (key === null) continue;
        const before = last.get(key);
        if (before) stale.push(before.offset);
        last.set(key, { offset, expired: tombstone === 1 && timestamp < cutoff });
      }
      if (stale.length > 0) this.log.remove(slot, stale, { cleaned, kept });
      if (rows.length < SLICE) break;
      from = rows.at(-1)!.offset + 1;
    }
    const expired = [...last.values()].filter((record) => record.expired).map(({ offset }) => offset);
    for (let at = 0; at < expired.length; at += SLICE) {
      if (!(await this.turn())) return;
      this.log.remove(slot, expired.slice(at, at + SLICE), { cleaned, kept });
    }
    this.log.remove(slot, [], { cleaned: end, kept: last.size - expired.length });
  }

  /** False when the bus closes. A short pause leaves the disk to the others. */
  private async turn(): Promise<boolean> {
    await pause(1, this.stopping.signal);
    if (this.stopping.signal.aborted) return false;
    await this.turns.take();
    return !this.stopping.signal.aborted;
  }
}

const dirty = ({ next, cleaned, kept }: Slot): boolean => next - cleaned >= Math.max(DIRTY_MIN, kept / 2);

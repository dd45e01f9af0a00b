import type { BusLogger } from '../logger.js';

type Commit = (offsets: { topic: string; partition: number; offset: string }[]) => Promise<void>;

/**
 * Commits in the background, one request at a time, always the newest offset of a partition. A commit that fails is only logged: the records
 * come again, which handlers must bear anyway.
 */
export class OffsetCommitter {
  private readonly pending = new Map<string, { topic: string; partition: number; offset: string }>();
  private working: Promise<void> | undefined;

  constructor(
    private readonly send: Commit,
    private readonly logger: BusLogger,
    private readonly group: string,
  ) {}

  commit(topic: string, partition: number, next: number): void {
    this.pending.set(`${topic}/${partition}`, { topic, partition, offset: String(next) });
    this.working ??= this.work();
  }

  /** Partitions that are not ours any more: their new owner commits. */
  forget(): void {
    this.pending.clear();
  }

  async flushed(): Promise<void> {
    while (this.working) await this.working;
  }

  private async work(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.pending.size > 0) {
        const offsets = [...this.pending.values()];
        this.pending.clear();
        await this.send(offsets);
      }
    } catch (error) {
      this.logger.warn(
        { group: this.group, error: String(error) },
        'offsets were not committed; records will come again',
      );
    } finally {
      this.working = undefined;
    }
  }
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Io } from '../io.js';
import type { Lane } from './destination.js';
import type { Rejection } from './order-book.js';

/** So many rejected lines are shown at once; all of them are counted, and written to the report file when there is one. */
const SHOWN = 10;
const EVERY = { tty: 200, pipe: 5_000 };

const NAMES: Readonly<Record<Lane, string>> = { catalog: 'products', events: 'events' };

/** Counts what becomes of every line and tells it: progress on the way, the sum at the end. */
export class ImportReport {
  private read = 0;
  private rejected = 0;
  private readonly taken: Record<Lane, number> = { catalog: 0, events: 0 };
  private readonly reasons = new Map<string, number>();
  private readonly begun = performance.now();
  private shownAt = performance.now();
  private file: WriteStream | undefined;
  private fileError: Error | undefined;

  constructor(
    private readonly io: Io,
    reportFile?: string,
  ) {
    if (reportFile === undefined) return;
    this.file = createWriteStream(reportFile);
    this.file.on('error', (error) => (this.fileError = error));
  }

  get importedCount(): number {
    return this.taken.catalog + this.taken.events;
  }

  lines(count: number): void {
    this.read += count;
    this.progress();
  }

  imported(lane: Lane, count: number): void {
    this.taken[lane] += count;
    this.progress();
  }

  reject({ file, line, reason, detail }: Rejection): void {
    const text = `${file}:${line}: ${reason}${detail ? `: ${detail}` : ''}\n`;
    this.file?.write(text);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (++this.rejected <= SHOWN) this.say(text);
    else if (this.rejected === SHOWN + 1) this.say('... further rejected lines are counted below\n');
  }

  /** A line of its own, beside the progress. */
  say(text: string): void {
    this.io.err.write(this.io.err.isTTY ? `\r\u001b[K${text}` : text);
  }

  /**
   * The sum; 0 when something was imported, 2 when nothing was.
   * @throws ShopkeeperError CONFIG_INVALID when the report file cannot be written
   */
  async finish(destination: string): Promise<number> {
    if (this.io.err.isTTY) this.io.err.write('\r\u001b[K');
    const seconds = ((performance.now() - this.begun) / 1000).toFixed(1);
    const lanes = (['catalog', 'events'] as const).filter((lane) => this.taken[lane] > 0);
    const taken = lanes.map((lane) => `${number(this.taken[lane])} ${NAMES[lane]}`).join(' and ') || 'nothing';
    this.io.out.write(`${number(this.read)} lines read, ${taken} to ${destination} in ${seconds} s\n`);
    if (this.rejected > 0) this.io.out.write(`${number(this.rejected)} rejected:\n`);
    const reasons = [...this.reasons].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    for (const [reason, count] of reasons) this.io.out.write(`  ${number(count).padStart(9)}  ${reason}\n`);
    await this.closeFile();
    return this.importedCount > 0 ? 0 : 2;
  }

  private async closeFile(): Promise<void> {
    if (!this.file) return;
    if (!this.fileError) await finished(this.file.end()).catch((error: Error) => (this.fileError = error));
    if (this.fileError) throw new ShopkeeperError('CONFIG_INVALID', `--report: ${this.fileError.message}`);
  }

  private progress(): void {
    const now = performance.now();
    if (now - this.shownAt < (this.io.err.isTTY ? EVERY.tty : EVERY.pipe)) return;
    this.shownAt = now;
    const text = `${number(this.read)} lines read, ${number(this.importedCount)} imported, ${number(this.rejected)} rejected`;
    this.io.err.write(this.io.err.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }
}

/** 451127 as 451,127. */
export const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

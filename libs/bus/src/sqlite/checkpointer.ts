import { Worker } from 'node:worker_threads';
import { within } from '../delivery/within.js';
import type { BusLogger } from '../logger.js';
import { driverPath } from './driver.js';

const EVERY_MS = 1_000;
const STOP_MS = 5_000;

// Plain JavaScript in a string: the thread then needs no file of its own, which would differ between sources and build.
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require(workerData.driver);
  const db = new DatabaseSync(workerData.path);
  db.exec('PRAGMA busy_timeout = 0');
  parentPort.on('message', (message) => {
    if (message === 'checkpoint') return db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    db.close();
    parentPort.close();
  });
`;

/**
 * Copies what was committed from the write-ahead log into the database file, in a thread of its own: it waits for the disk, which on the main
 * thread would hold up every request for 10 ms and more several times a second. Without it the log still works; SQLite then does so itself.
 */
export class Checkpointer {
  private dirty = false;
  private readonly timer: NodeJS.Timeout;
  private readonly thread: Worker;
  private readonly ended: Promise<unknown>;

  constructor(path: string, logger: BusLogger) {
    // Flags of the process, such as --input-type, would change how the string is read.
    this.thread = new Worker(THREAD, { eval: true, execArgv: [], workerData: { driver: driverPath(), path } });
    this.ended = new Promise((resolve) => this.thread.once('exit', resolve));
    this.thread.unref();
    this.thread.on('error', (error) => {
      logger.warn({ error }, 'the checkpoint thread ended; checkpoints go on in the main thread');
      clearInterval(this.timer);
    });
    this.timer = setInterval(() => this.checkpoint(), EVERY_MS);
    this.timer.unref();
  }

  /** Something was written. */
  note(): void {
    this.dirty = true;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.thread.postMessage('stop');
    if (!(await within(this.ended, STOP_MS))) await this.thread.terminate();
  }

  private checkpoint(): void {
    if (!this.dirty) return;
    this.dirty = false;
    this.thread.postMessage('checkpoint');
  }
}

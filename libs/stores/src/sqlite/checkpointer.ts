import { Worker } from 'node:worker_threads';
import { driverPath } from './driver.js';

const EVERY_MS = 1_000;
const STOP_MS = 5_000;

// Plain JavaScript in a string: the thread then needs no file of its own, which would differ between sources and build.
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require(workerData.driver);
  const db = new DatabaseSync(workerData.file);
  db.exec('PRAGMA busy_timeout = 0');
  parentPort.on('message', (message) => {
    if (message === 'checkpoint') return db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    db.close();
    parentPort.close();
  });
`;

/**
 * Copies what was committed from the write-ahead log into the database file, in a thread of its own: it waits for the disk, which on the main
 * thread would hold up every request for 100 ms and more while much is written. Without it SQLite does so itself, once the log is large.
 */
export class Checkpointer {
  #dirty = false;
  readonly #timer: NodeJS.Timeout;
  readonly #thread: Worker;
  readonly #ended: Promise<unknown>;

  constructor(file: string, onTrouble: (error: Error) => void) {
    // Flags of the process, such as --input-type, would change how the string is read.
    this.#thread = new Worker(THREAD, { eval: true, execArgv: [], workerData: { driver: driverPath(), file } });
    this.#ended = new Promise((resolve) => this.#thread.once('exit', resolve));
    this.#thread.unref();
    this.#thread.on('error', (error) => {
      clearInterval(this.#timer);
      onTrouble(error);
    });
    this.#timer = setInterval(() => this.#checkpoint(), EVERY_MS);
    this.#timer.unref();
  }

  /** Something was written. */
  note(): void {
    this.#dirty = true;
  }

  /** Resolves when the thread has let go of the file. Twice does no harm. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#thread.postMessage('stop');
    const late = setTimeout(() => void this.#thread.terminate(), STOP_MS);
    await this.#ended;
    clearTimeout(late);
  }

  #checkpoint(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#thread.postMessage('checkpoint');
  }
}

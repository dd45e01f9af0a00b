import { openConnection } from './driver.js';

/**
 * Takes a file for this process alone and answers how to give it back. The lock is SQLite's own, on a file beside the one it stands for: the
 * system drops it when the process ends, however it ends.
 */
export function takeLock(file: string): () => void {
  const lock = openConnection(file);
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => lock.close();
}

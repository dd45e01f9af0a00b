import { ShopkeeperError } from '@shopkeeper/contracts';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, SQLITE, sqliteCode } from './driver.js';

/** Gives the data directory back. */
export type Release = () => void;

/**
 * Takes the data directory for this process alone. The lock is SQLite's own on a file beside the log: the system drops it when the process
 * ends, however it ends.
 * @throws ShopkeeperError DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNWRITABLE
 */
export function takeDataDirectory(dataDir: string): Release {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    const lock = openDatabase(join(dataDir, 'log.lock'));
    try {
      lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return () => lock.close();
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

/** What went wrong while opening, in the words of somebody who can mend it. */
export function unusable(dataDir: string, error: unknown): ShopkeeperError {
  if (error instanceof ShopkeeperError) return error;
  if (sqliteCode(error) === SQLITE.BUSY) {
    return new ShopkeeperError(
      'DATA_DIRECTORY_IN_USE',
      `The data directory ${dataDir} is in use by another process. Stop that one, or give this one a directory of its own.`,
      { cause: error },
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return new ShopkeeperError(
    'DATA_DIRECTORY_UNWRITABLE',
    `The data directory ${dataDir} cannot be used: ${why}. It must exist or be creatable, be writable for this user, and have space left.`,
    { cause: error },
  );
}

import { ShopkeeperError } from '@shopkeeper/contracts';

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const WHY: Readonly<Record<number, string>> = {
  [BUSY]: 'is locked by another process',
  [LOCKED]: 'is locked by another process',
  [IOERR]: 'cannot be read or written (disk error, or the disk is full)',
  [CORRUPT]: 'is damaged; restore it, or remove it and import again',
  [FULL]: 'cannot grow: the disk is full',
  [NOTADB]: 'is not a database; restore it, or remove it and import again',
};

const primaryCode = (error: unknown): number | undefined => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
};

export const isBusy = (error: unknown): boolean =>
  primaryCode(error) === BUSY || (error instanceof ShopkeeperError && primaryCode(error.cause) === BUSY);

/**
 * What SQLite says, in our words. All of it can be mended from outside while events wait, so it is retriable: nothing is
 * dead-lettered because a disk is full. What is not about the file is a bug and stays as it is.
 */
export function translate(error: unknown, file: string): unknown {
  if (error instanceof ShopkeeperError) return error;
  const code = primaryCode(error);
  if (code === PERM || code === READONLY || code === CANTOPEN)
    return new ShopkeeperError('DATA_DIRECTORY_UNWRITABLE', `${file} cannot be opened for writing`, {
      retriable: true,
      cause: error,
    });
  if (code !== undefined && WHY[code] !== undefined)
    return new ShopkeeperError('STORE_UNAVAILABLE', `${file} ${WHY[code]}`, { retriable: true, cause: error });
  if ((error as { code?: unknown } | null)?.code === 'ERR_INVALID_STATE')
    return new ShopkeeperError('STORE_UNAVAILABLE', `${file} is closed`, { retriable: true, cause: error });
  return error;
}

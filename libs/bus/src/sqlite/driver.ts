import type { DatabaseSync } from '@photostructure/sqlite';
import { createRequire } from 'node:module';

export type Database = InstanceType<typeof DatabaseSync>;
export type Statement = ReturnType<Database['prepare']>;
type Driver = { readonly DatabaseSync: new (path: string) => Database };

const require = createRequire(import.meta.url);

/** What to `require`: Node's own SQLite where it is not behind a flag (>= 22.13), else the package with the same interface. */
export function driverPath(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 13) ? 'node:sqlite' : require.resolve('@photostructure/sqlite');
}

export function openDatabase(path: string): Database {
  const { DatabaseSync } = require(driverPath()) as Driver;
  return new DatabaseSync(path);
}

const PRIMARY_CODE = 0xff;
/** https://www.sqlite.org/rescode.html */
export const SQLITE = { PERM: 3, BUSY: 5, READONLY: 8, IOERR: 10, CANTOPEN: 14 } as const;

/** SQLite's primary result code; `undefined` when the error is of another origin. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & PRIMARY_CODE : undefined;
}

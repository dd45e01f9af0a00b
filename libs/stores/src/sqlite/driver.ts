import { createRequire } from 'node:module';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

export type Connection = Pick<DatabaseSyncInstance, 'exec' | 'prepare' | 'close'>;
export type Statement = Pick<StatementSyncInstance, 'all' | 'get' | 'run' | 'iterate'>;
export type Value = string | number | null | Uint8Array;

type Driver = { readonly DatabaseSync: new (path: string) => Connection };

const require = createRequire(import.meta.url);

/** What to `require`: Node's own SQLite where this Node has it without a flag (22.13 on), else a package with the same interface. */
export const driverPath = (): string =>
  process.getBuiltinModule?.('node:sqlite') ? 'node:sqlite' : require.resolve('@photostructure/sqlite');

export const openConnection = (file: string): Connection => new (require(driverPath()) as Driver).DatabaseSync(file);

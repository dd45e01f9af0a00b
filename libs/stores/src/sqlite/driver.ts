import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';

export type Connection = Pick<DatabaseSyncInstance, 'exec' | 'prepare' | 'close'>;
export type Statement = Pick<StatementSyncInstance, 'all' | 'get' | 'run' | 'iterate'>;
export type Value = string | number | null | Uint8Array;

type Driver = { readonly DatabaseSync: new (path: string) => Connection };

/** Node's own SQLite where this Node has it without a flag (22.13 on), else a package with the same interface. */
export async function loadDriver(): Promise<Driver> {
  const builtIn = process.getBuiltinModule?.('node:sqlite') as Driver | undefined;
  return builtIn ?? ((await import('@photostructure/sqlite')) as unknown as Driver);
}

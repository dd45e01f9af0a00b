/** What the bus needs of a logger; `Logger` of platform fits. Ids and reasons only, never payloads. */
export interface BusLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;
export const SILENT: BusLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

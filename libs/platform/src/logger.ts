import type { LoggerService } from '@nestjs/common';
import { pino, stdSerializers, stdTimeFunctions } from 'pino';

/** Structured logs: JSON lines on standard output, ids and types, never payloads. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
  /** A logger that adds these fields to each line. */
  abstract child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export const createLogger = (options: { service: string; level: LogLevel }): Logger =>
  pino({
    level: options.level,
    base: { service: options.service },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
    formatters: { level: (label) => ({ level: label }) },
  }) as Logger;

/** Hands Nest's own messages to our logger; its start-up chatter is debug for us. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown) => logger.debug({}, String(message)),
  debug: (message: unknown) => logger.debug({}, String(message)),
  verbose: (message: unknown) => logger.debug({}, String(message)),
  warn: (message: unknown) => logger.warn({}, String(message)),
  error: (message: unknown, stack?: unknown) => logger.error({ stack }, String(message)),
});

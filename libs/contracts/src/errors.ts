/**
 * Every error a caller can meet, with the HTTP status the gateway answers. Codes are stable: clients may branch on them.
 */
export const ERROR_CODES = {
  // requests
  REQUEST_MALFORMED: 400,
  REQUEST_INVALID: 400,
  REQUEST_TOO_LARGE: 413,
  REQUEST_UNSUPPORTED_MEDIA_TYPE: 415,
  KEY_MISSING: 401,
  KEY_UNKNOWN: 401,
  KEY_SCOPE_MISSING: 403,
  ROUTE_NOT_FOUND: 404,
  // events
  EVENT_UNKNOWN: 422,
  EVENT_INVALID: 422,
  EVENT_ID_MISSING: 422,
  EVENT_TOO_LARGE: 413,
  EVENT_TIME_IN_FUTURE: 422,
  EVENT_TIME_TOO_OLD: 422,
  // catalogue
  CHANGE_INVALID: 422,
  CHANGE_TIME_IN_FUTURE: 422,
  // shoppers
  SHOPPER_UNKNOWN: 404,
  // dependencies
  BUS_UNAVAILABLE: 503,
  BUS_CLOSED: 503,
  BUS_TOPIC_UNKNOWN: 500,
  BUS_RECORD_INVALID: 500,
  STORE_UNAVAILABLE: 503,
  STORE_DIMENSION_MISMATCH: 500,
  STORE_MODEL_UNKNOWN: 500,
  STORE_VECTOR_INVALID: 500,
  STORE_DOCUMENT_INVALID: 500,
  RANKING_UNAVAILABLE: 503,
  NOT_READY: 503,
  // start-up and settings
  CONFIG_INVALID: 500,
  DATA_DIRECTORY_IN_USE: 500,
  DATA_DIRECTORY_UNWRITABLE: 500,
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error class of Shopkeeper: a stable code, whether trying again later can help, and what to mend. */
export class ShopkeeperError extends Error {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without anybody changing anything (a dependency is down). */
  readonly retriable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retriable?: boolean; cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ShopkeeperError';
    this.code = code;
    this.retriable = options.retriable ?? false;
    this.details = options.details ?? {};
  }

  get status(): number {
    return ERROR_CODES[this.code];
  }
}

/** True when the failure is a dependency that may come back by itself. */
export const isRetriable = (error: unknown): boolean => error instanceof ShopkeeperError && error.retriable;

import { HttpException } from '@nestjs/common';
import { ERROR_CODES, ShopkeeperError, type ErrorCode, type Problem } from '@shopkeeper/contracts';
import { ZodError } from 'zod';

const TITLES: Partial<Record<ErrorCode, string>> = {
  REQUEST_MALFORMED: 'The body cannot be read',
  REQUEST_INVALID: 'The request does not fit its schema',
  REQUEST_TOO_LARGE: 'The body is too large',
  ROUTE_NOT_FOUND: 'There is no such route',
  BUS_UNAVAILABLE: 'The event log does not answer',
  STORE_UNAVAILABLE: 'The store does not answer',
  INTERNAL: 'Something went wrong here',
};

/** Any failure as an RFC 9457 problem. What is not meant for callers becomes INTERNAL, without its text. */
export function problemOf(error: unknown, requestId?: string): Problem {
  const known = knownError(error);
  const code = known?.code ?? 'INTERNAL';
  return {
    type: `urn:shopkeeper:error:${code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[code] ?? sentenceOf(code),
    status: ERROR_CODES[code],
    code,
    detail: known?.message ?? 'The failure was logged under the request id.',
    ...(error instanceof ZodError && { errors: fieldErrors(error) }),
    ...(requestId && { requestId }),
  };
}

function knownError(error: unknown): { code: ErrorCode; message: string } | undefined {
  if (error instanceof ShopkeeperError) return error.code === 'INTERNAL' ? undefined : error;
  if (error instanceof ZodError) return { code: 'REQUEST_INVALID', message: describe(error) };
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
  const message = error instanceof Error ? error.message : String(error);
  switch (status) {
    case 400:
      return { code: 'REQUEST_MALFORMED', message };
    case 404:
      return { code: 'ROUTE_NOT_FOUND', message };
    case 413:
      return { code: 'REQUEST_TOO_LARGE', message };
    case 415:
      return { code: 'REQUEST_UNSUPPORTED_MEDIA_TYPE', message: 'Send application/json.' };
    default:
      return undefined;
  }
}

/** The fields that do not fit, each with what to mend. */
export const fieldErrors = (error: ZodError): { path: string; message: string }[] =>
  error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));

export const describe = (error: ZodError): string =>
  fieldErrors(error)
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join('; ');

const sentenceOf = (code: string): string => code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');

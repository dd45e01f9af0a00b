/** A failure the user can act on; the command line prints its message without a stack. */
export class LocalStackError extends Error {}

/** The JDK or Maven is not there: without them there can be no stack on this machine. */
export class MissingToolError extends LocalStackError {}

export function fail(message) {
  throw new LocalStackError(message);
}

export function tail(text, lines = 20) {
  return String(text).trimEnd().split('\n').slice(-lines).join('\n');
}

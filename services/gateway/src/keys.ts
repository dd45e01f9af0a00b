import { createHash, timingSafeEqual } from 'node:crypto';
import { Scope, ShopkeeperError } from '@shopkeeper/contracts';

export interface Key {
  readonly scopes: ReadonlySet<Scope>;
  /** SHA-256 of the key: equal length, so that comparing takes the same time for every guess. */
  readonly digest: Buffer;
}

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Reads `SHOPKEEPER_KEYS`: `scope[+scope]:key`, separated by commas or spaces. Two keys of one scope may live side by side, for rotation.
 * @throws ShopkeeperError CONFIG_INVALID; never repeats a key
 */
export function readKeys(setting: string | undefined): readonly Key[] {
  return (setting ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((entry, index) => {
      const at = entry.indexOf(':');
      const scopes = entry
        .slice(0, at)
        .split('+')
        .map((scope) => Scope.safeParse(scope));
      const secret = entry.slice(at + 1);
      if (at < 1 || scopes.some((scope) => !scope.success)) {
        throw invalid(index, 'wants the form scope:key, with scopes out of write, read, admin joined by +');
      }
      if (secret.length < 16) throw invalid(index, 'has a key of fewer than 16 characters');
      return { scopes: new Set(scopes.map((scope) => scope.data as Scope)), digest: digestOf(secret) };
    });
}

const invalid = (index: number, why: string) =>
  new ShopkeeperError('CONFIG_INVALID', `SHOPKEEPER_KEYS: entry ${index + 1} ${why}`);

/** The key as a caller presents it: bearer token, Segment's basic user name, or the `x-api-key` header. */
export function presentedKey(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const authorization = headers['authorization'];
  if (typeof authorization === 'string') {
    const [scheme, value = ''] = authorization.split(/\s+/, 2);
    if (/^bearer$/i.test(scheme ?? '')) return value;
    if (/^basic$/i.test(scheme ?? '')) return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
  }
  const own = headers['x-api-key'];
  return typeof own === 'string' ? own : undefined;
}

/**
 * Lets a caller with the scope pass. Without any keys (loopback only) everybody passes.
 * @throws ShopkeeperError KEY_MISSING, KEY_UNKNOWN, KEY_SCOPE_MISSING
 */
export function authorise(keys: readonly Key[], presented: string | undefined, scope: Scope | null): void {
  if (scope === null || keys.length === 0) return;
  if (!presented) {
    throw new ShopkeeperError(
      'KEY_MISSING',
      `This route wants a key with the scope ${scope}, as "Authorization: Bearer <key>".`,
    );
  }
  const digest = digestOf(presented);
  const known = keys.filter((key) => timingSafeEqual(key.digest, digest));
  if (known.length === 0) throw new ShopkeeperError('KEY_UNKNOWN', 'This key is not known here.');
  if (!known.some(({ scopes }) => scopes.has(scope) || scopes.has('admin'))) {
    throw new ShopkeeperError('KEY_SCOPE_MISSING', `This key lacks the scope ${scope}.`);
  }
}

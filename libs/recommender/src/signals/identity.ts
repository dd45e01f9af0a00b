import type { SessionState } from './session.js';

/** What is known under a key: whose it is, and the session of a device. */
export interface LinkState {
  readonly shopperId: string;
  readonly session: SessionState | null;
}

/** An event as far as identity is concerned. */
export interface Named {
  /** `a:<anonymousId>` */
  readonly device: string;
  /** `u:<userId>`, where the event names one. */
  readonly user: string | null;
  /** True when it becomes a signal. */
  readonly teaches: boolean;
}

export const deviceKey = (anonymousId: string): string => `a:${anonymousId}`;
export const userKey = (userId: string): string => `u:${userId}`;
export const isUserKey = (key: string): boolean => key.startsWith('u:');

type Links = ReadonlyMap<string, LinkState>;

/** Pseudonyms for devices that are seen for the first time: that of the known user, else a new one. Mere page calls of strangers get none. */
export function claimDevices(events: readonly Named[], links: Links, newId: () => string): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  for (const { device, user, teaches } of events) {
    if (links.has(device) || claims.has(device) || !(teaches || user)) continue;
    claims.set(device, (user && links.get(user)?.shopperId) || newId());
  }
  return claims;
}

/**
 * Pseudonyms for users that are seen for the first time: that of the device, so that what was done before logging in is theirs; a new one
 * when the device is, or in these events becomes, somebody else's. Every device must be in `links`.
 */
export function claimUsers(
  events: readonly Named[],
  links: Links,
  isUsers: (shopperId: string) => boolean,
  newId: () => string,
): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  const given = new Set<string>();
  const namedDevices = new Set<string>();
  for (const { device, user } of events) {
    if (!user) continue;
    const anonymousSoFar = !namedDevices.has(device);
    namedDevices.add(device);
    if (links.has(user) || claims.has(user)) continue;
    const own = links.get(device)?.shopperId;
    const free = own !== undefined && anonymousSoFar && !isUsers(own) && !given.has(own);
    const shopperId = free ? own : newId();
    given.add(shopperId);
    claims.set(user, shopperId);
  }
  return claims;
}

/** Shoppers of devices that somebody is about to log in on: it must be known whether they are a user's already. */
export function shoppersToJudge(events: readonly Named[], links: Links): ReadonlySet<string> {
  const shoppers = new Set<string>();
  for (const { device, user } of events) {
    const own = user && links.get(device)?.shopperId;
    if (own && links.get(user)?.shopperId !== own) shoppers.add(own);
  }
  return shoppers;
}

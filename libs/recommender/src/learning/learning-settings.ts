const DAY = 86_400_000;

/** What can be tuned in learning. A snapshot made with other settings is refused, because its counters mean something else. */
export interface LearningSettings {
  /** How long a session's votes take to fade to 1/e, ms. */
  readonly covisitTauMs: number;
  /** The same for orders: complements age more slowly than interest. */
  readonly orderTauMs: number;
  /** Products that signals may bring in; the catalogue itself is never refused. */
  readonly maxProducts: number;
  /** Sessions that are remembered as open. */
  readonly openSessions: number;
  /** Orders that a return can still correct, and that a second report does not count again. */
  readonly recentOrders: number;
}

export const LEARNING_DEFAULTS: LearningSettings = {
  covisitTauMs: 90 * DAY,
  orderTauMs: 730 * DAY,
  maxProducts: 200_000,
  openSessions: 20_000,
  recentOrders: 20_000,
};

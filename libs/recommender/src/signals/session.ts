/** The open session of one device. */
export interface SessionState {
  readonly sessionId: string;
  /** Of the last signal; the next one gets `seq + 1`. */
  readonly seq: number;
  readonly startedAt: string;
  readonly lastAt: string;
  /** The last message ids, newest last, bounded: what is in here was seen before. */
  readonly recentMessageIds: readonly string[];
}

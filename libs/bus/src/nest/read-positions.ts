/** For readers that keep a snapshot of what they folded: where to go on. Give it to a service so that it need not know the server. */
export abstract class ReadPositions {
  /**
   * The next offset to read per `topic/partition` for the readers of a group (`<service>` or `<service>-<group>`). Before the server listens:
   * at the latest in `onModuleInit` or `onApplicationBootstrap`.
   */
  abstract startAt(group: string, positions: ReadonlyMap<string, number>): void;
  /** The next offset to handle per `topic/partition`. */
  abstract positions(group: string): ReadonlyMap<string, number>;
}

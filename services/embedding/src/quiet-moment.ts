/** Runs something once nothing has happened for a while, or once it has waited long enough. */
export class QuietMoment {
  private timer: NodeJS.Timeout | undefined;
  private firstAt = 0;

  constructor(
    private readonly run: () => void,
    /** Milliseconds without news, and the longest wait since the first news. */
    private readonly wait: { readonly quietMs: number; readonly longestMs: number },
  ) {}

  get waiting(): boolean {
    return this.timer !== undefined;
  }

  nudge(): void {
    const now = performance.now();
    if (!this.waiting) this.firstAt = now;
    clearTimeout(this.timer);
    const left = this.firstAt + this.wait.longestMs - now;
    this.timer = setTimeout(() => this.fire(), Math.max(0, Math.min(this.wait.quietMs, left)));
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private fire(): void {
    this.timer = undefined;
    this.run();
  }
}

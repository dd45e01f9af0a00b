/** One piece of writing per turn of the event loop, first come first served; the first of a turn need not wait. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  async take(): Promise<void> {
    if (this.#taken) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    const first = this.#waiting.shift();
    if (first) setImmediate(this.#next);
    else this.#taken = false;
    first?.();
  };
}

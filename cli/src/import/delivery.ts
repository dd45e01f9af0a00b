import type { Destination, Lane, Parcel } from './destination.js';
import type { ImportReport } from './import-report.js';

/** Where something stands, to name it when it is refused. */
export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** Bytes and pieces of one batch; the gateway takes 500 KB and more. */
const MAX_BYTES = 450_000;
const MAX_PARCELS = 2_000;

/** Packs what is imported into batches and sends them one after the other, while the next is packed. */
export class Delivery {
  private parcels: Parcel[] = [];
  private origins: Origin[] = [];
  private bytes = 0;
  private underway: Promise<Error | undefined> = Promise.resolve(undefined);

  constructor(
    private readonly destination: Destination,
    private readonly lane: Lane,
    private readonly report: ImportReport,
  ) {}

  async add(value: unknown, origin: Origin): Promise<void> {
    const json = JSON.stringify(value);
    const size = Buffer.byteLength(json) + 1;
    if (this.bytes + size > MAX_BYTES || this.parcels.length === MAX_PARCELS) await this.dispatch();
    this.parcels.push({ value, json });
    this.origins.push(origin);
    this.bytes += size;
  }

  /** Resolves when everything is delivered. */
  async finish(): Promise<void> {
    await this.dispatch();
    await this.arrival();
  }

  private async dispatch(): Promise<void> {
    await this.arrival();
    const { parcels, origins } = this;
    [this.parcels, this.origins, this.bytes] = [[], [], 0];
    // A failure is kept until somebody waits for it.
    if (parcels.length > 0) this.underway = this.deliver(parcels, origins).then(() => undefined, asError);
  }

  private async arrival(): Promise<void> {
    const failure = await this.underway;
    if (failure) throw failure;
  }

  private async deliver(parcels: readonly Parcel[], origins: readonly Origin[]): Promise<void> {
    const refusals = await this.destination.send(this.lane, parcels);
    this.report.imported(this.lane, parcels.length - refusals.length);
    for (const { index, code, detail } of refusals) {
      const origin = origins[index];
      if (origin) this.report.reject({ ...origin, reason: code, detail });
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

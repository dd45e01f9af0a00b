import type { ByteReader, ByteWriter } from './bytes.js';

/** Beyond this exponent counters are rescaled: far inside what float32 holds. */
const MAX_EXPONENT = 60;

/**
 * Exponential ageing without touching old counters: what happens at `t` is added with the weight `exp((t - origin) / tau)`
 * (forward decay; Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009). All uses are ratios, or multiply by `scaleAt(now)`.
 */
export class ForwardDecay {
  private origin = Number.NaN;

  constructor(private readonly tauMs: number) {}

  /** The weight of what happens at `at`, ms since the epoch. Calls `rescale` with the factor for all counters when the origin has to move. */
  weightAt(at: number, rescale: (factor: number) => void): number {
    if (Number.isNaN(this.origin)) this.origin = at;
    const exponent = (at - this.origin) / this.tauMs;
    if (exponent <= MAX_EXPONENT) return Math.exp(exponent);
    this.origin = at;
    rescale(Math.exp(-exponent));
    return 1;
  }

  /** What a counter has to be multiplied with to be worth what it is worth at `now`. */
  scaleAt(now: number): number {
    return Number.isNaN(this.origin) ? 1 : Math.exp((this.origin - now) / this.tauMs);
  }

  write(out: ByteWriter): void {
    out.f64(this.origin);
  }

  read(from: ByteReader): void {
    this.origin = from.f64();
  }
}

import { connect, type Socket } from 'node:net';

export interface LoadRequest {
  readonly path: string;
  readonly body: string;
}

export interface LoadResult {
  readonly rate: number;
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
  /** Answers other than 2xx, broken connections, and requests without an answer at the end. */
  readonly errors: number;
  /** Milliseconds from the moment a request was due, so that waiting for a free connection counts. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The value below which a share of the (ascending) values lies; NaN for none. */
export const quantile = (ascending: ArrayLike<number>, share: number): number =>
  ascending.length === 0
    ? NaN
    : (ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? NaN);

/** One keep-alive connection with at most one request on its way. */
class Connection {
  private readonly socket: Socket;
  private pending: ((ok: boolean) => void) | undefined;
  private received = '';
  closed = false;

  constructor(host: string, port: number, onBroken: () => void) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => this.read(chunk));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
      this.settle(false);
      onBroken();
    });
  }

  send(request: string, done: (ok: boolean) => void): void {
    this.pending = done;
    this.socket.write(request);
  }

  end(): void {
    this.socket.destroy();
  }

  private read(chunk: string): void {
    this.received = this.received === '' ? chunk : this.received + chunk;
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /content-length: (\d+)/i.exec(this.received.slice(0, head))?.[1];
    if (this.received.length < head + 4 + Number(length ?? 0)) return;
    const ok = this.received.startsWith('HTTP/1.1 2');
    this.received = '';
    this.settle(ok);
  }

  private settle(ok: boolean): void {
    const done = this.pending;
    this.pending = undefined;
    done?.(ok);
  }
}

/**
 * Sends requests at a fixed rate whether or not the answers keep up (open loop): a slow server cannot slow the questions down and so
 * hide its slowness. Bounded: at most `connections` on their way, the rest wait and their waiting counts.
 */
export async function openLoop(options: {
  readonly url: URL;
  readonly rate: number;
  readonly seconds: number;
  readonly connections?: number;
  readonly headers?: Readonly<Record<string, string>>;
  next(index: number): LoadRequest;
}): Promise<LoadResult> {
  const { url, rate, seconds, connections = 64 } = options;
  const total = Math.round(rate * seconds);
  const latencies = new Float64Array(total);
  let answered = 0;
  let errors = 0;
  let sent = 0;
  const free: Connection[] = [];
  const all = new Set<Connection>();
  const dial = () => {
    const connection = new Connection(url.hostname, Number(url.port), () => all.delete(connection));
    all.add(connection);
    return connection;
  };
  for (let index = 0; index < connections; index++) free.push(dial());
  const headers = Object.entries(options.headers ?? {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const began = performance.now();

  const sendDue = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate));
    while (sent < due) {
      const connection = free.pop() ?? (all.size < connections ? dial() : undefined);
      if (!connection) return;
      if (connection.closed) continue;
      const index = sent++;
      const dueAt = began + (index / rate) * 1000;
      const { path, body } = options.next(index);
      const request = `POST ${path} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      connection.send(request, (ok) => {
        if (ok) latencies[answered++] = performance.now() - dueAt;
        else errors++;
        if (!connection.closed) free.push(connection);
        sendDue();
      });
    }
  };

  await new Promise<void>((resolve) => {
    const deadline = began + seconds * 1000 + 5000;
    // No timer: its granularity of a millisecond would be counted as the server's. The generator takes one core for itself.
    const turn = () => {
      sendDue();
      if (answered + errors >= total || performance.now() > deadline) resolve();
      else setImmediate(turn);
    };
    turn();
  });
  for (const connection of all) connection.end();
  const taken = latencies.slice(0, answered).sort();
  return {
    rate,
    seconds,
    sent,
    answered,
    errors: total - answered,
    p50: quantile(taken, 0.5),
    p90: quantile(taken, 0.9),
    p99: quantile(taken, 0.99),
    p999: quantile(taken, 0.999),
    max: taken.at(-1) ?? NaN,
  };
}

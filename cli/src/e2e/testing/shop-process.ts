import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../../bin/shopkeeper.mjs', import.meta.url));

/** Builds what a user runs; quick when nothing has changed. */
export function build(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}`);
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All it said on both channels. */
  readonly said: string;
}

/** `shopkeeper start --empty` as a process of its own. */
export class ShopProcess {
  readonly ended: Promise<Ended>;
  private readonly child;
  private readonly readyUrl: Promise<string>;
  private text = '';

  constructor(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
    const child = spawn(process.execPath, [ENTRY, 'start', '--empty', ...args], {
      env: { PATH: process.env['PATH'], PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stderr.on('data', (text: Buffer) => (this.text += text.toString()));
    this.readyUrl = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.text += `${line}\n`;
        const url = /ready on (\S+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      said: this.text,
    }));
  }

  /** All it said so far, and whether it is still there. */
  get said(): string {
    return `${this.text}(${this.child.signalCode ?? this.child.exitCode ?? 'running'})`;
  }

  /** @throws Error when it ends before */
  async ready(): Promise<Client> {
    const first = await Promise.race([this.readyUrl, this.ended]);
    if (typeof first !== 'string') throw new Error(`shopkeeper start ended with ${first.code}:\n${first.said}`);
    return new Client(first);
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

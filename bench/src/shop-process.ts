import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../cli/bin/shopkeeper.mjs', import.meta.url));
const TICKS_PER_SECOND = 100;

export interface ShopProcess {
  readonly url: URL;
  readonly pid: number;
  readonly startMs: number;
  /** CPU seconds used so far and resident megabytes; 0 where /proc does not tell. */
  usage(): Promise<{ readonly cpuSeconds: number; readonly residentMb: number }>;
  stop(): Promise<void>;
}

/** Starts `shopkeeper start` as a process of its own with the sample store, and waits until it is ready. */
export async function startShop(env: Record<string, string> = {}, args: readonly string[] = []): Promise<ShopProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shopkeeper-bench-'));
  const port = String(30_000 + (process.pid % 20_000));
  const began = performance.now();
  const child = spawn(process.execPath, [ENTRY, 'start', ...args], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: port, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = new URL(`http://127.0.0.1:${port}`);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const deadline = began + 300_000;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`shopkeeper start ended with ${child.exitCode}`);
    if (performance.now() > deadline) {
      await stop();
      throw new Error('shopkeeper start was not ready within five minutes');
    }
    await sleep(50);
  }
  const pid = child.pid ?? 0;
  return { url, pid, startMs: performance.now() - began, usage: () => usageOf(pid), stop };
}

const isReady = (url: URL): Promise<boolean> =>
  fetch(new URL('/healthz/ready', url)).then(
    ({ status }) => status === 200,
    () => false,
  );

async function usageOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND,
    residentMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024),
  };
}

// Starts, finds, signals and ends the processes of the servers.
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LocalStackError, tail } from './errors.mjs';
import { prepare } from './java.mjs';
import { isFree } from './ports.mjs';

const run = promisify(execFile);

/** Marks a process as ours on its own command line, so that a pid used again by the system is never mistaken for it. */
const mark = (service) => `-Dlocal.stack=${service.dir}`;

/** The command line of a process, with a space around every argument; empty when there is no such process. */
async function commandLine(pid) {
  const text =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      : (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout;
  return text.trim() && ` ${text.trim()} `;
}

/** True when the process holds nothing any more: its command line goes earlier than its ports and file locks, which its last thread frees. */
async function isGone(pid) {
  if (process.platform !== 'linux') return !(await commandLine(pid));
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !threads.length || !stat || (threads.length === 1 && stat.split(') ').at(-1).startsWith('Z')); // Z: waits for its parent
}

export async function pidOf(service) {
  const pid = Number(await readFile(join(service.dir, 'pid'), 'utf8').catch(() => 0));
  return pid && (await commandLine(pid)).includes(` ${mark(service)} `) ? pid : undefined;
}

/** Starts a service unless it runs, and resolves when it answers. `shared`: it may be ended when its last user leaves. */
export async function launch(service, { log, timeoutMs, shared }) {
  const running = await pidOf(service);
  await mkdir(service.dir, { recursive: true });
  if (!shared) await rm(sharedMark(service), { force: true });
  if (running) return untilReady(service, timeoutMs);
  if (shared) await writeFile(sharedMark(service), '');
  for (const port of service.ports) {
    if (!(await isFree(port)))
      throw new LocalStackError(`Port ${port}, meant for ${service.name}, is taken by another process.`);
  }
  const [java, ...args] = await service.command(await prepare(service.kind, log));
  const began = performance.now();
  const output = openSync(join(service.dir, 'log'), 'a');
  const child = spawn(java, [mark(service), ...args], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: service.dir,
  });
  closeSync(output);
  child.on('error', () => {}); // shows as a process that never came up
  await writeFile(join(service.dir, 'pid'), String(child.pid));
  child.unref();
  await untilReady(service, timeoutMs);
  log(`${service.name} answers after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

const sharedMark = (service) => join(service.dir, 'shared');

/** True when only runs that share it have asked for it, so that nobody counts on it after them. */
export const isShared = (service) => existsSync(sharedMark(service));

async function untilReady(service, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  const log = join(service.dir, 'log');
  while (!(await service.ready())) {
    if (!(await pidOf(service)))
      throw new LocalStackError(
        `${service.name} ended while starting. The end of ${log}:\n${tail(readFileSync(log, 'utf8'))}`,
      );
    if (performance.now() > deadline)
      throw new LocalStackError(`${service.name} does not answer after ${timeoutMs / 1000} s; see ${log}`);
    await sleep(100);
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it ended by itself meanwhile
  }
}

/** Ends a service and resolves when its ports are free again. */
export async function end(service, signal, { log }) {
  const pid = await pidOf(service);
  if (!pid) return;
  send(pid, signal);
  send(pid, 'SIGCONT'); // a paused process would not see SIGTERM
  const deadline = performance.now() + 30_000;
  while (!(await isGone(pid))) {
    if (performance.now() > deadline) send(pid, 'SIGKILL');
    await sleep(50);
  }
  log(`${service.name} stopped`);
}

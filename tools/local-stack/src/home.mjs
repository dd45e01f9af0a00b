// The home folder is used by several processes at once: test runs, a developer's shell.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalStackError } from './errors.mjs';

/** One start or stop at a time for each home folder: test runners of several projects call them together. */
export async function locked(home, action, timeoutMs = 300_000) {
  const file = join(home, 'lock');
  const mine = `${file}.${process.pid}-${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    await take(file, mine, timeoutMs);
    try {
      return await action();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** A hard link comes into being with its content, so a lock never stands there without its holder's name. */
async function take(file, mine, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const taken = await link(mine, file).then(
      () => true,
      (error) => (error.code === 'EEXIST' ? false : Promise.reject(error)),
    );
    if (taken) return;
    const holder = Number(await readFile(file, 'utf8').catch(() => 0)); // 0: given back a moment ago
    if (holder && !isAlive(holder)) await rm(file, { force: true });
    else if (performance.now() > deadline)
      throw new LocalStackError(`Process ${holder} still holds ${file}; remove it if that is not local-stack.`);
    else await sleep(100);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // somebody else's process
  }
}

/** Notes that this process uses what runs in the home folder. */
export async function enter(home) {
  await mkdir(join(home, 'users'), { recursive: true });
  await writeFile(join(home, 'users', String(process.pid)), '');
}

/** Takes the note back and answers how many other processes still use it; what a killed one left behind does not count. */
export async function leave(home) {
  const users = join(home, 'users');
  let others = 0;
  for (const name of await readdir(users).catch(() => [])) {
    if (name !== String(process.pid) && isAlive(Number(name))) others++;
    else await rm(join(users, name), { force: true });
  }
  return others;
}

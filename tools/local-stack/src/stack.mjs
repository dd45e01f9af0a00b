// A stack: the servers of one home folder.
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, LocalStackError } from './errors.mjs';
import { enter, leave, locked } from './home.mjs';
import { end, isShared, launch, pidOf } from './processes.mjs';
import { freePort, isFree } from './ports.mjs';
import { elasticsearchNode, kafkaBrokers } from './services.mjs';

const DEFAULTS = {
  home: '.local-stack',
  brokers: 1,
  partitionsDefault: 4,
  kafkaHeap: '512m',
  elasticsearchHeap: '1g',
  timeoutMs: 120_000,
  shared: false,
  log: () => {},
};

/** What is known of the stack in a home folder: defaults, what an earlier start remembered there, what is given now. */
export async function openStack(given, { create }) {
  const path = resolve(given.home ?? DEFAULTS.home);
  if (create) await mkdir(path, { recursive: true });
  const home = existsSync(path) ? realpathSync(path) : path;
  const remembered = JSON.parse(await readFile(join(home, 'stack.json'), 'utf8').catch(() => '{}'));
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const stack = { ports: {}, ...DEFAULTS, ...remembered, ...stated, home };
  if (!Number.isInteger(stack.brokers) || stack.brokers < 1)
    throw new LocalStackError('The number of brokers must be 1 or more.');
  if (remembered.brokers && remembered.brokers !== stack.brokers) {
    throw new LocalStackError(
      `${home} holds the data of ${remembered.brokers} broker(s); run "stop --wipe" before changing that.`,
    );
  }
  return stack;
}

export const servicesOf = (stack) =>
  [...kafkaBrokers(stack), elasticsearchNode(stack)].filter(
    ({ name }) => !stack.only || name.split('-')[0] === stack.only,
  );

/** Gives every service its ports: the stated one, else the one of last time, else a free one. */
async function settlePorts(stack) {
  const stated = { elasticsearch: stack.elasticsearchPort };
  for (let id = 1; id <= stack.brokers; id++) {
    stated[`kafka-${id}`] = stack.kafkaPort && stack.kafkaPort + id - 1;
    stated[`controller-${id}`] = undefined;
  }
  for (const name of Object.keys(stated)) {
    const now = stack.ports[name];
    const running = await pidOf({ dir: join(stack.home, name.replace('controller', 'kafka')) });
    if (running && stated[name] && stated[name] !== now)
      throw new LocalStackError(`${name} already runs on port ${now}; stop it first.`);
    if (running) continue;
    if (stated[name]) stack.ports[name] = stated[name];
    else if (!now || !(await isFree(now))) stack.ports[name] = await freePort(Object.values(stack.ports));
  }
}

export async function start(stack) {
  await locked(stack.home, async () => {
    await settlePorts(stack);
    stack.clusterId ??= randomBytes(16).toString('base64url');
    const { ports, clusterId, brokers, partitionsDefault, kafkaHeap, elasticsearchHeap } = stack;
    await writeFile(join(stack.home, '.gitignore'), '*\n');
    await writeFile(
      join(stack.home, 'stack.json'),
      JSON.stringify({ ports, clusterId, brokers, partitionsDefault, kafkaHeap, elasticsearchHeap }, null, 2),
    );
    const services = servicesOf(stack);
    if (stack.shared) await enter(stack.home);
    const outcomes = await Promise.allSettled(services.map((service) => launch(service, stack)));
    for (const { reason } of outcomes) if (reason) throw reason;
  });
}

export async function stop(stack, { kill = false, wipe = false } = {}) {
  if (!existsSync(stack.home)) return;
  await locked(stack.home, async () => {
    const services = servicesOf(stack);
    await Promise.all(services.map((service) => end(service, kill ? 'SIGKILL' : 'SIGTERM', stack)));
    if (!wipe) return;
    for (const { dir } of services) await rm(dir, { recursive: true, force: true });
    // The ports stay, so that the URLs do; the rest may be chosen anew.
    if (!stack.only) await writeFile(join(stack.home, 'stack.json'), JSON.stringify({ ports: stack.ports }, null, 2));
  });
}

/** Gives back what `shared` asked for; the last of its users ends what none but they had asked for, and its data. */
async function release(stack) {
  if (!existsSync(stack.home)) return;
  await locked(stack.home, async () => {
    if ((await leave(stack.home)) > 0) return;
    const services = servicesOf({ ...stack, only: undefined }).filter(isShared);
    await Promise.all(services.map((service) => end(service, 'SIGTERM', stack)));
    for (const { dir } of services) await rm(join(dir, 'data'), { recursive: true, force: true }); // the next run finds a fresh one
  });
}

export function urlsOf({ ports, only, brokers }) {
  const addresses = Array.from({ length: brokers }, (_, index) => `127.0.0.1:${ports[`kafka-${index + 1}`]}`);
  return {
    kafkaUrl: only === 'elasticsearch' ? undefined : `kafka://${addresses.join(',')}`,
    elasticsearchUrl: only === 'kafka' ? undefined : `http://127.0.0.1:${ports.elasticsearch}`,
  };
}

/** Starts the stack, or joins the one that runs already, for tests that need its URLs or want to break it. See local-stack.d.mts. */
export async function startLocalStack(options = {}) {
  const stack = await openStack(options, { create: true });
  await start(stack).catch(async (error) => {
    if (stack.shared) await release(stack);
    throw error;
  });
  const each = (name, action) => {
    const chosen = servicesOf(stack).filter((service) => service.name === name || service.name.startsWith(`${name}-`));
    if (!chosen.length)
      throw new LocalStackError(
        `No service ${name}; there are ${servicesOf(stack)
          .map((service) => service.name)
          .join(', ')}.`,
      );
    return Promise.all(chosen.map(action)).then(() => {});
  };
  const signal = async (name, value) => {
    await each(name, async (service) =>
      process.kill((await pidOf(service)) ?? fail(`${service.name} does not run.`), value),
    );
    await sleep(100); // the last of its threads sees the signal a moment later
  };
  return {
    ...urlsOf(stack),
    stop: (how) => stop(stack, how),
    release: () => release(stack),
    kill: (name) => each(name, (service) => end(service, 'SIGKILL', stack)),
    restart: (name) => each(name, (service) => end(service, 'SIGTERM', stack).then(() => launch(service, stack))),
    pause: (name) => signal(name, 'SIGSTOP'),
    resume: (name) => signal(name, 'SIGCONT'),
  };
}

// The real servers of the tests: one provider, so that every test finds them in the same way. See README.md.
import { fileURLToPath } from 'node:url';
import { LocalStackError, MissingToolError, startLocalStack } from '../local-stack.mjs';

const DEFAULT_HOME = fileURLToPath(new URL('../../../.local-stack', import.meta.url));
const SERVERS = {
  kafka: { variable: 'TEST_KAFKA_URL', form: /^kafka:\/\/./, example: 'kafka://127.0.0.1:9092' },
  elasticsearch: { variable: 'TEST_ELASTICSEARCH_URL', form: /^https?:\/\/./, example: 'http://127.0.0.1:9200' },
};

/** See test-servers.d.mts. */
export async function openTestServers({ env = process.env, home = DEFAULT_HOME, log = console.error } = {}) {
  const found = {};
  const closers = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    for (const name of Object.keys(SERVERS)) found[name] = given(name, env);
    for (const provide of [fromDocker, fromLocalStack]) {
      const missing = Object.keys(SERVERS).filter((name) => !found[name].url && !found[name].declined);
      if (missing.length) await provide(missing, { found, closers, home, log });
    }
    for (const [name, { url, from, why }] of Object.entries(found)) {
      log(`test servers: ${name} ${url ? `at ${url} (${from})` : `SKIPPED: ${why}`}`);
      if (!url && env.CI === 'true') throw new LocalStackError(`CI must not skip the tests against ${name}: ${why}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { kafka: found.kafka, elasticsearch: found.elasticsearch, close };
}

function given(name, env) {
  const { variable, form, example } = SERVERS[name];
  const url = env[variable];
  if (!url) return { from: 'none', why: `${variable} is not set` };
  if (url === 'none') return { from: 'none', why: `${variable}=none`, declined: true };
  if (!form.test(url)) throw new LocalStackError(`${variable} is "${url}", but should look like ${example}`);
  return { url, from: variable };
}

async function fromDocker(missing, { found, closers, log }) {
  const explain = (reason) => {
    for (const name of missing) found[name].why += `; ${reason}`;
  };
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return explain('no Docker engine answers'); // the usual case on a laptop without Docker, not an error
  }
  const containers = await import('./containers.mjs');
  for (const name of missing) {
    log(`test servers: starting a container for ${name}`);
    try {
      const { url, stop } = await containers[name]();
      closers.push(stop);
      found[name] = { url, from: 'docker' };
    } catch (error) {
      log(`test servers: Docker answers, but the container of ${name} does not start: ${error.message}`);
      found[name].why += `; its container does not start (${error.message})`;
    }
  }
}

async function fromLocalStack(missing, { found, closers, home, log }) {
  const only = missing.length === 1 ? missing[0] : undefined;
  try {
    const stack = await startLocalStack({ home, only, shared: true, log: (line) => log(`test servers: ${line}`) });
    closers.push(() => stack.release());
    for (const name of missing) found[name] = { url: stack[`${name}Url`], from: 'local-stack' };
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    for (const name of missing) found[name].why += `; ${error.message}`;
  }
}

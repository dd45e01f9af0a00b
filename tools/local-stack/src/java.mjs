// Finds a JDK, lets Maven resolve the jars, compiles the Elasticsearch launcher.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fail, LocalStackError, MissingToolError, tail } from './errors.mjs';
import { locked } from './home.mjs';

const run = promisify(execFile);
/** The folder of pom.xml, java/ and log4j2.properties. */
export const base = fileURLToPath(new URL('..', import.meta.url));
/** Class paths and compiled classes, the same for every home folder. */
const cache = join(base, '.cache');

/** Elasticsearch asks for it; Kafka would do with less, but one JDK for both is easier to explain. */
const MIN_JDK = 21;

/** Path of the first JDK that is new enough; a compiler is asked for because a bare runtime cannot build the launcher. */
export async function findJdk() {
  const entries = async (folder) => (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'javac'))
    .filter(existsSync);
  const candidates = [
    process.env.JAVA21_HOME,
    process.env.JAVA_HOME,
    ...onPath.map((javac) => dirname(dirname(realpathSync(javac)))),
    ...(await entries('/usr/lib/jvm')),
    ...(await entries('/opt/java')),
    ...(await entries('/Library/Java/JavaVirtualMachines')).map((jdk) => join(jdk, 'Contents/Home')),
    ...(await entries('/opt/homebrew/opt'))
      .filter((path) => path.includes('openjdk'))
      .map((jdk) => join(jdk, 'libexec/openjdk.jdk/Contents/Home')),
    ...(await entries(join(process.env.HOME ?? '/', '.sdkman/candidates/java'))),
  ];
  for (const jdk of candidates.filter(Boolean)) {
    const release = await readFile(join(jdk, 'release'), 'utf8').catch(() => '');
    const version = Number(/^JAVA_VERSION="(\d+)/m.exec(release)?.[1]);
    if (version >= MIN_JDK && existsSync(join(jdk, 'bin/javac'))) return jdk;
  }
  throw new MissingToolError(
    `No JDK >= ${MIN_JDK} found. Install one (Debian 13, Ubuntu: apt-get install openjdk-21-jdk; macOS: brew install openjdk@21; ` +
      'elsewhere: a Temurin build) or point JAVA21_HOME at it.',
  );
}

/**
 * What a server needs before it can start: the JDK's `java`, its class path, and for Elasticsearch the compiled launcher. Costs
 * a minute once per machine. One process at a time: two Mavens must not write one repository.
 */
export async function prepare(kind, log) {
  const jdk = await findJdk();
  await mkdir(cache, { recursive: true });
  return locked(cache, async () => {
    const jars = await classPath(kind, log);
    const launcher = kind === 'elasticsearch' ? await compiled(jdk, jars, log) : undefined;
    return { java: join(jdk, 'bin/java'), jars, launcher };
  });
}

/** The class path of one pom.xml profile, resolved by Maven once per pom.xml and again when a jar has gone. */
async function classPath(profile, log) {
  const pom = join(base, 'pom.xml');
  const file = join(cache, `${profile}-${hash(readFileSync(pom))}.classpath`);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known && known.split(delimiter).every(existsSync)) return known;
  log(`resolving the jars of ${profile} with Maven`);
  await mkdir(dirname(file), { recursive: true });
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    pom,
    '-P',
    profile,
    'dependency:build-classpath',
    `-Dmdep.outputFile=${file}`,
  ]).catch((error) => {
    if (error.code === 'ENOENT') {
      throw new MissingToolError(
        'mvn not found. Install Maven (Debian/Ubuntu: apt-get install maven; macOS: brew install maven).',
      );
    }
    throw new LocalStackError(`Maven could not resolve the jars of ${profile}:\n${tail(error.stdout || error.stderr)}`);
  });
  return readFile(file, 'utf8');
}

/** Compiles the launcher and the plugin once per version of sources, jars and JDK; answers the folder they lie in. */
async function compiled(jdk, jars, log) {
  const sources = (await readdir(join(base, 'java'), { recursive: true }))
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => join(base, 'java', name));
  const target = join(cache, `elasticsearch-${hash(jars, jdk, ...sources.map((name) => readFileSync(name)))}`);
  if (existsSync(target)) return target;
  log('compiling the Elasticsearch launcher');
  const draft = `${target}.draft`;
  const [classes, module] = [join(draft, 'classes'), join(draft, 'modules/local-stack')];
  await rm(draft, { recursive: true, force: true });
  await mkdir(module, { recursive: true });
  await tool(join(jdk, 'bin/javac'), '--release', '21', '-nowarn', '-cp', jars, '-d', classes, ...sources);
  // Elasticsearch refuses a module whose classes are on the launcher's class path as well: two jars, each with its own.
  await tool(
    join(jdk, 'bin/jar'),
    '--create',
    '--file',
    join(module, 'plugin.jar'),
    '-C',
    classes,
    'dev/shopkeeper/stack/plugin',
  );
  await rm(join(classes, 'dev/shopkeeper/stack/plugin'), { recursive: true });
  await rename(draft, target);
  return target;
}

export async function tool(command, ...args) {
  await run(command, args).catch((error) => fail(`${command} failed:\n${tail(error.stderr || error.message)}`));
}

function hash(...parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex').slice(0, 12);
}

import { ShopkeeperError } from '@shopkeeper/contracts';
import type { Io } from './io.js';

/** Commands are loaded when they are called: asking for help must not load a recommender. */
const COMMANDS: Readonly<Record<string, () => Promise<(argv: readonly string[], io: Io) => Promise<number>>>> = {
  start: async () => (await import('./commands/start.js')).runStart,
  'import catalog': async () => (await import('./commands/import-catalog.js')).runImportCatalog,
  'import events': async () => (await import('./commands/import-events.js')).runImportEvents,
  topics: async () => (await import('./commands/topics.js')).runTopics,
  demo: async () => (await import('./commands/demo.js')).runDemo,
};

const USAGE = `usage: shopkeeper <command> [options]

  start            run all services in this process and answer on http://127.0.0.1:3000
  import catalog   bring products from JSON lines or CSV
  import events    bring past events from JSON lines, or orders from CSV
  topics           create the topics with their partitions, retention and compaction
  demo             ask, click, ask again: see the answer change

shopkeeper <command> --help tells more.
`;

/** Runs a command; answers the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const name = argv[0] === 'import' ? argv.slice(0, 2).join(' ') : (argv[0] ?? '');
  const load = COMMANDS[name];
  if (!load) {
    const asked = argv.length === 0 || argv.includes('--help') || argv.includes('-h');
    (asked ? io.out : io.err).write(asked ? USAGE : `shopkeeper: there is no command "${name}"\n\n${USAGE}`);
    return asked ? 0 : 2;
  }
  try {
    const run = await load();
    return await run(argv.slice(name.split(' ').length), io);
  } catch (error) {
    if (error instanceof ShopkeeperError) io.err.write(`shopkeeper: ${error.message} (${error.code})\n`);
    else if (isUsageError(error)) io.err.write(`shopkeeper: ${error.message}\n`);
    else io.err.write(`shopkeeper: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

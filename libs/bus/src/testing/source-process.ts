import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

// The child loads the sources as the tests do, so that nothing has to be built first.
const LOAD = `
  import { runnerImport } from 'vite';
  const resolve = { conditions: ['source', 'module', 'node', 'development|production'] };
  const [module, name, ...args] = process.argv.slice(1);
  const { module: loaded } = await runnerImport(module, { configFile: false, logLevel: 'error', resolve, ssr: { resolve } });
  await loaded[name](...args);
`;

/** A process of its own that runs an exported function of a module; its lines of output come to `onLine`. */
export function startProcess(
  module: URL,
  name: string,
  args: readonly string[],
  onLine: (line: string) => void,
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['--input-type=module', '-e', LOAD, module.pathname, name, ...args]);
  createInterface({ input: child.stdout }).on('line', onLine);
  child.stderr.pipe(process.stderr);
  return child;
}

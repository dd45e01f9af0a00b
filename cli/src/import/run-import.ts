import type { Io } from '../io.js';
import { chooseDestination } from './choose-destination.js';
import type { Destination } from './destination.js';
import { ImportReport } from './import-report.js';

/** The options of `IMPORT_OPTIONS` that say where to and how to report. */
export interface RunOptions {
  readonly to?: string | undefined;
  readonly key?: string | undefined;
  readonly bus?: string | undefined;
  readonly 'data-dir'?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly report?: string | undefined;
}

/** Opens the destination, lets the import work, closes, sums up; answers the exit code. */
export async function runImport(
  options: RunOptions,
  io: Io,
  work: (destination: Destination, report: ImportReport) => Promise<void>,
): Promise<number> {
  const report = new ImportReport(io, options.report);
  const destination = await chooseDestination({
    to: options.to,
    key: options.key,
    bus: options.bus,
    dataDir: options['data-dir'],
    dryRun: options['dry-run'],
    env: io.env,
    onWait: (why, ms) => report.say(`${why}; trying again in ${Math.ceil(ms / 1000)} s\n`),
  });
  try {
    await work(destination, report);
  } finally {
    await destination.close();
  }
  return report.finish(destination.name);
}

import type { EventBus } from '@shopkeeper/bus';
import { TOPICS } from '@shopkeeper/contracts';
import { parseArgs } from 'node:util';
import { invalid } from '../import/import-options.js';
import type { Io } from '../io.js';

const USAGE = `usage: shopkeeper topics [--bus URL]

Creates the topics that are missing, with their partitions, retention and compaction. Topics that are there stay as they are.

  --bus URL   such as kafka://127.0.0.1:9092; default BUS_URL
`;

export async function runTopics(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { bus: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const url = values.bus ?? io.env['BUS_URL'];
  if (!url) throw invalid('topics: say --bus or set BUS_URL; the embedded log needs no topics made');
  const { openBus } = await import('@shopkeeper/bus');
  const bus = await openBus({ url, dataDir: io.env['DATA_DIR'] || './data' });
  try {
    await createTopics(bus, io);
  } finally {
    await bus.close();
  }
  return 0;
}

/** Creates what is missing and prints a table of all. */
export async function createTopics(bus: Pick<EventBus, 'createTopics'>, io: Pick<Io, 'out'>): Promise<void> {
  const created = new Set(await bus.createTopics(TOPICS));
  const rows = TOPICS.map(({ name, partitions, cleanup, retentionMs, key }) => [
    name,
    String(partitions),
    cleanup === 'compact' ? 'compacted' : `${Math.round(retentionMs / 86_400_000)} days`,
    key,
    created.has(name) ? 'created' : 'exists',
  ]);
  const table = [['topic', 'partitions', 'keeps', 'key', ''], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    io.out.write(
      `${row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    );
}

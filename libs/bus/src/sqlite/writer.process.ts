import { aTopic, someRecords } from '../testing/scratch.js';
import { SqliteEventBus } from './sqlite-event-bus.js';

/** Publishes without end, several callers at once, and prints `acknowledged <n>` for every record that the log has taken. */
export async function write(dataDir: string, topicName: string): Promise<void> {
  const topic = aTopic({ name: topicName });
  const bus = await SqliteEventBus.open({ dataDir });
  await bus.createTopics([topic]);
  const records = someRecords(topic, 100_000, 50);
  let next = 0;
  const publish = async (): Promise<void> => {
    while (next < records.length) {
      const n = next++;
      await bus.publish([records[n]!]);
      process.stdout.write(`acknowledged ${n}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, publish));
}

/** Opens the data directory and prints what came of it. */
export async function open(dataDir: string): Promise<void> {
  try {
    const bus = await SqliteEventBus.open({ dataDir });
    await bus.close();
    process.stdout.write('opened\n');
  } catch (error) {
    process.stdout.write(`${(error as { code: string }).code} ${(error as Error).message}\n`);
  }
}

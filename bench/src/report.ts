import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

/** Prints rows as a table and keeps them as JSON, with the machine they were measured on. */
export async function report(name: string, rows: readonly object[], more: Record<string, unknown> = {}): Promise<void> {
  console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shown(value)]))));
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  await mkdir(RESULTS, { recursive: true });
  const file = `${RESULTS}${name}.json`;
  await writeFile(
    file,
    `${JSON.stringify({ name, date: new Date().toISOString(), machine, ...more, rows }, null, 2)}\n`,
  );
  console.log(`kept as bench/results/${name}.json`);
}

const shown = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);

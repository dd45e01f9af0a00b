import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Io } from '../../io.js';
import type { Destination, Lane, Parcel, Refusals } from '../destination.js';

/** Keeps what is written. */
export function anIo(env: Io['env'] = {}): Io & { readonly texts: { out: string; err: string } } {
  const texts = { out: '', err: '' };
  return {
    texts,
    env,
    out: { write: (text: string) => (texts.out += text) },
    err: { write: (text: string) => (texts.err += text) },
  };
}

/** Keeps what is sent; refuses what `refuse` names. */
export class RecordingDestination implements Destination {
  readonly name = 'the test';
  readonly sent: Record<Lane, unknown[]> = { catalog: [], events: [] };
  readonly batches: number[] = [];

  constructor(private readonly refuse: (value: unknown) => string | undefined = () => undefined) {}

  send(lane: Lane, parcels: readonly Parcel[]): Promise<Refusals> {
    this.batches.push(parcels.length);
    const refusals = parcels.flatMap(({ value }, index) => {
      const detail = this.refuse(value);
      if (detail === undefined) this.sent[lane].push(value);
      return detail === undefined ? [] : [{ index, code: 'CHANGE_INVALID', detail }];
    });
    return Promise.resolve(refusals);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Files in a directory of their own; `remove` takes it away. */
export function someFiles(): {
  write: (name: string, text: string | Buffer) => string;
  path: string;
  remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), 'shopkeeper-import-'));
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      writeFileSync(file, /\.gz$/.test(name) && typeof text === 'string' ? gzipSync(text) : text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A file of JSON lines. */
export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

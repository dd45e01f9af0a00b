import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventDeclaration } from '../event.js';
import type { SourceFile } from './usage.js';

/** The root of the repository, from `src/generate` and from `dist/generate` alike. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
export const SAMPLES = join(ROOT, 'libs/contracts/src/samples');

/** The file name of an event's golden sample, without `.json`. */
export const sampleName = (event: EventDeclaration): string => `${event.topics[0].name}.${event.type}`;

export const readSample = (name: string): unknown => JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8'));

/** The sources of all services, without their tests. */
export function readServiceSources(): SourceFile[] {
  const services = join(ROOT, 'services');
  return readdirSync(services)
    .filter((service) => existsSync(join(services, service, 'src')))
    .sort()
    .flatMap((service) =>
      readdirSync(join(services, service, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|(^|\/)testing\//.test(file))
        .sort()
        .map((file) => ({ service, text: readFileSync(join(services, service, 'src', file), 'utf8') })),
    );
}

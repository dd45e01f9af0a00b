import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ELASTICSEARCH_IMAGE, KAFKA_IMAGE } from './containers.mjs';

const compose = readFileSync(fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url)), 'utf8');
const all = (pattern: RegExp) => [...compose.matchAll(pattern)].map(([, found]) => found!);

describe('docker-compose.yml', () => {
  it('runs the images that the tests run, each with a version', () => {
    expect(all(/^\s+image: (\S+)$/gm)).toEqual([KAFKA_IMAGE, ELASTICSEARCH_IMAGE]);
    expect([KAFKA_IMAGE, ELASTICSEARCH_IMAGE].every((image) => /:\d+\.\d+\.\d+$/.test(image))).toBe(true);
  });

  it('shows its servers without passwords to this machine only', () => {
    const ports = all(/ports: \['([^']+)'\]/g);
    expect(ports).toHaveLength(2);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

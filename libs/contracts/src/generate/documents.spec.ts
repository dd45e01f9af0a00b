import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { EventDeclaration } from '../event.js';
import { EVENT_LIST } from '../events/registry.js';
import * as build from '../testing/builders.js';
import { asyncApiDocument } from './asyncapi.js';
import { generatedDocuments } from './documents.js';
import { payloadSchemaOf, type Json } from './json-schema.js';
import { readSample, ROOT, sampleName } from './repository.js';
import type { Use } from './usage.js';

const ajv = () => {
  const made = new Ajv({ strict: false, allErrors: true });
  addFormats.default(made);
  return made;
};

describe('docs/generated', () => {
  it('is what `npm run generate` would write', () => {
    const folder = join(ROOT, 'docs/generated');
    const documents = generatedDocuments();
    const stale = [...documents].filter(
      ([path, text]) => !existsSync(join(folder, path)) || readFileSync(join(folder, path), 'utf8') !== text,
    );
    expect(stale.map(([path]) => path)).toEqual([]);
    const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(there).toHaveLength(documents.size);
  });
});

describe('payload schemas', () => {
  it.each(EVENT_LIST.map((event) => [event.type, event] as const))('%s fits its sample and stays open', (_, event) => {
    const validate = ajv().compile(payloadSchemaOf(event));
    const sample = readSample(sampleName(event)) as Json;
    expect(validate(sample), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...sample, addedLater: 1 })).toBe(true);
    expect(validate({})).toBe(false);
    expect(JSON.stringify(payloadSchemaOf(event))).not.toContain('"additionalProperties":false');
  });
});

describe('the AsyncAPI document', () => {
  const use = (action: Use['action']): Use[] =>
    EVENT_LIST.flatMap((event) => event.topics.map((topic) => ({ service: 'x', action, event, topic })));
  const document = asyncApiDocument([...use('send'), ...use('receive')], (event) => readSample(sampleName(event)));

  it('is valid AsyncAPI 3.0', () => {
    const validate = ajv().compile(specs.schemasWithoutId['3.0.0'] as Json);
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5), null, 1)).toBe(true);
    expect(validate({ ...document, channels: { broken: { address: 1 } } })).toBe(false);
  });

  it('refers only to what is there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    const resolve = (path: string) =>
      path.split('/').reduce<unknown>((at, part) => (at as Json | undefined)?.[part.replaceAll('~1', '/')], document);
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((path) => resolve(path) === undefined)).toEqual([]);
  });
});

describe('an event that is unfit', () => {
  it.each<[string, EventDeclaration, unknown]>([
    [
      'an offer for nobody',
      EVENT_LIST.find(({ type }) => type === 'offer.observed')!,
      { ...build.anOfferChange(), productId: undefined },
    ],
    [
      'a change of nothing',
      EVENT_LIST.find(({ type }) => type === 'offer.observed')!,
      build.anOfferChange({ offer: {} }),
    ],
  ])('is refused by its JSON Schema too: %s', (_, event, payload) => {
    expect(event.schema.safeParse(payload).success).toBe(false);
    expect(ajv().compile(payloadSchemaOf(event))(JSON.parse(JSON.stringify(payload)))).toBe(false);
  });
});

// What was once published must be readable for ever: a sample is never edited to make this pass, a new version gets a new one.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePayload, type EventDeclaration } from '../event.js';
import { EVENT_LIST, eventOf } from '../events/registry.js';
import { payloadSchemaOf, type Json } from '../generate/json-schema.js';
import { readSample, sampleName, SAMPLES } from '../generate/repository.js';

const names = readdirSync(SAMPLES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));
const eventOfSample = (name: string): EventDeclaration | undefined =>
  EVENT_LIST.find((event) => name === sampleName(event) || name.startsWith(`${sampleName(event)}.`));

/** Paths of all fields of a schema, through arrays and objects; free-form maps count as one field. */
function fieldsOf(schema: Json, path = ''): string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const items = schema.items ? fieldsOf(schema.items as Json, `${path}[]`) : [];
  return [
    ...properties.flatMap(([name, field]) => [`${path}.${name}`, ...fieldsOf(field, `${path}.${name}`)]),
    ...items,
  ];
}
function fieldsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [`${path}.${name}`, ...fieldsIn(field, `${path}.${name}`)]);
}

describe('golden samples', () => {
  it('exist for every event, and for no other', () => {
    expect(names).toEqual(expect.arrayContaining(EVENT_LIST.map(sampleName)));
    expect(names.filter((name) => !eventOfSample(name))).toEqual([]);
  });

  it.each(names)('%s parses, and encodes to itself again', (name) => {
    const sample = readSample(name);
    expect(JSON.stringify(parsePayload(eventOfSample(name)!, sample))).toBe(JSON.stringify(sample));
  });

  it.each(EVENT_LIST.map((event) => [event.type, event] as const))('of %s shows every field', (_, event) => {
    const shown = new Set(fieldsIn(readSample(sampleName(event))));
    expect(fieldsOf(payloadSchemaOf(event)).filter((field) => !shown.has(field))).toEqual([]);
  });

  it.each(names)('%s may carry fields that nobody knows yet, at every depth', (name) => {
    const event = eventOfSample(name)!;
    const grown = JSON.parse(JSON.stringify(readSample(name)), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && isRecord(name, value)
        ? { ...value, addedLater: 'x' }
        : value,
    ) as unknown;
    expect(() => parsePayload(event, grown)).not.toThrow();
  });

  it('names an unfit field', () => {
    const event = eventOf('catalog.offer.v1', 'offer.changed')!;
    const sample = readSample(sampleName(event)) as object;
    expect(() => parsePayload(event, { ...sample, revision: 0 })).toThrow(/revision/);
  });
});

/** Free-form maps of numbers take no strings; everything else is a record that may grow. */
const isRecord = (name: string, value: object): boolean =>
  !(name.startsWith('model.manifest') && Object.keys(value).every((key) => key.includes('/')));

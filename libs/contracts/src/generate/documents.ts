import { EVENT_LIST } from '../events/registry.js';
import { openApiDocument } from '../http/openapi.js';
import { asyncApiDocument } from './asyncapi.js';
import { eventsPage } from './events-page.js';
import { payloadSchemaOf } from './json-schema.js';
import { readSample, readServiceSources, sampleName } from './repository.js';
import { findUses } from './usage.js';

/** Everything in `docs/generated`: text by path below it. */
export function generatedDocuments(): Map<string, string> {
  const uses = findUses(readServiceSources());
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['asyncapi.json', json(asyncApiDocument(uses, (event) => readSample(sampleName(event))))],
    ['events.md', eventsPage(uses)],
    ['openapi.json', json(openApiDocument())],
    ...EVENT_LIST.map((event): [string, string] => [`schemas/${sampleName(event)}.json`, json(payloadSchemaOf(event))]),
  ]);
}

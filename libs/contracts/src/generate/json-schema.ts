import { z } from 'zod';
import type { EventDeclaration } from '../event.js';

export type Json = Record<string, unknown>;

/**
 * The JSON Schema (draft 7) of an event's payload. Objects are open: a later minor version may add fields, and a reader that
 * refuses them would stop at every one.
 */
export function payloadSchemaOf(event: EventDeclaration): Json {
  const schema = z.toJSONSchema(event.schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // The pattern says again, in 300 characters, what the format says.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // Keys of JSON objects are strings anyway.
      if (jsonSchema.propertyNames && Object.keys(jsonSchema.propertyNames).join() === 'type')
        delete jsonSchema.propertyNames;
    },
  }) as Json;
  return { ...schema, title: event.type, description: event.description };
}

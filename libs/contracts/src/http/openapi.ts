import { z } from 'zod';
import { Problem } from './problem.js';
import { ROUTES, type Route } from './routes.js';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io }) as Json;
  return rest;
};

/** The OpenAPI 3.1 document of the gateway, made from the routes and their schemas. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shopkeeper',
      version: '1',
      description: 'Publish what shoppers do and what the catalogue holds; ask what to show.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key with the scope of the route' } },
      schemas: { Problem: schemaOf(Problem, 'output') },
    },
  };
}

function operationOf(route: Route): Json {
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const responses: Record<string, Json> = {
    default: {
      description: 'A problem, with a stable code that says what to mend',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
  for (const [status, { description, schema }] of Object.entries(route.responses)) {
    responses[status] = {
      description,
      ...(schema && { content: { 'application/json': { schema: schemaOf(schema, 'output') } } }),
    };
  }
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^a-zA-Z]+(\w)/g, (_, c: string) => c.toUpperCase())}`,
    ...(parameters.length > 0 && { parameters }),
    ...(route.scope && { security: [{ key: [] }], 'x-scope': route.scope }),
    ...(route.request && {
      requestBody: {
        required: true,
        description: `At most ${route.maxBytes} bytes.`,
        content: {
          'application/json': { schema: schemaOf(route.request, 'input') },
          ...(route.lines && { 'application/x-ndjson': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses,
  };
}

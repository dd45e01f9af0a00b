import type { EventDeclaration } from '../event.js';
import { EVENTS } from '../events/registry.js';
import { TOPICS, type Topic } from '../topic.js';
import { payloadSchemaOf, type Json } from './json-schema.js';
import type { Use } from './usage.js';

const ref = (...path: string[]): Json => ({
  $ref: `#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
});
const named = Object.entries(EVENTS) as unknown as [string, EventDeclaration][];
const nameOf = (event: EventDeclaration): string => named.find(([, declared]) => declared === event)![0];

/** The AsyncAPI 3.0 document of the bus: a channel per topic, a message per event, an operation per use of it by a service. */
export function asyncApiDocument(uses: readonly Use[], sampleOf: (event: EventDeclaration) => unknown): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Shopkeeper events',
      version: '1',
      description:
        'What the services of Shopkeeper tell each other. Delivery is at least once and in order per key. ' +
        'Readers accept fields they do not know. What a group cannot apply goes to `<topic>.<group>.dlq`, bytes and headers untouched.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(TOPICS.map((topic) => [topic.name, channelOf(topic)])),
    operations: Object.fromEntries(
      uses.map(({ service, action, event, topic }) => [
        `${service}.${action}.${topic.name}.${nameOf(event)}`,
        {
          action,
          channel: ref('channels', topic.name),
          messages: [ref('channels', topic.name, 'messages', nameOf(event))],
          tags: [{ name: service }],
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(named.map(([name, event]) => [name, messageOf(name, event, sampleOf(event))])),
      schemas: {
        Headers: HEADERS,
        ...Object.fromEntries(
          named.map(([name, event]) => {
            const { $schema: _, ...schema } = payloadSchemaOf(event);
            return [name, schema];
          }),
        ),
      },
    },
  };
}

function channelOf(topic: Topic): Json {
  return {
    address: topic.name,
    description: topic.description,
    messages: Object.fromEntries(
      named
        .filter(([, event]) => event.topics.includes(topic))
        .map(([name]) => [name, ref('components', 'messages', name)]),
    ),
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: {
          'cleanup.policy': [topic.cleanup],
          [topic.cleanup === 'compact' ? 'delete.retention.ms' : 'retention.ms']: topic.retentionMs,
        },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function messageOf(name: string, event: EventDeclaration, sample: unknown): Json {
  return {
    name: event.type,
    title: name,
    summary: event.description,
    contentType: 'application/json',
    headers: ref('components', 'schemas', 'Headers'),
    payload: ref('components', 'schemas', name),
    bindings: {
      kafka: { key: { type: 'string', description: event.topics[0].key }, bindingVersion: '0.5.0' },
    },
    examples: [{ name: 'sample', payload: sample }],
  };
}

const HEADERS: Json = {
  type: 'object',
  description: 'The attributes of CloudEvents 1.0 in the binary mode of its Kafka binding.',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', description: 'The same id twice is the same event.' },
    ce_type: { type: 'string', enum: named.map(([, event]) => event.type) },
    ce_source: { type: 'string', description: 'Who speaks, such as `/services/catalog-sync`.' },
    ce_time: { type: 'string', format: 'date-time', description: 'When it happened.' },
    'content-type': { type: 'string', const: 'application/json' },
    traceparent: { type: 'string', description: 'W3C trace context.' },
  },
};

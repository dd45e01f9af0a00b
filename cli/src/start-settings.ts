import { z } from 'zod';

/** Everything that `shopkeeper start` can be told by environment variables. */
export const StartSettings = z.object({
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Other than loopback: SHOPKEEPER_KEYS must be set.'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('Port to listen on; 0 = any free one.'),
  DATA_DIR: z.string().default('./data').describe('Where the embedded log and store keep their files.'),
  BUS_URL: z
    .string()
    .regex(/^kafka:\/\/.+/, 'must look like kafka://host:9092,host:9092')
    .optional()
    .describe('Kafka instead of the embedded log.'),
  STORE_URL: z
    .string()
    .regex(/^https?:\/\/.+/, 'must look like http://host:9200')
    .optional()
    .describe('Elasticsearch instead of the embedded store.'),
  SHOPKEEPER_KEYS: z.string().optional().describe('Keys with their scopes: write:KEY read:KEY admin:KEY.'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn').describe('What the log tells.'),
});
export type StartSettings = z.infer<typeof StartSettings>;

const SECRET = new Set(['SHOPKEEPER_KEYS']);

/** One line that shows the settings in force, without secrets and without passwords in URLs. */
export const describeSettings = (settings: StartSettings): string =>
  Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => `${name}=${SECRET.has(name) ? '(set)' : String(value).replace(/\/\/[^@/]*@/, '//(hidden)@')}`,
    )
    .join(' ');

/** True for addresses that only this machine reaches. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

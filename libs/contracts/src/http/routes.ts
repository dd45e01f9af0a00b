import { z } from 'zod';
import { Id, Instant } from '../values.js';
import { CatalogChange, CatalogItem } from './catalog.js';
import { EventRequest } from './events.js';
import { MemoryResponse } from './memory.js';
import { BatchResponse } from './problem.js';
import { RecommendRequest, RecommendResponse } from './recommendations.js';

/** What a key may do. `admin` includes the others. */
export const Scope = z.enum(['write', 'read', 'admin']);
export type Scope = z.infer<typeof Scope>;

/** One route of the gateway: what it needs, takes and answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:parameters`. */
  readonly path: string;
  readonly summary: string;
  /** `null` = open to everybody. */
  readonly scope: Scope | null;
  readonly request?: z.ZodType;
  /** Also takes one JSON document a line. */
  readonly lines?: boolean;
  /** Largest body in bytes. */
  readonly maxBytes: number;
  readonly responses: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
}

const KB = 1024;
/** Largest single event in bytes; as in Segment's public API. */
export const MAX_EVENT_BYTES = 32 * KB;
/** Largest batch of events or changes in bytes. */
export const MAX_BATCH_BYTES = 500 * KB;
const MAX_IMPORT_BYTES = 5 * KB * KB;
const MAX_REQUEST_BYTES = 64 * KB;

/** Answer to a request that was taken. */
export const Accepted = z.object({ accepted: z.number().int(), messageIds: z.array(z.string()).optional() });
export const ErasureAccepted = z.object({ shopperId: Id, requestedAt: Instant });
export type ErasureAccepted = z.infer<typeof ErasureAccepted>;

const taken = { 202: { description: 'Taken: the event log has acknowledged it', schema: BatchResponse } };
const batch = {
  ...taken,
  207: { description: 'Some taken, some rejected; each rejected one is named', schema: BatchResponse },
  400: { description: 'None taken' },
};
const events = (path: string, summary: string, request: z.ZodType): Route => ({
  method: 'POST',
  path,
  summary,
  scope: 'write',
  request,
  maxBytes: MAX_BATCH_BYTES,
  responses: batch,
});

/** Every route of the gateway. A route that is not in here does not exist. */
export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/recommendations',
    summary: 'Ask for products for a placement',
    scope: 'read',
    request: RecommendRequest,
    maxBytes: MAX_REQUEST_BYTES,
    responses: { 200: { description: 'The list; empty when nothing fits', schema: RecommendResponse } },
  },
  events('/v1/events', 'Publish one event or an array of them', z.union([EventRequest, z.array(EventRequest)])),
  events('/v1/batch', "Publish events, in Segment's batch shape", z.object({ batch: z.array(EventRequest) })),
  events('/v1/track', 'Publish one track event', EventRequest),
  events('/v1/page', 'Publish one page event', EventRequest),
  events('/v1/identify', 'Say which user an anonymousId is', EventRequest),
  {
    method: 'POST',
    path: '/v1/events/import',
    summary: 'Import past events; their time is kept',
    scope: 'admin',
    request: z.object({ events: z.array(EventRequest) }),
    lines: true,
    maxBytes: MAX_IMPORT_BYTES,
    responses: batch,
  },
  {
    method: 'POST',
    path: '/v1/catalog/changes',
    summary: 'Change products: content, offer, removal; one change or several',
    scope: 'admin',
    request: z.union([CatalogChange, z.object({ changes: z.array(CatalogChange) })]),
    maxBytes: MAX_BATCH_BYTES,
    responses: batch,
  },
  {
    method: 'POST',
    path: '/v1/catalog/import',
    summary: 'Import whole products, in a lane of their own',
    scope: 'admin',
    request: z.object({ products: z.array(CatalogItem) }),
    lines: true,
    maxBytes: MAX_IMPORT_BYTES,
    responses: batch,
  },
  {
    method: 'GET',
    path: '/v1/shoppers/:id/memory',
    summary: 'What is remembered of a shopper, by userId, anonymousId or shopperId',
    scope: 'admin',
    maxBytes: 0,
    responses: {
      200: { description: 'The memory', schema: MemoryResponse },
      404: { description: 'Nobody is known by this id' },
    },
  },
  {
    method: 'DELETE',
    path: '/v1/shoppers/:id/memory',
    summary: 'Forget a shopper: memory and links',
    scope: 'admin',
    maxBytes: 0,
    responses: {
      202: { description: 'Will be forgotten', schema: ErasureAccepted },
      404: { description: 'Nobody is known by this id' },
    },
  },
  {
    method: 'GET',
    path: '/healthz/live',
    summary: 'The process runs',
    scope: null,
    maxBytes: 0,
    responses: { 200: { description: 'It does' } },
  },
  {
    method: 'GET',
    path: '/healthz/ready',
    summary: 'Catalogue, offers and model rows are loaded; names what is degraded',
    scope: null,
    maxBytes: 0,
    responses: { 200: { description: 'Ready' }, 503: { description: 'Not ready; says why' } },
  },
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in the format of Prometheus',
    scope: 'admin',
    maxBytes: 0,
    responses: { 200: { description: 'The metrics' } },
  },
];

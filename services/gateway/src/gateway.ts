import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { openApiDocument, ROUTES, ShopkeeperError, type Route } from '@shopkeeper/contracts';
import { nestLogger } from '@shopkeeper/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertTame, LinesBody, parseJson, parseLines } from './body.js';
import type { GatewayDependencies } from './gateway.deps.js';
import { GatewayModule } from './gateway.module.js';
import { authorise, presentedKey } from './keys.js';
import { ProblemFilter } from './problem.filter.js';

const ROUTE_OF = new Map(ROUTES.map((route) => [`${route.method} ${route.path}`, route]));
const LARGEST_BODY = Math.max(...ROUTES.map(({ maxBytes }) => maxBytes));

const routeOf = (request: FastifyRequest): Route | undefined =>
  ROUTE_OF.get(`${request.method} ${request.routeOptions.url ?? ''}`);

/** Makes the gateway; the caller decides when and where it listens. */
export async function createGateway(deps: GatewayDependencies): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: LARGEST_BODY,
    requestIdHeader: false,
    genReqId: ({ headers }: { headers: Record<string, string | string[] | undefined> }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
    },
    trustProxy: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.forRoot(deps), adapter, {
    bodyParser: false,
    logger: nestLogger(deps.logger),
  });
  app.useGlobalFilters(new ProblemFilter(deps.logger));
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  await fastify.register(helmet);
  await fastify.register(swagger, { mode: 'static', specification: { document: openApiDocument() as never } });
  await fastify.register(swaggerUi, { routePrefix: '/docs' });
  readBodies(fastify);
  observe(fastify, deps);
  await app.init();
  return app;
}

/** Bodies are JSON whatever the media type says (beacons send text/plain), except JSON lines; sizes are checked per route. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const read =
    (lines: boolean) =>
    (request: FastifyRequest, body: string | Buffer, done: (error: Error | null, value?: unknown) => void) => {
      try {
        const limit = routeOf(request)?.maxBytes ?? LARGEST_BODY;
        if (body.length > limit) {
          throw new ShopkeeperError('REQUEST_TOO_LARGE', `The body has ${body.length} bytes; at most ${limit} here.`);
        }
        const text = body.toString('utf8');
        if (lines) return done(null, new LinesBody(parseLines(text)));
        const value = parseJson(text);
        assertTame(value);
        done(null, value);
      } catch (error) {
        done(error as Error);
      }
    };
  fastify.addContentTypeParser(['application/json', 'text/plain'], { parseAs: 'buffer' }, read(false));
  fastify.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], { parseAs: 'buffer' }, read(true));
}

/** Who may come in, and how long each answer took. */
function observe(fastify: FastifyInstance, { keys, metrics }: GatewayDependencies): void {
  const duration = metrics.histogram('http_server_request_duration_seconds', 'Time from request to answer', [
    'method',
    'route',
    'status',
  ]);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const route = routeOf(request);
    try {
      if (route) authorise(keys, presentedKey(request.headers), route.scope);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: String(reply.statusCode),
    };
    duration.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}

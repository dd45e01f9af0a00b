import { afterEach, describe, expect, it } from 'vitest';
import { ROUTES } from '@shopkeeper/contracts';
import { aGateway } from './testing/a-gateway.js';

let gateway: Awaited<ReturnType<typeof aGateway>>;
const open = async (options?: Parameters<typeof aGateway>[0]) => (gateway = await aGateway(options));
afterEach(() => gateway.app.close());

const view = { event: 'Product Viewed', anonymousId: 'a-1', properties: { product_id: 'p-1' } };

describe('events', () => {
  it('answers 202 after the bus has taken the event, in our words', async () => {
    const { post, bus } = await open();
    const { status, body } = await post('/v1/events', { ...view, messageId: 'm-1' });
    expect({ status, accepted: body['accepted'] }).toEqual({ status: 202, accepted: 1 });
    expect(bus.published[0]).toMatchObject({
      topic: 'shopper.event.v1',
      key: 'a-1',
      headers: { ce_type: 'event.received', ce_id: 'm-1' },
    });
    expect(JSON.parse(bus.published[0]?.value ?? '')).toMatchObject({
      messageId: 'm-1',
      type: 'track',
      anonymousId: 'a-1',
    });
  });

  it('reads GA4 names and fields', async () => {
    const { post, bus } = await open();
    const ga4 = { client_id: 'a-2', name: 'add_to_cart', params: { items: [{ item_id: 'p-1', price: 9.5 }] } };
    expect((await post('/v1/events', ga4)).status).toBe(202);
    expect(JSON.parse(bus.published[0]?.value ?? '')).toMatchObject({ event: 'add_to_cart', anonymousId: 'a-2' });
  });

  it('keeps the good ones of a batch and names the bad ones', async () => {
    const { post, bus } = await open();
    const { status, body } = await post('/v1/batch', {
      batch: [view, { ...view, event: 'Teapot Boiled' }, { ...view, anonymousId: undefined }],
    });
    expect(status).toBe(207);
    expect(body).toMatchObject({
      accepted: 1,
      rejected: 2,
      errors: [
        { index: 1, code: 'EVENT_UNKNOWN' },
        { index: 2, code: 'EVENT_ID_MISSING' },
      ],
    });
    expect(bus.published).toHaveLength(1);
  });

  it.each([
    ['malformed JSON', '{"event":', 400, 'REQUEST_MALFORMED'],
    ['an empty body', '', 400, 'REQUEST_MALFORMED'],
    ['no name', { anonymousId: 'a' }, 422, 'EVENT_INVALID'],
    ['an unknown event', { ...view, event: 'Teapot Boiled' }, 422, 'EVENT_UNKNOWN'],
    ['no id', { event: 'Product Viewed', properties: { product_id: 'p' } }, 422, 'EVENT_ID_MISSING'],
    ['no product', { ...view, properties: {} }, 422, 'EVENT_INVALID'],
    ['a negative price', { ...view, properties: { product_id: 'p', price: -3 } }, 422, 'EVENT_INVALID'],
    [
      'an absurd quantity',
      { ...view, event: 'Product Added', properties: { product_id: 'p', quantity: 1e12 } },
      422,
      'EVENT_INVALID',
    ],
    ['a time in the future', { ...view, timestamp: '2999-01-01T00:00:00Z' }, 422, 'EVENT_TIME_IN_FUTURE'],
    ['an ancient time', { ...view, timestamp: '1999-01-01T00:00:00Z' }, 422, 'EVENT_TIME_TOO_OLD'],
    ['no time at all', { ...view, timestamp: 'yesterday' }, 422, 'EVENT_INVALID'],
    [
      'a prototype key',
      '{"event":"Product Viewed","anonymousId":"a","properties":{"__proto__":{"x":1}}}',
      400,
      'REQUEST_INVALID',
    ],
    ['a control character in an id', { ...view, anonymousId: 'a\u0000b' }, 422, 'EVENT_INVALID'],
  ])('refuses %s with a problem', async (_, payload, status, code) => {
    const { post, bus } = await open();
    const answer = await post('/v1/events', payload);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(String(answer.body['detail']).length).toBeGreaterThan(10);
    expect(bus.published).toEqual([]);
  });

  it('refuses nesting without end, large events and large batches', async () => {
    const { post } = await open();
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect((await post('/v1/events', deep)).body['code']).toBe('REQUEST_INVALID');
    const large = { ...view, properties: { product_id: 'p-1', note: 'x'.repeat(40_000) } };
    expect((await post('/v1/events', large)).body['code']).toBe('EVENT_TOO_LARGE');
    const batch = { batch: Array.from({ length: 20 }, () => large) };
    expect(await post('/v1/batch', batch)).toMatchObject({ status: 413, body: { code: 'REQUEST_TOO_LARGE' } });
  });

  it('says 503 and when to try again while the log is down', async () => {
    const { post, bus } = await open();
    bus.down = true;
    const answer = await post('/v1/events', view);
    expect(answer).toMatchObject({ status: 503, body: { code: 'BUS_UNAVAILABLE' } });
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('imports JSON lines with their own time, and names broken lines', async () => {
    const { app, bus } = await open();
    const line = JSON.stringify({ ...view, messageId: 'm-9', timestamp: '2015-03-01T10:00:00Z' });
    const response = await app.inject({
      method: 'POST',
      url: '/v1/events/import',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: `${line}\n{broken\n`,
    });
    expect(response.statusCode).toBe(207);
    expect(response.json()).toMatchObject({ accepted: 1, errors: [{ index: 1, code: 'EVENT_INVALID' }] });
    expect(JSON.parse(bus.published[0]?.value ?? '')).toMatchObject({ timestamp: '2015-03-01T10:00:00.000Z' });
  });
});

describe('catalogue', () => {
  it('takes one change or several, on the lane for news', async () => {
    const { post, bus } = await open();
    await post('/v1/catalog/changes', { type: 'offer', sku: 'p-1-m', offer: { stock: 0 } });
    await post('/v1/catalog/changes', { changes: [{ type: 'removal', productId: 'p-1' }] });
    expect(bus.published.map(({ topic, headers }) => [topic, headers['ce_type']])).toEqual([
      ['catalog.change.v1', 'offer.observed'],
      ['catalog.change.v1', 'removal.observed'],
    ]);
  });

  it('takes whole products on the lane for imports', async () => {
    const { post, bus } = await open();
    const { status } = await post('/v1/catalog/import', {
      products: [{ productId: 'p-1', title: 'Trowel', price: 9, stock: 3, currency: 'EUR' }],
    });
    expect(status).toBe(202);
    expect(new Set(bus.published.map(({ topic }) => topic))).toEqual(new Set(['catalog.import.v1']));
  });

  it.each([
    [{ type: 'offer', sku: 'x', offer: { price: -1 } }, 'CHANGE_INVALID'],
    [{ type: 'offer', sku: 'x', offer: {} }, 'CHANGE_INVALID'],
    [{ type: 'offer', offer: { stock: 1 } }, 'CHANGE_INVALID'],
    [{ type: 'teapot' }, 'CHANGE_INVALID'],
    [{ type: 'removal', productId: 'p', observedAt: '2999-01-01T00:00:00Z' }, 'CHANGE_TIME_IN_FUTURE'],
  ])('refuses %j', async (change, code) => {
    const { post } = await open();
    expect(await post('/v1/catalog/changes', change)).toMatchObject({ status: 422, body: { code } });
  });
});

describe('recommendations', () => {
  it('asks ranking and passes its answer on', async () => {
    const { post, asked } = await open();
    const answer = await post('/v1/recommendations', { placement: 'home', shopper: { anonymousId: 'a-1' } });
    expect(answer).toMatchObject({ status: 200, body: { items: [] } });
    expect(asked).toEqual([{ placement: 'home', shopper: { anonymousId: 'a-1' }, limit: 10 }]);
  });

  it.each([{}, { placement: 'attic' }, { placement: 'home', limit: 0 }, { placement: 'home', limti: 3 }])(
    'refuses %j',
    async (request) => {
      const { post } = await open();
      expect(await post('/v1/recommendations', request)).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      });
    },
  );
});

describe('keys', () => {
  const keys = 'write:write-key-0123456789 read:read-key-0123456789 admin:admin-key-0123456789';

  it('lets each scope do its own, and admin all', async () => {
    const { post } = await open({ keys });
    const status = async (key: string | undefined, url: string, payload: object) =>
      (await post(url, payload, key ? { authorization: `Bearer ${key}` } : {})).status;
    const home = { placement: 'home' };
    expect(await status(undefined, '/v1/recommendations', home)).toBe(401);
    expect(await status('guess-key-0123456789', '/v1/recommendations', home)).toBe(401);
    expect(await status('write-key-0123456789', '/v1/recommendations', home)).toBe(403);
    expect(await status('read-key-0123456789', '/v1/recommendations', home)).toBe(200);
    expect(await status('admin-key-0123456789', '/v1/recommendations', home)).toBe(200);
    expect(await status('write-key-0123456789', '/v1/events', view)).toBe(202);
    expect(await status('read-key-0123456789', '/v1/events', view)).toBe(403);
    expect(await status('read-key-0123456789', '/v1/catalog/changes', { type: 'removal', productId: 'p' })).toBe(403);
  });

  it("takes Segment's basic user name for a key", async () => {
    const { post } = await open({ keys });
    const authorization = `Basic ${Buffer.from('write-key-0123456789:').toString('base64')}`;
    expect((await post('/v1/track', view, { authorization })).status).toBe(202);
  });

  it('guards every route that has a scope', async () => {
    const { app } = await open({ keys });
    for (const route of ROUTES.filter(({ scope }) => scope !== null)) {
      const url = route.path.replace(':id', 'a-1');
      const response = await app.inject({ method: route.method, url });
      expect([url, response.statusCode]).toEqual([url, 401]);
    }
  });
});

describe('shoppers, health, documentation', () => {
  it('forgets a shopper by an erasure event, and knows when there is nobody', async () => {
    const { app, bus } = await open();
    const response = await app.inject({ method: 'DELETE', url: '/v1/shoppers/a-1/memory' });
    expect([response.statusCode, bus.published[0]?.topic]).toEqual([202, 'shopper.erasure.v1']);
    const nobody = await app.inject({ method: 'GET', url: '/v1/shoppers/nobody/memory' });
    expect([nobody.statusCode, nobody.json()['code']]).toEqual([404, 'SHOPPER_UNKNOWN']);
  });

  it('is ready only when every part is', async () => {
    const { app, health } = await open();
    let ready = false;
    health.register('ranking', () => ({ status: ready ? 'ok' : 'down', detail: 'loading' }));
    expect((await app.inject('/healthz/ready')).statusCode).toBe(503);
    ready = true;
    expect((await app.inject('/healthz/ready')).statusCode).toBe(200);
    expect((await app.inject('/healthz/live')).statusCode).toBe(200);
  });

  it('shows its documentation, its metrics, and a problem for what is not there', async () => {
    const { app } = await open();
    expect((await app.inject('/docs/json')).json()).toMatchObject({ openapi: '3.1.0' });
    expect((await app.inject('/metrics')).body).toContain('http_server_request_duration_seconds');
    expect((await app.inject('/attic')).json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  it('serves every route that is documented', async () => {
    const { app } = await open();
    for (const { method, path } of ROUTES) {
      expect([method, path, app.getHttpAdapter().getInstance().hasRoute({ method, url: path })]).toEqual([
        method,
        path,
        true,
      ]);
    }
  });
});

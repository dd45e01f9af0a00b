import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answers, HttpDestination } from './http-destination.js';

type Answer = (body: string, request: IncomingMessage, response: ServerResponse) => void;
let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

async function aServer(answer: Answer): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(body, request, response));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const reply = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, detail: string) => ({
  type: 'urn:x',
  title: code,
  status,
  code,
  detail,
});
const parcels = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ value: { n }, json: JSON.stringify({ n }) }));
const taken = (accepted: number) => ({ accepted, rejected: 0, errors: [] });

describe('HttpDestination', () => {
  it('sends JSON lines with its key and answers what was refused', async () => {
    let seen: unknown;
    const url = await aServer((body, { url: path, headers }, response) => {
      seen = { body, path, type: headers['content-type'], key: headers.authorization };
      reply(response, 207, {
        accepted: 1,
        rejected: 1,
        errors: [{ index: 1, code: 'CHANGE_INVALID', detail: 'title' }],
      });
    });
    const refusals = await new HttpDestination(`${url}/`, { key: 'k' }).send('catalog', parcels(2));
    expect(refusals).toEqual([{ index: 1, code: 'CHANGE_INVALID', detail: 'title' }]);
    expect(seen).toEqual({
      body: '{"n":0}\n{"n":1}\n',
      path: '/v1/catalog/import',
      type: 'application/x-ndjson',
      key: 'Bearer k',
    });
  });

  it('waits while the shop asks for it, as long as it asks, and then goes on', async () => {
    let calls = 0;
    const waits: number[] = [];
    const url = await aServer((_body, _request, response) => {
      if (++calls < 3) reply(response, 503, problem(503, 'BUS_UNAVAILABLE', 'down'), { 'retry-after': '0.05' });
      else reply(response, 202, taken(1));
    });
    const destination = new HttpDestination(url, { onWait: (_why, ms) => waits.push(ms) });
    expect(await destination.send('events', parcels(1))).toEqual([]);
    expect(waits).toEqual([50, 50]);
  });

  it('gives up when its patience is used up', async () => {
    const url = await aServer((_body, _request, response) =>
      reply(response, 503, problem(503, 'BUS_UNAVAILABLE', 'the log is down')),
    );
    await expect(new HttpDestination(url, { patienceMs: 300 }).send('events', parcels(1))).rejects.toThrow(
      /the log is down \(BUS_UNAVAILABLE\)/,
    );
    await expect(
      new HttpDestination('http://127.0.0.1:9', { patienceMs: 10 }).send('events', parcels(1)),
    ).rejects.toThrow(/does not answer/);
  });

  it('halves what is too large, and names what is too large alone', async () => {
    const url = await aServer((body, _request, response) => {
      const lines = body.trim().split('\n');
      if (lines.length > 2 || body.includes('"n":3'))
        reply(response, 413, problem(413, 'REQUEST_TOO_LARGE', 'too large'));
      else reply(response, 202, taken(lines.length));
    });
    expect(await new HttpDestination(url).send('catalog', parcels(5))).toEqual([
      { index: 3, code: 'REQUEST_TOO_LARGE', detail: 'too large' },
    ]);
  });

  it('takes the problem of a single bad item for its refusal', async () => {
    const url = await aServer((_body, _request, response) =>
      reply(response, 422, problem(422, 'EVENT_UNKNOWN', '"X" is not known')),
    );
    expect(await new HttpDestination(url).send('events', parcels(1))).toEqual([
      { index: 0, code: 'EVENT_UNKNOWN', detail: '"X" is not known' },
    ]);
  });

  it.each([
    [401, 'KEY_MISSING'],
    [403, 'KEY_SCOPE_MISSING'],
    [404, 'ROUTE_NOT_FOUND'],
    [500, 'INTERNAL'],
  ])('stops at status %d, which no waiting mends', async (status, code) => {
    const url = await aServer((_body, _request, response) => reply(response, status, problem(status, code, 'no')));
    await expect(new HttpDestination(url).send('events', parcels(1))).rejects.toThrow(`no (${code})`);
  });

  it('stops at an answer that is not of a shop', async () => {
    const url = await aServer((_body, _request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    await expect(new HttpDestination(url).send('events', parcels(1))).rejects.toThrow(/status 200/);
  });

  it('knows whether somebody is there', async () => {
    const url = await aServer((_body, _request, response) => reply(response, 200, {}));
    expect(await answers(url)).toBe(true);
    expect(await answers('http://127.0.0.1:9')).toBe(false);
  });
});

// Stacks in a folder of their own, because these tests kill them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { MissingToolError, startLocalStack } from '../local-stack.mjs';

const cli = fileURLToPath(new URL('../local-stack.mjs', import.meta.url));
const homes: string[] = [];
const newHome = () => {
  homes.push(mkdtempSync(join(tmpdir(), 'local-stack-')));
  return homes.at(-1)!;
};

const home = newHome();
const stack = await startLocalStack({ home, kafkaHeap: '256m', elasticsearchHeap: '512m' }).catch((error: unknown) => {
  if (!(error instanceof MissingToolError)) throw error;
  console.warn(`SKIPPED, the local stack cannot run here: ${error.message}`);
  return undefined;
});

afterAll(async () => {
  await stack?.stop({ kill: true });
  for (const folder of homes) rmSync(folder, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: object | string | Uint8Array, headers = {}) {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(stack!.elasticsearchUrl + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: raw || body === undefined ? (body as string | undefined) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}

describe.skipIf(!stack)('local stack', () => {
  it('refuses analysis that it does not cover', async () => {
    const status = async (...filter: unknown[]) =>
      (await call('POST', '/_analyze', { tokenizer: 'standard', filter, text: 'x' })).status;
    expect(await status({ type: 'stemmer', language: 'klingon' })).toBe(400);
    expect(await status({ type: 'edge_ngram', side: 'back' })).toBe(400);
    expect(await status({ type: 'ngram', min_gram: 1, max_gram: 5 })).toBe(400);
    expect(await status('edge_ngram', { type: 'synonym', synonyms: ['a => b'] })).toBe(400);
    expect(await status({ type: 'synonym', synonyms_path: 'x.txt' })).toBe(400);
    const stop = { type: 'stop', stopwords: ['the'] };
    expect(await status(stop, { type: 'synonym', synonyms: ['the => b'] })).toBe(400);
    expect(await status(stop, { type: 'synonym', lenient: true, synonyms: ['the => b'] })).toBe(200);
  });

  it('refuses the codec whose native library it lacks before that can cost a shard', async () => {
    expect((await call('PUT', '/codec', { settings: { index: { codec: 'best_compression' } } })).status).toBe(400);
  });

  it('speaks HTTP: compression, HEAD, errors', async () => {
    await call('PUT', '/http/_doc/1?refresh=true', gzipSync('{"title":"red chair"}'), { 'content-encoding': 'gzip' });
    const found = await call('GET', '/http/_search?q=title:chair', undefined, { 'accept-encoding': 'gzip' });
    expect(found.headers.get('content-encoding')).toBe('gzip');
    expect(found.body.hits.total.value).toBe(1);
    expect((await call('HEAD', '/http')).status).toBe(200);
    expect((await call('HEAD', '/nowhere')).status).toBe(404);
    expect((await call('GET', '/http/_doc/2')).status).toBe(404);
    expect((await call('PUT', '/http/_doc/3', 'not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await call('PATCH', '/http/_doc/3', {})).status).toBe(405);
    expect((await call('PUT', '/http/_doc/4', Buffer.alloc(101 << 20, 32))).status).toBe(413);
  });

  it('keeps versions and documents through SIGKILL', async () => {
    const put = () => call('PUT', '/versions/_doc/1?version=7&version_type=external', { stock: 0 });
    expect((await put()).status).toBe(201);
    expect((await put()).status).toBe(409);
    await stack!.kill('elasticsearch');
    await expect(fetch(stack!.elasticsearchUrl!)).rejects.toThrow();
    await stack!.restart('elasticsearch');
    expect((await call('GET', '/versions/_doc/1')).body._version).toBe(7);
  });

  it('joins what runs already; kafka comes back at its address', async () => {
    const again = await startLocalStack({ home });
    expect(again.kafkaUrl).toBe(stack!.kafkaUrl);
    await again.kill('kafka');
    await again.restart('kafka');
  });

  it('ends a shared stack with its last user, and never one that was started for keeps', async () => {
    const shared = newHome();
    const borrow = () => startLocalStack({ home: shared, only: 'kafka', kafkaHeap: '256m', shared: true });
    const inAnotherProcess = (after: string) =>
      promisify(execFile)(process.execPath, [
        '--input-type=module',
        '--eval',
        `import { startLocalStack } from ${JSON.stringify(cli)};
         const stack = await startLocalStack({ home: ${JSON.stringify(shared)}, only: 'kafka', shared: true });
         ${after}`,
      ]);
    const runs = () =>
      promisify(execFile)(process.execPath, [cli, 'status', '--home', shared, '--only', 'kafka']).then(
        () => true,
        () => false,
      );
    const first = await borrow();
    await inAnotherProcess('await stack.release();');
    expect(await runs()).toBe(true); // this process still uses it
    await expect(inAnotherProcess('process.kill(process.pid, "SIGKILL");')).rejects.toThrow();
    await first.release();
    expect(await runs()).toBe(false); // the killed one does not count

    const second = await borrow();
    expect(second.kafkaUrl).toBe(first.kafkaUrl);
    const kept = await startLocalStack({ home: shared, only: 'kafka' });
    await second.release();
    expect(await runs()).toBe(true);
    await kept.stop({ kill: true });
  });
});

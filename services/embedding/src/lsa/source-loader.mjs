// Lets a worker thread run the TypeScript sources, so that tests and watch mode need no build. Built code never loads this.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const CACHE = new URL('../../../../node_modules/.cache/shopkeeper-sources/', import.meta.url);

export async function resolve(specifier, context, nextResolve) {
  const conditions = ['source', ...context.conditions];
  const fromSource = /^\.{1,2}\//.test(specifier) && context.parentURL?.endsWith('.ts');
  return nextResolve(fromSource ? specifier.replace(/\.js$/, '.ts') : specifier, { ...context, conditions });
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const text = await readFile(new URL(url), 'utf8');
  const cached = new URL(`${createHash('sha256').update(url).update(text).digest('hex')}.js`, CACHE);
  const source = await readFile(cached, 'utf8').catch(() => transpile(fileURLToPath(url), text, cached));
  return { format: 'module', source, shortCircuit: true };
}

async function transpile(fileName, text, cached) {
  // Not swc: its native part takes the process down when the thread is ended early. Loaded late, because it is slow to load.
  const { default: ts } = await import('typescript');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    experimentalDecorators: true,
    inlineSourceMap: true,
  };
  const { outputText } = ts.transpileModule(text, { fileName, compilerOptions });
  const mine = new URL(`${cached.href}.${randomUUID()}`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(mine, outputText);
  await rename(mine, cached);
  return outputText;
}

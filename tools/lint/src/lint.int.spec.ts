// A rule that never fires protects nothing: every rule is shown a violation, and good code that it must let pass.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowed, violations } from './fixtures/violations.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// The texts are no files of the TypeScript program, so the rules that need types are left to `typed.ts`.
const untyped = new ESLint({
  cwd: root,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      rules: tseslint.configs.disableTypeChecked.rules,
      languageOptions: {
        parserOptions: { project: null, experimentalDecorators: true, emitDecoratorMetadata: true },
      },
    },
  ],
});

async function complaints(path: string, code: string): Promise<string[]> {
  const [result] = await untyped.lintText(code, { filePath: join(root, path) });
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

beforeAll(async () => {
  // Without a project graph the boundary rule skips itself in silence.
  await promisify(execFile)(join(root, 'node_modules/.bin/nx'), ['show', 'projects'], { cwd: root });
});

describe('lint', () => {
  it.each(violations)('$rule: $name', async ({ rule, says = '', path, code }) => {
    const found = await complaints(path, code);
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: .*${says}`, 's')));
  });

  it.each(allowed)('allows $name', async ({ path, code }) => {
    expect(await complaints(path, code)).toEqual([]);
  });

  it('finds what takes types to see', async () => {
    const typed = new ESLint({
      cwd: root,
      ignore: false,
      overrideConfig: {
        files: ['**/*.ts'],
        languageOptions: { parserOptions: { project: 'tools/lint/tsconfig.json' } },
      },
    });
    const [result] = await typed.lintFiles('tools/lint/src/fixtures/typed.ts');
    expect(result!.messages.map(({ ruleId }) => ruleId)).toEqual([
      '@typescript-eslint/switch-exhaustiveness-check',
      '@typescript-eslint/no-floating-promises',
      '@typescript-eslint/no-misused-promises',
      '@typescript-eslint/await-thenable',
      '@typescript-eslint/only-throw-error',
    ]);
  });
});

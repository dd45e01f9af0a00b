import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

// Sources of our own packages; for all others what Node itself would choose, so without Vite's `module`.
const conditions = ['source', 'node', 'development|production'];
const project = (name: string, include: string[], more: object = {}) => ({
  plugins: [
    swc.vite({
      module: { type: 'es6' },
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        keepClassNames: true,
      },
    }),
  ],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**'], ...more },
});

export default defineConfig({
  test: {
    projects: [
      // No I/O, no servers: this is what runs while you type.
      project('unit', ['{libs,services,cli,bench,tools}/**/*.spec.ts', '!**/*.{int,e2e}.spec.ts'], {
        testTimeout: 20_000,
      }),
      // Real servers and whole processes, one file after the other: they share one Kafka and one Elasticsearch.
      project('int', ['{libs,services,cli,bench,tools}/**/*.{int,e2e}.spec.ts'], {
        globalSetup: ['./vitest.servers.ts'],
        fileParallelism: false,
        testTimeout: 60_000,
        hookTimeout: 120_000,
      }),
    ],
  },
});

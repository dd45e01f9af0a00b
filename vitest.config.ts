import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const conditions = ['source', 'module', 'node', 'development|production'];
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
      project('unit', ['{libs,services,cli,bench,tools}/**/*.spec.ts', '!**/*.{int,e2e}.spec.ts']),
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

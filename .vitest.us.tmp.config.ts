import base from './vitest.config.ts';
import { defineConfig } from 'vitest/config';
const projects = (base as any).test.projects;
const conditions = ['source', 'node', 'development|production'];
for (const p of projects) { delete p.test.globalSetup; p.resolve = { conditions }; p.ssr = { resolve: { conditions } }; }
export default defineConfig({ test: { projects } });

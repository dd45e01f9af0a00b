import { openTestServers } from '@shopkeeper/local-stack/test-servers';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `kafka://...`; undefined where there is none: `describe.skipIf(!inject('kafkaUrl'))`. */
    kafkaUrl: string | undefined;
    /** `http://...`; undefined where there is none. */
    elasticsearchUrl: string | undefined;
  }
}

/** Global setup of the project `int`: real servers for its files, stopped at the end if this run started them. */
export default async function provideServers(project: TestProject): Promise<() => Promise<void>> {
  const servers = await openTestServers();
  project.provide('kafkaUrl', servers.kafka.url);
  project.provide('elasticsearchUrl', servers.elasticsearch.url);
  return () => servers.close();
}

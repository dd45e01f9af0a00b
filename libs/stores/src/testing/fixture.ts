import { afterEach, beforeEach } from 'vitest';

/** A store under test and how to get rid of it. */
export interface Opened<S> {
  readonly store: S;
  close(): Promise<void>;
}

/** An empty store for each test. */
export function freshStore<S>(open: () => Promise<Opened<S>>): () => S {
  let opened: Opened<S> | undefined;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  return () => {
    if (!opened) throw new Error('The store is open within a test only');
    return opened.store;
  };
}

import { expect, it } from 'vitest';
import type { ArtifactStore } from '../artifact-store.js';
import { anArtifact } from './builders.js';
import { freshStore, type Opened } from './fixture.js';

/** What every ArtifactStore does. */
export function artifactStoreConformance(open: () => Promise<Opened<ArtifactStore>>): void {
  const artifacts = freshStore(open);

  it('is empty at first', async () => {
    expect(await artifacts().get('encoder', 'model-1')).toBeNull();
    expect(await artifacts().latest('encoder')).toBeNull();
    expect(await artifacts().list('encoder')).toEqual([]);
    await artifacts().remove('encoder', 'model-1');
  });

  it('gives back every byte and what was said of them', async () => {
    const artifact = anArtifact({ meta: { dimensions: 4, words: ['café'], nested: { deep: null } } });
    await artifacts().put(artifact);
    expect(await artifacts().get('encoder', 'model-1')).toEqual(artifact);
    const empty = anArtifact({ id: 'empty', bytes: new Uint8Array(0) });
    await artifacts().put(empty);
    expect(await artifacts().get('encoder', 'empty')).toEqual(empty);
  });

  it('keeps one of many megabytes whole', async () => {
    const bytes = new Uint8Array(9_000_001).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
    await artifacts().put(anArtifact({ bytes }));
    const found = await artifacts().get('encoder', 'model-1');
    expect(found?.bytes.length).toBe(bytes.length);
    expect(Buffer.compare(found!.bytes, bytes)).toBe(0);
  });

  it('replaces one of the same kind and id, by a smaller one too', async () => {
    await artifacts().put(anArtifact({ bytes: new Uint8Array(5_000_000).fill(1) }));
    const second = anArtifact({ bytes: new Uint8Array([9]), meta: { second: true } });
    await artifacts().put(second);
    await artifacts().put(second);
    expect(await artifacts().get('encoder', 'model-1')).toEqual(second);
    expect(await artifacts().list('encoder')).toHaveLength(1);
  });

  it('is whole for readers while it is being replaced', async () => {
    const filled = (value: number) => anArtifact({ bytes: new Uint8Array(3_000_000).fill(value) });
    await artifacts().put(filled(1));
    let done = false;
    const reading = (async () => {
      do {
        const bytes = (await artifacts().get('encoder', 'model-1'))?.bytes;
        expect(bytes?.length).toBe(3_000_000);
        expect(bytes?.every((byte) => byte === bytes[0])).toBe(true);
      } while (!done);
    })();
    for (let value = 2; value < 5; value++) await artifacts().put(filled(value));
    done = true;
    await reading;
    expect((await artifacts().get('encoder', 'model-1'))?.bytes[0]).toBe(4);
  });

  it('knows the latest by creation, not by arrival', async () => {
    await artifacts().put(anArtifact({ id: 'new', createdAt: '2026-02-01T00:00:00.000Z' }));
    await artifacts().put(anArtifact({ id: 'old', createdAt: '2026-01-01T00:00:00.000Z' }));
    await artifacts().put(anArtifact({ id: 'other', kind: 'learning', createdAt: '2026-03-01T00:00:00.000Z' }));
    expect((await artifacts().latest('encoder'))?.id).toBe('new');
    expect((await artifacts().list('encoder')).map(({ id }) => id)).toEqual(['new', 'old']);
    expect(Object.keys((await artifacts().list('encoder'))[0]!)).not.toContain('bytes');
  });

  it('removes one, twice as well as once', async () => {
    await artifacts().put(anArtifact());
    await artifacts().remove('encoder', 'model-1');
    await artifacts().remove('encoder', 'model-1');
    expect(await artifacts().get('encoder', 'model-1')).toBeNull();
    expect(await artifacts().latest('encoder')).toBeNull();
  });
}

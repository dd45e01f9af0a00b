import type { EventBus } from '@shopkeeper/bus';
import { MODEL_MANIFEST, ModelManifestPublished, parsePayload } from '@shopkeeper/contracts';

/** The model that this service makes, by its name in manifests. */
export const MODEL = 'learning';

/** The last manifest of our model in the log; null when the log knows none. */
export async function lastManifest(bus: EventBus): Promise<ModelManifestPublished | null> {
  let last: ModelManifestPublished | null = null as ModelManifestPublished | null;
  const reading = await bus.subscribe({
    group: 'learning-manifest',
    topics: [MODEL_MANIFEST],
    mode: 'reader',
    handle: (records) => {
      for (const { key, value } of records) {
        if (key !== MODEL) continue;
        last = value && parsePayload(ModelManifestPublished, JSON.parse(value.toString('utf8')));
      }
      return Promise.resolve(records.map(() => 'done' as const));
    },
  });
  try {
    await reading.caughtUp();
  } finally {
    await reading.close();
  }
  return last;
}

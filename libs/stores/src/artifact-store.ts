export interface Artifact {
  /** `encoder`, `learning` ... */
  readonly kind: string;
  readonly id: string;
  readonly createdAt: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

/** Blobs that a service made and needs again after a restart: encoder models, snapshots of learned counters. */
export abstract class ArtifactStore {
  /** Whole or not at all; the same kind and id again replaces it. */
  abstract put(artifact: Artifact): Promise<void>;
  abstract get(kind: string, id: string): Promise<Artifact | null>;
  /** The one with the greatest `createdAt`. */
  abstract latest(kind: string): Promise<Artifact | null>;
  abstract list(kind: string): Promise<readonly Omit<Artifact, 'bytes'>[]>;
  abstract remove(kind: string, id: string): Promise<void>;
}

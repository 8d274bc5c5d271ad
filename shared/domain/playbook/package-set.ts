import { z } from 'zod';

/** One archive of a set: what it is called in the folder, where it came from, and what it has to be. */
export const packageFileSchema = z.object({
  file: z.string().regex(/^[A-Za-z0-9][\w.+~-]{0,250}\.deb$/),
  url: z.string(),
  sizeBytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PackageFile = z.infer<typeof packageFileSchema>;

/** `manifest.json` of a folder that is carried to a node without internet. */
export const packageSetSchema = z.object({
  format: z.literal(1),
  playbookId: z.string(),
  /** Whose package manager said what is needed, and its system: the set fits nodes of that system with the same packages. */
  madeOn: z.object({ host: z.string(), system: z.string(), kernel: z.string().nullable() }),
  madeAtMs: z.number(),
  packages: z.array(packageFileSchema),
  /** Steps whose packages could not be told yet, as a step before them has to be done first. */
  stepsUntold: z.array(z.string()),
  /** SHA-256 of the file SHA256SUMS: what the action that uses the set has to be given. */
  sumsSha256: z.string(),
});
export type PackageSet = z.infer<typeof packageSetSchema>;

/** Where a carried set lies on a node until an action takes it over. */
export const carriedFolder = '/var/tmp/gantry-packages';

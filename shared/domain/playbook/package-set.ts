import { z } from 'zod';
import { localizedTextSchema } from '../text-schema';

/**
 * What steps take from the internet: packages of apt or dnf, images of containers, wheels of pip, packages of conda, single files with
 * a checksum, models by their name.
 */
export const broughtKinds = ['package', 'image', 'wheel', 'conda', 'file', 'model'] as const;
export type BroughtKind = (typeof broughtKinds)[number];

/** One file of a set: where it is in the folder, where it came from, and what it has to be. */
export const setFileSchema = z.object({
  kind: z.enum(broughtKinds),
  /** Below the folder, e.g. `images/nvcr.io_nvidia_cuda_12.8.1.tar`. */
  file: z.string().regex(/^(?!.*\.\.)[A-Za-z0-9][\w.+~-]{0,250}(?:\/[A-Za-z0-9_][\w.+~-]{0,250}){0,3}$/),
  url: z.string().max(2000),
  sizeBytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of an image: the digest of its manifest in the registry. */
  digest: z.string().optional(),
});
export type SetFile = z.infer<typeof setFileSchema>;

/** What the playbook takes and the set has not: why, and what to do instead. */
export const missingPartSchema = z.object({
  step: z.string(),
  kind: z.enum(broughtKinds),
  reason: localizedTextSchema,
  remedy: localizedTextSchema,
});
export type MissingPart = z.infer<typeof missingPartSchema>;

/** `manifest.json` of a folder that is carried to a node without internet. */
export const packageSetSchema = z.object({
  format: z.literal(2),
  playbookId: z.string(),
  /** SHA-256 of the playbook's text and of those it uses: another one may want more. */
  playbookSha256: z.string(),
  /** Whose tools said what is needed, and its system: the set fits nodes of that system with the same packages. */
  madeOn: z.object({ host: z.string(), system: z.string(), kernel: z.string().nullable() }),
  madeAtMs: z.number(),
  files: z.array(setFileSchema),
  missing: z.array(missingPartSchema),
  /** `STEP:KIND` of what is in it, from this and earlier fetches into the folder. */
  covered: z.array(z.string()),
  /** SHA-256 of the file SHA256SUMS: what the action that uses the set has to be given. */
  sumsSha256: z.string(),
});
export type PackageSet = z.infer<typeof packageSetSchema>;

/** Where a carried set lies on a node until an action takes it over. */
export const carriedFolder = '/var/tmp/gantry-packages';
/** Where the action `local-packages` keeps it. */
export const installedFolder = '/var/lib/gantry-packages';

/** The archive of an image in a set. `docker.io/nvidia/cuda:12` and `nvidia/cuda:12` are one. */
export function imageFile(image: string): string {
  const familiar = image.replace(/^docker\.io\/(?:library\/)?/, '');
  return `images/${familiar.replace(/[^A-Za-z0-9.-]/g, '_')}.tar`;
}

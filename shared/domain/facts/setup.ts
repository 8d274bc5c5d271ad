import { z } from 'zod';

const text = z.string().nullable();
const flag = z.boolean().nullable();

/** Facts of probe `setup-readiness`: what has to be so before a node is set up and no other probe tells. Null: not known. */
export const setupReadinessFactsSchema = z.object({
  /** `noble`, `bookworm`; Red Hat's have none. */
  codename: text,
  runningKernel: text,
  /** Of the running kernel, to build modules with. */
  hasKernelHeaders: flag,
  /** Whether apt's lists have them. Null: no lists, or no apt. Missing in older results. */
  areHeadersOffered: flag.optional(),
  isWsl: flag,
  /** Files that container engines leave inside. */
  containerMarks: z.array(z.string()),
  /** Of a fixed list, those on PATH. */
  tools: z.array(z.string()),
  /** The driver came from NVIDIA's .run installer, beside the package manager. */
  nvidiaInstallers: z.array(z.string()),
  /** `http_proxy`, `apt-http`, `dnf` …; without passwords. */
  proxies: z.array(z.object({ name: z.string(), url: z.string() })),
  /** Those in use, by the files of apt and dnf. `signedBy`: the file of keys that it names; dnf's may say `$releasever`. */
  repositories: z.array(z.object({ file: z.string(), url: z.string(), signedBy: text })).nullable(),
  /** dpkg began and did not finish them. `status` as dpkg-query abbreviates it; `update`: a change of its list. */
  unfinishedPackages: z.array(z.object({ name: z.string(), status: z.string() })).nullable(),
  /** PIDs that have locks of the package manager open. */
  lockHolders: z.array(z.number()).nullable(),
  canBeRoot: flag,
  /** Keys of repositories. `expiresAtMs` null: never. */
  keys: z.array(z.object({ file: z.string(), keyId: z.string(), expiresAtMs: z.number().nullable() })).nullable(),
  /** Keys that dkms signs with, and whether firmware takes them. */
  machineOwnerKeys: z.array(z.object({ path: z.string(), isEnrolled: flag })),
});
export type SetupReadinessFacts = z.infer<typeof setupReadinessFactsSchema>;

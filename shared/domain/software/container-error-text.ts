import { z } from 'zod';
import { lineAt } from './line-at';

/** What Docker, containerd, Kubernetes or a program in a container says when it can't have a GPU. */
export const containerErrorKinds = [
  'no-runtime',
  'no-driver-for-request',
  'stale-cdi',
  'unresolvable-cdi',
  'hook-failed',
  'access-revoked',
  'selinux',
  'library-mismatch',
  'library-missing',
  'not-initialized',
  'device-unhealthy',
  'no-free-gpu',
  'shared-memory',
  'operator-waits',
  'cosmetic',
  'other',
] as const;

export const containerErrorTextSchema = z.object({ kind: z.enum(containerErrorKinds), line: z.string() });
export type ContainerErrorText = z.infer<typeof containerErrorTextSchema>;

/**
 * The most telling first. Sources: NVIDIA Container Toolkit and GPU Operator documentation (troubleshooting), moby
 * (daemon/devices.go), nvml.h, the device plugin's log.
 */
const patterns: ReadonlyArray<readonly [RegExp, ContainerErrorText['kind']]> = [
  [/unknown or invalid runtime name: ?nvidia|no runtime for "?nvidia"? is configured/i, 'no-runtime'],
  [/could not select device driver/i, 'no-driver-for-request'],
  [/(?:libnvidia-ml|libcuda|libnvidia)[\w.-]*\.so\.\d+\.[\d.]+[^\n]{0,120}no such file/i, 'stale-cdi'],
  [/no such file or directory[^\n]{0,120}(?:libnvidia-ml|libcuda)\.so\.\d+\.\d+/i, 'stale-cdi'],
  [/unresolvable CDI devices?/i, 'unresolvable-cdi'],
  [/XidCriticalError|marking device as unhealthy/i, 'device-unhealthy'],
  [/Driver\/library version mismatch/i, 'library-mismatch'],
  [/Insufficient Permissions|avc: +denied/i, 'selinux'],
  [/system not yet initialized/i, 'not-initialized'],
  [/nvidia-container-cli: [^\n]{0,40}error/i, 'hook-failed'],
  [/Failed to initialize NVML: *Unknown Error|nvmlInit[^\n]{0,40}Unknown Error/i, 'access-revoked'],
  [
    /couldn't find libnvidia-ml|libcuda\.so(?:\.1)?:? [^\n]{0,60}(?:cannot open|no such file)|nvidia-smi"?: executable file not found/i,
    'library-missing',
  ],
  [/Insufficient nvidia\.com\/gpu|0\/\d+ nodes are available[^\n]{0,200}nvidia\.com\/gpu/i, 'no-free-gpu'],
  [/\bbus error\b|\/dev\/shm[^\n]{0,80}No space left|insufficient shared memory/i, 'shared-memory'],
  [/\bInit:\d{1,2}\/\d{1,2}\b|PodInitializing|waiting for driver container to be ready/i, 'operator-waits'],
];

/** Docker says so of a group that the image does not name, and all works. Source: GPU Operator documentation. */
const cosmetic = /cannot find name for group ID/i;

/** Reads a pasted error text. Null: there is nothing in it. */
export function parseContainerErrorText(text: string): ContainerErrorText | null {
  const pasted = text.slice(0, 65_536);
  if (pasted.trim() === '') return null;
  for (const [pattern, kind] of patterns) {
    const match = pattern.exec(pasted);
    if (match) return { kind, line: lineAt(pasted, match.index) };
  }
  const isCosmetic = pasted.split('\n').every((line) => line.trim() === '' || cosmetic.test(line));
  return { kind: isCosmetic ? 'cosmetic' : 'other', line: lineAt(pasted, pasted.search(/\S/)) };
}

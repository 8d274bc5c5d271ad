import { z } from 'zod';

/** What a line of a kernel log says, by id. Xid and SXid have codes of their own. */
export const kernelEventIds = [
  'xid',
  'sxid',
  'gpu-lost',
  'gpu-init-failed',
  'gpu-no-bar',
  'gpu-no-power',
  'driver-mismatch',
  'module-rejected',
  'peermem',
  'nvrm',
  'aer-corrected',
  'aer-uncorrected',
  'aer-fatal',
  'aer-note',
  'pcie-link-down',
  'edac-corrected',
  'edac-uncorrected',
  'mce',
  'mce-fatal',
  'cpu-throttled',
  'oom-kill',
  'oom-note',
  'nvme-timeout',
  'nvme-down',
  'disk-error',
  'filesystem-error',
  'raid-failure',
  'nfs-stalled',
  'soft-lockup',
  'hard-lockup',
  'hung-task',
  'rcu-stall',
  'kernel-panic',
  'kernel-oops',
  'nic-link-down',
  'nic-link-up',
  'nic-module',
  'nic-module-ok',
  'nic-hot',
  'nic-power',
  'nic-health',
  'segfault',
] as const;
export type KernelEventId = (typeof kernelEventIds)[number];

/** Where a time comes from: a moment (UTC), the node's own calendar without a zone, seconds since boot, or none at all. */
export const logClocks = ['utc', 'local', 'boot', 'none'] as const;

const hexWord = z.number().int().min(0).max(0xffffffff);

export const kernelEventSchema = z.object({
  id: z.enum(kernelEventIds),
  /** Of Xid and SXid. */
  code: z.number().nullable(),
  /** Of the GPU, switch or card, as nvidia-smi writes it: `00000000:3b:00.0`. */
  pciBusId: z.string().nullable(),
  /** What it is about where that is no PCI device: a disk, an interface, a memory controller, a CPU, a switch. */
  device: z.string().nullable(),
  pid: z.number().nullable(),
  processName: z.string().nullable(),
  /** The link it is on. */
  link: z.number().nullable(),
  /** Of SXid and NVLink 5: the word that the line itself says. Null: it says none. */
  isFatal: z.boolean().nullable(),
  /** The unit of NVLink 5, or the GPC and TPC of an Xid 13 or 31. */
  unit: z.string().nullable(),
  /** The hex words of an NVLink error. */
  words: z.array(hexWord),
  /** Of Xid 154. */
  recovery: z
    .object({
      from: z.object({ value: hexWord, text: z.string() }),
      to: z.object({ value: hexWord, text: z.string() }),
    })
    .nullable(),
  /** Of a process ended for want of memory: none (the node), memcg (a container), cpuset, memory-policy. */
  constraint: z.enum(['none', 'memcg', 'cpuset', 'memory-policy']).nullable(),
});
/** What a message says, without when and where in the log. */
export type KernelEvent = z.infer<typeof kernelEventSchema>;

export const loggedEventSchema = kernelEventSchema.extend({
  /** Line in the text, from 1. */
  line: z.number().int(),
  /** Null: the line has no wall clock with a zone. */
  atMs: z.number().nullable(),
  clock: z.enum(logClocks),
  /** By its own clock: only to compare with others of the same clock. */
  clockMs: z.number().nullable(),
  text: z.string(),
});
export type LoggedEvent = z.infer<typeof loggedEventSchema>;

const blank: Omit<KernelEvent, 'id'> = {
  code: null,
  pciBusId: null,
  device: null,
  pid: null,
  processName: null,
  link: null,
  isFatal: null,
  unit: null,
  words: [],
  recovery: null,
  constraint: null,
};

export function kernelEvent(id: KernelEventId, about: Partial<Omit<KernelEvent, 'id'>> = {}): KernelEvent {
  return { ...blank, ...about, id };
}

/** Reads a message; null: it is none of its kind. */
export type MessageDecoder = (message: string) => KernelEvent | null;

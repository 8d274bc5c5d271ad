import { z } from 'zod';
import type { GpuFacts, GpuKernelLogFacts } from './facts/gpu';

/** A GPU that has to be reset, rebooted or looked at before anything else about it means something. */
export const gpuRecoverySchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  pciBusId: z.string(),
  reason: z.enum(['lost', 'requires-reset', 'recovery-action', 'fatal-xid']),
  /** Recovery action as the driver words it, or the Xid with its name. */
  detail: z.string(),
});
export type GpuRecovery = z.infer<typeof gpuRecoverySchema>;

/**
 * Stop-first rule: GPUs that are lost, wait for a reset, have a recovery action other than None, or logged a fatal Xid since
 * the node booted. The log may be null (not readable); the rest is judged all the same.
 */
export function gpusToRecover(options: {
  gpu: GpuFacts;
  kernelLog: GpuKernelLogFacts | null;
  bootedAtMs: number | null;
  fatalXids: readonly { code: number; mnemonic: string }[];
}): GpuRecovery[] {
  return options.gpu.gpus.flatMap((gpu): GpuRecovery[] => {
    const about = { index: gpu.index, uuid: gpu.uuid ?? null, pciBusId: gpu.pciBusId ?? '' };
    const action = gpu.recoveryAction ?? null;
    if (gpu.state === 'lost') return [{ ...about, reason: 'lost', detail: action ?? '' }];
    if (gpu.state === 'requires-reset') return [{ ...about, reason: 'requires-reset', detail: action ?? '' }];
    if (action !== null && action.toLowerCase() !== 'none')
      return [{ ...about, reason: 'recovery-action', detail: action }];
    const line = (options.kernelLog?.lines ?? []).find(
      ({ kind, xid, pciBusId, atMs }) =>
        kind === 'xid' &&
        options.fatalXids.some(({ code }) => code === xid) &&
        pciBusId != null &&
        isSameDevice(pciBusId, about.pciBusId) &&
        (atMs == null || options.bootedAtMs === null || atMs >= options.bootedAtMs),
    );
    if (line === undefined) return [];
    const mnemonic = options.fatalXids.find(({ code }) => code === line.xid)?.mnemonic ?? '';
    return [{ ...about, reason: 'fatal-xid', detail: `Xid ${line.xid} ${mnemonic}`.trim() }];
  });
}

/** Xid prints `0000:3b:00`, nvidia-smi `00000000:3b:00.0`: compared without function and leading zeros. */
export function isSameDevice(left: string, right: string): boolean {
  const normal = (id: string): string =>
    id
      .toLowerCase()
      .replace(/^pci:/, '')
      .replace(/\.[0-7]$/, '')
      .replace(/^0+(?=[0-9a-f]{4}:)/, '');
  return normal(left) === normal(right);
}

import { z } from 'zod';
import type { DockerFacts } from '../facts/software';

export const gpuContainerSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string().nullable(),
  /**
   * How it came to its GPUs: `cdi` and `device-files` are known to Docker, `hook` adds them behind its back; `none`: it never asked,
   * or says in its environment that it wants none.
   */
  access: z.enum(['cdi', 'device-files', 'hook', 'none']),
  /** Null: all of them, or not to be counted. Slices of MIG count as one: NCCL joins no two. */
  gpuCount: z.number().nullable(),
  capabilities: z.string().nullable(),
  /** It asked for GPUs, and its environment leaves `compute` or `utility` out. */
  lacksCapability: z.boolean(),
  /** It has Docker's default of 64 MiB at most for itself. */
  isSharedMemorySmall: z.boolean(),
  sharedMemoryBytes: z.number().nullable(),
  /** So much or less is small. */
  smallSharedMemoryBytes: z.number(),
  startedAtMs: z.number().nullable(),
  /** systemd has set devices anew since it was started, in a way that the hook's are lost. */
  mayHaveLostDevices: z.boolean(),
});
export type GpuContainer = z.infer<typeof gpuContainerSchema>;

/** What Docker gives a container that asks for nothing else. */
const smallSharedMemoryBytes = 64 * 1024 * 1024;

/** The running containers with how each asked for GPUs. Null: that was not read. */
export function gpuContainers(docker: DockerFacts): GpuContainer[] | null {
  const settings = docker.containerSettings ?? null;
  if (settings === null) return null;
  const isAffected = docker.cgroupDriver === 'systemd' && docker.cgroupVersion === '2';
  return settings.map((one): GpuContainer => {
    const listed = docker.containers?.find(({ id }) => id === one.id);
    const visible = one.environment.NVIDIA_VISIBLE_DEVICES ?? null;
    const access = accessOf(one, visible);
    const capabilities = one.environment.NVIDIA_DRIVER_CAPABILITIES ?? null;
    const ids = access === 'hook' && visible !== null && visible !== 'all' ? visible.split(',').filter(Boolean) : [];
    const requested = one.deviceRequests.flatMap(({ count, deviceIds }) =>
      deviceIds.length > 0 ? countOf(deviceIds) : count !== null && count > 0 ? count : [],
    );
    const gpuCount = requested.length > 0 ? requested.reduce((sum, count) => sum + count, 0) : countOf(ids) || null;
    const isOwnIpc = one.ipcMode === null || !/^(host|container:)/.test(one.ipcMode);
    return {
      id: one.id,
      name: listed?.name ?? one.id.slice(0, 12),
      image: listed?.image ?? null,
      access,
      gpuCount,
      capabilities,
      lacksCapability:
        access !== 'none' &&
        capabilities !== null &&
        !/(^|,)all(,|$)/.test(capabilities) &&
        !['compute', 'utility'].every((wanted) => capabilities.split(',').includes(wanted)),
      isSharedMemorySmall:
        isOwnIpc && one.sharedMemoryBytes !== null && one.sharedMemoryBytes <= smallSharedMemoryBytes,
      sharedMemoryBytes: one.sharedMemoryBytes,
      smallSharedMemoryBytes,
      startedAtMs: one.startedAtMs,
      mayHaveLostDevices:
        access === 'hook' &&
        isAffected &&
        docker.unitsLoadedAtMs != null &&
        one.startedAtMs !== null &&
        docker.unitsLoadedAtMs > one.startedAtMs,
    };
  });
}

/** Slices are named `MIG-<uuid>`, or as `0:1` the second one of GPU 0. */
function countOf(ids: readonly string[]): number {
  const whole = ids.filter((id) => !/(?:^|=)MIG-|\d:\d+$/.test(id)).length;
  return whole + (whole < ids.length ? 1 : 0);
}

type Settings = NonNullable<DockerFacts['containerSettings']>[number];

function accessOf({ deviceRequests, devices, runtime }: Settings, visible: string | null): GpuContainer['access'] {
  if (deviceRequests.some(({ driver }) => driver === 'cdi')) return 'cdi';
  if (devices.some((path) => /^\/dev\/nvidia\d/.test(path))) return 'device-files';
  const asks = deviceRequests.some(({ driver, capabilities }) => driver === 'nvidia' || capabilities.includes('gpu'));
  if (asks) return 'hook';
  const wantsNone = visible === null || visible === '' || visible === 'void' || visible === 'none';
  return runtime === 'nvidia' && !wantsNone ? 'hook' : 'none';
}

import { z } from 'zod';
import type { GpuProcessEnvironmentFacts } from './facts/gpu';
import type { RdmaFacts, RoceSettingsFacts } from './facts/network';
import { priorityOf } from './port-settings';

/**
 * What a setting does to a job's traffic. `network-off`: RDMA is not used. `peer-off`, `memory-off`: GPUs of one node don't reach
 * each other directly, or not through shared memory. `pinned`: NCCL may not choose. `prefix`: other devices match as well.
 */
export const ncclSettingSchema = z.object({
  pid: z.number(),
  /** `environment`, or the file that says it. */
  source: z.string(),
  name: z.string(),
  value: z.string(),
  effect: z.enum([
    'network-off',
    'peer-off',
    'memory-off',
    'gdr-off',
    'pinned',
    'prefix',
    'device-missing',
    'gid',
    'trace',
    'unmarked',
    'fork',
  ]),
});
export type NcclSetting = z.infer<typeof ncclSettingSchema>;
type Effect = NcclSetting['effect'];
type Variables = Readonly<Record<string, string>>;

const isOn = (value: string) => /^(?:1|y|yes|true|on)$/i.test(value);

/** Settings of running jobs that keep NCCL from the fast ways, or that are known to be left over. Source: NCCL User Guide. */
export function ncclSettings(
  environment: GpuProcessEnvironmentFacts,
  rdma: RdmaFacts | null,
  roce: RoceSettingsFacts | null,
): NcclSetting[] {
  return environment.processes.flatMap(({ pid, variables, files = [] }) => {
    // What a job's environment says goes before what the files say.
    const sources = [{ path: 'environment', variables }, ...files];
    const all = Object.assign({}, ...sources.toReversed().map((one) => one.variables)) as Variables;
    return effectsOf(all, rdma, roce).map(([name, effect]) => ({
      ...{ pid, name, effect },
      source: sources.find((one) => one.variables[name] !== undefined)?.path ?? 'environment',
      value: all[name] ?? '',
    }));
  });
}

function effectsOf(variables: Variables, rdma: RdmaFacts | null, roce: RoceSettingsFacts | null): [string, Effect][] {
  const found: [string, Effect][] = [];
  const add = (name: string, effect: Effect, when: (value: string) => boolean) => {
    const value = variables[name];
    if (value !== undefined && when(value)) found.push([name, effect]);
  };
  add('NCCL_IB_DISABLE', 'network-off', isOn);
  add('NCCL_NET', 'network-off', (value) => /^socket$/i.test(value));
  add('NCCL_P2P_DISABLE', 'peer-off', isOn);
  add('NCCL_P2P_LEVEL', 'peer-off', (value) => /^(?:LOC|0)$/i.test(value));
  add('NCCL_SHM_DISABLE', 'memory-off', isOn);
  add('NCCL_NET_GDR_LEVEL', 'gdr-off', (value) => /^(?:LOC|0)$/i.test(value));
  for (const name of ['NCCL_ALGO', 'NCCL_PROTO']) add(name, 'pinned', (value) => value !== '');
  add('NCCL_DEBUG', 'trace', (value) => /^trace$/i.test(value));
  add('NCCL_IB_HCA', 'prefix', (value) => isPrefixOfOthers(value, rdma));
  add('NCCL_IB_HCA', 'device-missing', (value) => isNoDevice(value, rdma));
  add('NCCL_IB_GID_INDEX', 'gid', (value) => isWrongGid(Number(value), rdma));
  for (const name of ['RDMAV_FORK_SAFE', 'IBV_FORK_SAFE']) add(name, 'fork', () => true);
  if (isUnmarked(variables, roce)) found.push(['NCCL_IB_TC', 'unmarked']);
  return found;
}

/** `mlx5_1` without `=` also takes mlx5_10 to mlx5_19. */
function isPrefixOfOthers(value: string, rdma: RdmaFacts | null): boolean {
  if (/^[=^]/.test(value) || rdma === null) return false;
  const names = rdma.devices.map(({ name }) => name);
  return listed(value).some((wanted) => names.includes(wanted) && names.some((name) => isLonger(name, wanted)));
}

function isLonger(name: string, prefix: string): boolean {
  return name !== prefix && name.startsWith(prefix) && /^\d/.test(name.slice(prefix.length));
}

function isNoDevice(value: string, rdma: RdmaFacts | null): boolean {
  if (value.startsWith('^') || rdma === null || rdma.devices.length === 0) return false;
  const isExact = value.startsWith('=');
  const wanted = listed(value.replace(/^=/, ''));
  return !rdma.devices.some(({ name }) => wanted.some((one) => (isExact ? name === one : name.startsWith(one))));
}

/** `mlx5_0:1,mlx5_1:1` -> the devices. */
function listed(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim().split(':')[0] ?? '')
    .filter((one) => one !== '');
}

/** Of RoCE, an entry that is not there, or of version 1, which routers do not carry. */
function isWrongGid(index: number, rdma: RdmaFacts | null): boolean {
  const ports = (rdma?.devices ?? [])
    .flatMap((device) => device.ports)
    .filter((port) => port.linkLayer === 'Ethernet' && port.state === 'ACTIVE' && port.gids.length > 0);
  if (ports.length === 0 || !Number.isInteger(index) || index < 0) return false;
  return ports.every(({ gids }) => gids.find((gid) => gid.index === index)?.type !== 'RoCE v2');
}

/** On a port with a lossless priority, a job whose marking leads elsewhere; the node's own class goes before the job's. */
function isUnmarked(variables: Variables, roce: RoceSettingsFacts | null): boolean {
  // A job on one node sends nothing.
  if (!(Number(variables.WORLD_SIZE) > Number(variables.LOCAL_WORLD_SIZE))) return false;
  const job = Number(variables.NCCL_IB_TC ?? 0);
  return (roce?.interfaces ?? []).some(({ pfcPriorities, trafficClass, dscpOfPriority }) => {
    if (pfcPriorities?.length !== 1 || dscpOfPriority === null || (trafficClass ?? 0) > 0) return false;
    const priority = priorityOf(job, dscpOfPriority);
    return priority !== null && priority !== pfcPriorities[0];
  });
}

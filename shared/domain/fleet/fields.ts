import { hostErrorWords } from '../../i18n/host-error-words';
import type { Message } from '../text';
import { define, type FleetField } from './field';
import type { FieldContext, FleetNode, HostAlerts } from './fleet-node';
import { compatibilityStates, connectionStates, profileStates } from './states';

const { text, texts, version, versions, number, numbers, bytes, byteSizes, flag, time } = define;

/** As nvidia-smi says whether a mode is on. */
const switched = ['Enabled', 'Disabled'];

const tierStates = ['present', 'insufficient', 'missing'];

/** Every field of the fleet, in the order in which they are offered. A new one is a line here and its name in `fleet.field`. */
export const fleetFields = {
  name: text('node', ({ host }) => host.spec.name),
  tag: texts('node', ({ host }) => host.spec.tags),
  address: text('node', ({ host: { spec } }) => (spec.kind === 'ssh' ? spec.target.address : null)),
  user: text('node', ({ host: { spec } }) => (spec.kind === 'ssh' ? spec.target.user : null)),
  kind: text('node', ({ host }) => host.spec.kind, { choices: ['ssh', 'local', 'bundle'] }),

  connection: text('state', ({ host }) => host.status.connection, { choices: connectionStates }),
  attention: texts('state', noticed),
  'attention.count': number('state', (node, context) => noticed(node, context).length),
  profile: text('state', ({ summary }) => summary?.profileState, { choices: profileStates }),
  'profile.differences': number('state', ({ summary }) => summary?.profileDifferences),
  compatibility: text('state', ({ summary }) => summary?.compatibility, { choices: compatibilityStates }),
  observed: time('state', ({ summary }) => summary?.observedAtMs),
  booted: time('state', ({ summary }) => summary?.bootedAtMs),
  'probes.ok': number('state', ({ summary }) => (summary?.observedAtMs ? summary.probesOk : null)),

  vendor: text('machine', ({ summary }) => summary?.vendor),
  product: text('machine', ({ summary }) => summary?.product),
  serial: text('machine', ({ summary }) => summary?.serial),
  bios: version('machine', ({ summary }) => summary?.biosVersion),
  virtualization: text('machine', ({ summary }) => summary?.virtualization),
  architecture: text('machine', ({ summary }) => summary?.architecture),
  'cpu.model': text('machine', ({ summary }) => summary?.cpuModel),
  'cpu.sockets': number('machine', ({ summary }) => summary?.cpuSockets),
  'cpu.cores': number('machine', ({ summary }) => summary?.cpuCores),
  'cpu.threads': number('machine', ({ summary }) => summary?.logicalCpus),
  memory: bytes('machine', ({ summary }) => summary?.memoryTotalBytes),

  'gpu.model': texts('gpu', ({ summary }) => summary?.gpuModels?.map(({ name }) => name)),
  'gpu.count': number('gpu', ({ summary }) => summary?.gpuModels?.reduce((all, { count }) => all + count, 0)),
  'gpu.memory': byteSizes('gpu', ({ summary }) => summary?.gpuMemorySizesBytes),
  'gpu.memory.total': bytes('gpu', ({ summary }) => summary?.gpuMemoryTotalBytes),
  'gpu.memory.used': bytes('gpu', ({ summary }) => summary?.gpuMemoryUsedBytes),
  'gpu.memory.use': number('gpu', gpuMemoryUse, 'percent'),
  'gpu.temperature': number('gpu', ({ summary }) => summary?.maxGpuTemperatureC, 'celsius'),
  'gpu.load': number('gpu', ({ summary }) => summary?.maxGpuUtilizationPercent, 'percent'),
  'gpu.power.limit': numbers('gpu', ({ summary }) => summary?.gpuPowerLimitsW, 'watts'),
  'gpu.ecc': texts('gpu', ({ summary }) => summary?.gpuEccModes, { choices: switched }),
  'gpu.mig': texts('gpu', ({ summary }) => summary?.gpuMigModes, { choices: switched }),
  'gpu.vbios': versions('gpu', ({ summary }) => summary?.gpuVbiosVersions),
  'gpu.serial': texts('gpu', ({ summary }) => summary?.gpuSerials),
  driver: version('gpu', ({ summary }) => summary?.driverVersion),
  cuda: version('gpu', ({ summary }) => summary?.cudaVersion),

  'rdma.active': number('network', ({ summary }) => summary?.rdmaPortsActive),
  'rdma.ports': number('network', ({ summary }) => summary?.rdmaPortsTotal),
  'rdma.rate': numbers('network', ({ summary }) => summary?.rdmaRatesGbitPerSec, 'gigabitsPerSec'),
  'nic.firmware': versions('network', ({ summary }) => summary?.nicFirmwareVersions),
  'network.speed': numbers(
    'network',
    ({ summary }) => summary?.networkSpeedsMbitPerSec?.map((speed) => speed / 1000),
    'gigabitsPerSec',
  ),

  'filesystem.use': number('storage', ({ summary }) => summary?.fullestFileSystemPercent, 'percent'),
  'tier.cache': text('storage', ({ summary }) => summary?.cacheTier, { choices: tierStates }),
  'tier.dataset': text('storage', ({ summary }) => summary?.datasetTier, { choices: tierStates }),
  'tier.archive': text('storage', ({ summary }) => summary?.archiveTier, { choices: tierStates }),

  os: text('software', ({ summary }) => summary?.osName),
  kernel: version('software', ({ summary }) => summary?.kernelRelease),
  reboot: flag('software', ({ summary }) => summary?.isRebootRequired),
  upgrades: number('software', ({ summary }) => summary?.upgradablePackages),
  'cuda.toolkit': versions('software', ({ summary }) => summary?.cudaToolkitVersions),
  docker: version('software', ({ summary }) => summary?.dockerVersion),
  'container.toolkit': version('software', ({ summary }) => summary?.containerToolkitVersion),
} as const satisfies Record<string, FleetField>;

export type FleetFieldId = keyof typeof fleetFields;
export const fleetFieldIds = Object.keys(fleetFields) as FleetFieldId[];

export function isFleetFieldId(name: string): name is FleetFieldId {
  return Object.hasOwn(fleetFields, name);
}

export function fieldOf(id: FleetFieldId): FleetField {
  return fleetFields[id];
}

/** What a field is called: `gpu.model` has its name under `fleet.field.gpuModel`. */
export function fieldLabel(id: FleetFieldId): Message {
  return { key: `fleet.field.${id.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())}` };
}

const noticedBefore = new WeakMap<FieldContext['say'], WeakMap<FleetNode, readonly string[]>>();

/**
 * What was noticed on a node: why it can't be reached, what its facts say, and which commands hang. It takes words, so it is
 * put together once for each language, for as long as nothing happens to the node.
 */
export function noticed(node: FleetNode, { say }: FieldContext): readonly string[] {
  const known = noticedBefore.get(say) ?? new WeakMap<FleetNode, readonly string[]>();
  noticedBefore.set(say, known);
  const before = known.get(node);
  if (before) return before;
  const { status } = node.host;
  const all = [
    ...(status.error ? [hostErrorWords(status.error, say).title] : []),
    ...(node.heldGpus ? [say({ key: 'fleet.protecting', params: { count: node.heldGpus } })] : []),
    ...(node.alerts ? [say(alertWords(node.alerts))] : []),
    ...(node.summary?.attention.map(say) ?? []),
    ...status.hungCommands,
  ];
  known.set(node, all);
  return all;
}

/** `2 alerts, the worst critical`. */
function alertWords({ count, worst }: HostAlerts): Message {
  return { key: `fleet.alerts.${worst}`, params: { count } };
}

function gpuMemoryUse({ summary }: FleetNode): number | null {
  const { gpuMemoryUsedBytes: used, gpuMemoryTotalBytes: total } = summary ?? {};
  return typeof used === 'number' && typeof total === 'number' && total > 0 ? (100 * used) / total : null;
}

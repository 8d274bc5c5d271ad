import type { ProbeId } from '#shared/domain/facts/index';
import type { Message } from '#shared/domain/text';
import type { inventory } from '#shared/i18n/en/inventory';

/** The sections of a node in their order, in groups: all at once, what it is made of, what runs on it, over time, the sources. */
export const sectionGroups = [
  ['overview', 'live'],
  ['gpus', 'system', 'storage', 'network', 'power', 'topology'],
  ['software', 'compatibility'],
  ['profile', 'changes', 'parts'],
  ['probes'],
] as const;
export type SectionId = (typeof sectionGroups)[number][number];
export const sectionIds: readonly SectionId[] = sectionGroups.flat();

/** What each shows. A probe is in the one section that tells of it first. */
export const probesOfSection: Readonly<Partial<Record<SectionId, readonly ProbeId[]>>> = {
  gpus: [
    'gpu',
    'gpu-list',
    'gpu-processes',
    'gpu-holders',
    'gpu-process-environment',
    'gpu-mig',
    'gpu-kernel-log',
    'gpu-devices',
    'gpu-vgpu',
    'gpu-confidential-computing',
    'nvlink',
    'amd-gpu',
    'processes',
  ],
  system: ['os', 'machine', 'cpu', 'numa', 'memory', 'pressure', 'memory-modules', 'edac', 'platform-security'],
  storage: ['file-systems', 'block-devices', 'nvme', 'disk-health', 'raid', 'ceph', 'nfs', 'tape'],
  network: ['network', 'rdma', 'ethernet-settings', 'network-modules', 'roce-settings', 'gpudirect', 'sharp'],
  power: ['bmc', 'bmc-sensors', 'redfish', 'sensors', 'ups'],
  topology: ['pci', 'gpu-topology'],
  software: [
    'gpu-driver',
    'cuda',
    'pending-changes',
    'recent-changes',
    'python-environments',
    'docker',
    'nvidia-container-toolkit',
    'containers',
    'serving',
    'services',
    'cluster',
    'time-sync',
    'packages',
    'kernel-modules',
    'setup-readiness',
  ],
};

type AttentionWord = keyof typeof inventory extends infer Key
  ? Key extends `attention${infer Name}`
    ? Name extends `${infer Base}_${'one' | 'other'}`
      ? Base
      : Name
    : never
  : never;

/** Where what was noticed is told in full. */
const sectionOfAttention: Readonly<Record<AttentionWord, SectionId>> = {
  GpuLost: 'gpus',
  GpuRequiresReset: 'gpus',
  RowRemapFailed: 'gpus',
  EccUncorrected: 'gpus',
  RowRemapPending: 'gpus',
  RetirementPending: 'gpus',
  SramThreshold: 'gpus',
  MemoryUnrepairable: 'gpus',
  RecoveryAction: 'gpus',
  Fabric: 'gpus',
  NvlinkDown: 'gpus',
  FabricManagerDown: 'software',
  FabricManagerVersion: 'software',
  Slowdown: 'gpus',
  Xid: 'gpus',
  FileSystemFull: 'storage',
  PortLost: 'network',
  PortNotActive: 'network',
  LinkLost: 'network',
  BondMemberDown: 'network',
  BondNoPartner: 'network',
  PcieLow: 'topology',
  PcieLowAt: 'topology',
  PcieLost: 'topology',
  SupplyFailed: 'power',
  SupplyNoInput: 'power',
  SupplyWarning: 'power',
  SensorsCritical: 'power',
  UpsUnread: 'power',
  UpsOnBattery: 'power',
  UpsReplaceBattery: 'power',
  MemoryUncorrected: 'system',
  MemoryNotUsed: 'system',
  Clock: 'software',
  Reboot: 'software',
  Software: 'compatibility',
  Profile: 'profile',
};

/** A link is noticed where its device is; that of a switch, where all links are. */
const sectionOfPcieDevice: Readonly<Partial<Record<string, SectionId>>> = {
  gpu: 'gpus',
  nic: 'network',
  nvme: 'storage',
};

export function sectionOfMessage({ key, params }: Message): SectionId {
  const [area, word = ''] = key.split('.');
  if (area === 'storage') return 'storage';
  if (word.startsWith('attentionPcie')) return sectionOfPcieDevice[String(params?.device)] ?? 'topology';
  if (area === 'inventory') return sectionOfAttention[word.replace(/^attention/, '') as AttentionWord] ?? 'probes';
  // What nvidia-smi said of the GPUs. A command that hangs may be anyone's.
  return word === 'hung' ? 'probes' : 'gpus';
}

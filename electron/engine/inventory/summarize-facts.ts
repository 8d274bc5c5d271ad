import type { NodeSummary } from '#shared/contract/inventory';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import { platformOf } from '#shared/domain/playbook/platform';
import type { ProbeState } from '#shared/domain/probe';
import { tiersOf } from '#shared/domain/storage-tiers';

export type GetFacts = <Id extends ProbeId>(probeId: Id) => FactsOf<Id> | null;

type FactSummary = Omit<
  NodeSummary,
  | 'hostId'
  | 'observedAtMs'
  | 'bootedAtMs'
  | 'isCollecting'
  | 'probesOk'
  | 'probesTotal'
  | 'profileState'
  | 'profileDifferences'
  | 'compatibility'
  | 'attention'
>;

export type ProbeStates = Readonly<Partial<Record<ProbeId, ProbeState>>>;

/** @param known facts that may be of an older run, `current` those of the last run only */
export function summarizeFacts(known: GetFacts, current: GetFacts, states: ProbeStates): FactSummary {
  return {
    ...ofSystem(known, current),
    ...ofGpus(known, current),
    ...ofNetwork(known, current),
    ...ofStorage(known, states),
    ...ofSoftware(known, current),
  };
}

function ofSystem(known: GetFacts, current: GetFacts) {
  const os = known('os');
  const cpu = known('cpu');
  return {
    osName: os?.prettyName ?? null,
    platform: os ? platformOf(os) : null,
    kernelRelease: os?.kernelRelease ?? null,
    architecture: os?.architecture ?? cpu?.architecture ?? null,
    virtualization: os?.virtualization ?? null,
    vendor: os?.vendor ?? null,
    product: os?.product ?? null,
    serial: known('machine')?.system.serial ?? null,
    biosVersion: os?.biosVersion ?? null,
    cpuModel: cpu?.model ?? null,
    cpuSockets: cpu?.sockets ?? null,
    cpuCores: product(cpu?.sockets, cpu?.coresPerSocket),
    logicalCpus: cpu?.logicalCpus ?? null,
    memoryTotalBytes: known('memory')?.totalBytes ?? null,
    fullestFileSystemPercent: max(current('file-systems')?.fileSystems.map(usedPercent)),
  };
}

function ofGpus(known: GetFacts, current: GetFacts) {
  const gpus = gpusOf(known);
  const gpusNow = gpusOf(current);
  // Where no driver tells of them, GPUs have at least the name that the list of PCI ids gives them.
  const devices = known('gpu-devices')?.devices.filter(({ kind }) => kind === 'gpu');
  const names =
    gpus?.map(({ name }) => name) ?? devices?.map(({ name, vendorId, deviceId }) => name ?? `${vendorId}:${deviceId}`);
  return {
    driverVersion: known('gpu')?.driverVersion ?? known('gpu-driver')?.kernelModuleVersion ?? null,
    cudaVersion: known('gpu')?.cudaVersion ?? null,
    gpuModels: names ? countModels(names) : null,
    gpuSerials: distinct(gpus?.map((one) => one.serial)),
    gpuVbiosVersions: distinct(gpus?.map((one) => one.vbiosVersion)),
    gpuEccModes: distinct(gpus?.map((one) => one.eccMode)),
    gpuMigModes: distinct(gpus?.map((one) => one.migMode)),
    gpuPowerLimitsW: distinct(gpus?.map((one) => one.powerLimitW)),
    gpuMemorySizesBytes: distinct(gpus?.map((one) => one.memoryTotalBytes)),
    gpuMemoryTotalBytes: sum(gpus?.map((one) => one.memoryTotalBytes)),
    gpuMemoryUsedBytes: sum(gpusNow?.map((one) => one.memoryUsedBytes)),
    maxGpuTemperatureC: max(gpusNow?.map((one) => one.temperatureC)),
    maxGpuUtilizationPercent: max(gpusNow?.map((one) => one.utilizationPercent)),
  };
}

interface SummarizedGpu {
  name: string;
  serial: string | null;
  vbiosVersion: string | null;
  eccMode: string | null;
  migMode: string | null;
  powerLimitW: number | null;
  memoryTotalBytes: number | null;
  memoryUsedBytes: number | null;
  temperatureC: number | null;
  utilizationPercent: number | null;
}

/** GPUs of either maker, in one form. Null: neither maker's tool told of any. */
function gpusOf(facts: GetFacts): SummarizedGpu[] | null {
  const [nvidia, amd] = [facts('gpu'), facts('amd-gpu')];
  if (!nvidia && !amd) return null;
  const ofNvidia = (nvidia?.gpus ?? []).map((gpu) => ({
    name: gpu.name ?? gpu.pciBusId,
    serial: gpu.serial,
    vbiosVersion: gpu.vbiosVersion,
    eccMode: gpu.ecc.current,
    migMode: gpu.mig.current,
    powerLimitW: gpu.power.limitW,
    memoryTotalBytes: gpu.memory.totalBytes,
    memoryUsedBytes: gpu.memory.usedBytes,
    temperatureC: gpu.temperature.gpuC,
    utilizationPercent: gpu.utilization.gpuPercent,
  }));
  const ofAmd = (amd?.gpus ?? []).map((gpu) => ({
    name: gpu.name ?? gpu.pciBusId ?? `card${gpu.index}`,
    serial: gpu.serial,
    vbiosVersion: gpu.vbiosVersion ?? gpu.vbiosPartNumber,
    eccMode: null,
    migMode: null,
    powerLimitW: gpu.power.limitW,
    memoryTotalBytes: gpu.memory.totalBytes,
    memoryUsedBytes: gpu.memory.usedBytes,
    temperatureC: gpu.temperature.hotspotC ?? gpu.temperature.edgeC,
    utilizationPercent: gpu.utilization.gpuPercent,
  }));
  return [...ofNvidia, ...ofAmd];
}

function ofNetwork(known: GetFacts, current: GetFacts) {
  const ports = current('rdma')?.devices.flatMap((device) => device.ports);
  const active = ports?.filter((port) => port.state === 'ACTIVE');
  const up = current('network')?.interfaces.filter((one) => one.operationalState?.toUpperCase() === 'UP');
  return {
    rdmaPortsActive: active?.length ?? null,
    rdmaPortsTotal: ports?.length ?? null,
    rdmaRatesGbitPerSec: distinct(active?.map((port) => port.rateGbitPerSec)),
    nicFirmwareVersions: distinct(known('rdma')?.devices.map((device) => device.firmwareVersion)),
    networkSpeedsMbitPerSec: distinct(up?.map((one) => one.speedMbitPerSec)),
  };
}

const tierProbes = ['block-devices', 'nvme', 'disk-health', 'raid', 'file-systems', 'ceph', 'nfs', 'tape'] as const;

function ofStorage(known: GetFacts, states: ProbeStates) {
  const facts = Object.fromEntries(tierProbes.map((id) => [id, known(id) ?? undefined]));
  const tiers = new Map(tiersOf(facts, states).map(({ id, state }) => [id, state === 'unknown' ? null : state]));
  return {
    cacheTier: tiers.get('cache') ?? null,
    datasetTier: tiers.get('dataset') ?? null,
    archiveTier: tiers.get('archive') ?? null,
  };
}

function ofSoftware(known: GetFacts, current: GetFacts) {
  const pending = current('pending-changes');
  return {
    isRebootRequired: pending?.isRebootRequired ?? null,
    upgradablePackages: pending?.upgradableCount ?? null,
    cudaToolkitVersions: distinct(known('cuda')?.toolkits.map((one) => one.version)),
    dockerVersion: known('docker')?.serverVersion ?? null,
    containerToolkitVersion: known('nvidia-container-toolkit')?.version ?? null,
  };
}

/** As `df` works it out: what is reserved for root counts as used. */
function usedPercent({
  sizeBytes,
  availableBytes,
  options,
}: FactsOf<'file-systems'>['fileSystems'][number]): number | null {
  if (sizeBytes === null || availableBytes === null || sizeBytes === 0 || options.includes('ro')) return null;
  return Math.floor((1 - availableBytes / sizeBytes) * 100);
}

function countModels(names: readonly string[]): Array<{ name: string; count: number }> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

/** Null too when there are parts and none tells: that none has a serial number is not what was read. */
function distinct<T extends string | number>(values: ReadonlyArray<T | null> | undefined): T[] | null {
  if (!values) return null;
  const told = [...new Set(values.filter((value) => value !== null))];
  return values.length > 0 && told.length === 0 ? null : told;
}

function numbers(values: ReadonlyArray<number | null> | undefined): number[] {
  return values?.filter((value) => value !== null) ?? [];
}

function sum(values: ReadonlyArray<number | null> | undefined): number | null {
  const known = numbers(values);
  return known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
}

function max(values: ReadonlyArray<number | null> | undefined): number | null {
  const known = numbers(values);
  return known.length > 0 ? Math.max(...known) : null;
}

function product(one: number | null | undefined, other: number | null | undefined): number | null {
  return one && other ? one * other : null;
}

import type { Part, PartKind } from './part';

/** From the facts of the part itself on, or of another probe by its name. */
const paths: { readonly [K in PartKind]?: Readonly<Record<string, string>> } = {
  node: {
    model: 'product',
    vendor: 'vendor',
    biosVersion: 'biosVersion',
    osName: 'prettyName',
    kernelRelease: 'kernelRelease',
    architecture: 'architecture',
    driverVersion: 'gpu-driver:kernelModuleVersion',
    cudaVersion: 'gpu:cudaVersion',
    memoryTotalBytes: 'memory:totalBytes',
    secureBoot: 'platform-security:secureBoot',
    tpmVersion: 'platform-security:tpm.version',
  },
  dimm: {
    model: 'partNumber',
    capacityBytes: 'sizeBytes',
    memoryKind: 'type',
    vendor: 'manufacturer',
    speedMTs: 'speedMTs',
    configuredSpeedMTs: 'configuredSpeedMTs',
  },
  'pci-link': { linkWidth: 'width', capableWidth: 'maxWidth', linkGeneration: 'generation' },
};

const nvidia = {
  model: 'name',
  state: 'state',
  architecture: 'architecture',
  boardPartNumber: 'boardPartNumber',
  gpuPartNumber: 'gpuPartNumber',
  vbiosVersion: 'vbiosVersion',
  infoRomImage: 'infoRom.image',
  gspFirmwareVersion: 'gspFirmwareVersion',
  memoryTotalBytes: 'memory.totalBytes',
  powerLimitW: 'power.limitW',
  defaultPowerLimitW: 'power.defaultLimitW',
  maxPowerLimitW: 'power.maxLimitW',
  maxClockMHz: 'clocks.maxGraphicsMHz',
  eccMode: 'ecc.current',
  migMode: 'mig.current',
  isPersistenceModeOn: 'isPersistenceModeOn',
  computeMode: 'computeMode',
  pcieWidth: 'pcie.width',
  maxPcieWidth: 'pcie.maxWidth',
  fabricState: 'fabric.state',
};

/** By the probe that told of the GPU; what lspci tells of one is told as a whole. */
const ofGpus: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gpu: nvidia,
  'amd-gpu': {
    model: 'name',
    architecture: 'target',
    boardPartNumber: 'boardPartNumber',
    vbiosVersion: 'vbiosVersion',
    memoryTotalBytes: 'memory.totalBytes',
    powerLimitW: 'power.limitW',
    maxPowerLimitW: 'power.maxLimitW',
    maxClockMHz: 'clocks.maxGraphicsMHz',
    eccMode: 'eccMode',
    pcieWidth: 'pcie.width',
    maxPcieWidth: 'pcie.maxWidth',
  },
};

/** Where one attribute of a part was read; the part as a whole where that is put together out of several facts. */
export function attributeSource({ kind, source }: Part, attribute: string | null): Part['source'] {
  const own = kind === 'gpu' ? (ofGpus[source.probeId] ?? {}) : (paths[kind] ?? {});
  const path = attribute === null ? undefined : own[attribute];
  const [probeId, factPath] = path?.includes(':') ? path.split(':') : [source.probeId, path];
  if (factPath === undefined) return source;
  if (probeId !== source.probeId) return { probeId: probeId as Part['source']['probeId'], factPath };
  return { probeId: source.probeId, factPath: source.factPath === '' ? factPath : `${source.factPath}.${factPath}` };
}

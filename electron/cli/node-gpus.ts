import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import type { Gpu, MigDevice } from '#shared/domain/facts/gpu';
import type { NodeFacts } from '#shared/domain/facts/index';
import { bytes } from './format';
import { amount, type Cell } from './table';

/** Tables about the GPUs of a node: what they are, what they do, and their NVLinks. Empty ones are left out by the caller. */
export function gpuSections(facts: NodeFacts): Array<[readonly string[], Cell[][]]> {
  const { gpu, nvlink, 'amd-gpu': amd, 'gpu-devices': pci } = facts;
  const told = new Set([...(gpu?.gpus ?? []), ...(amd?.gpus ?? [])].map(({ pciBusId }) => pciBusId));
  const others = (pci?.devices ?? []).filter(({ pciBusId, kind }) => kind !== 'nvswitch' && !told.has(pciBusId));
  return [
    [
      ['GPU', 'NAME', 'MEMORY', 'UTIL', 'TEMP', 'POWER', 'PCI BUS ID', 'STATE'],
      [...(gpu?.gpus ?? []).map(readings), ...(amd?.gpus ?? []).map(amdReadings)],
    ],
    [
      ['GPU', 'SERIAL', 'VBIOS', 'INFOROM', 'ECC', 'UNCORRECTED', 'REMAPPED', 'RETIRED', 'MIG', 'PCIE'],
      [...(gpu?.gpus ?? []).map(identity), ...(amd?.gpus ?? []).map(amdIdentity)],
    ],
    [['GPU', 'UUID', 'PART', 'GSP', 'MARGIN', 'LIMITS ACTIVE', 'RECOVERY', 'FABRIC'], (gpu?.gpus ?? []).map(state)],
    [
      ['GPU', 'MIG', 'PROFILE', 'MEMORY', 'SMS', 'UUID'],
      (gpu?.gpus ?? []).flatMap((one) => one.migDevices.map((device) => slice(one, device))),
    ],
    [
      ['VGPU', 'GPU', 'GUEST', 'PROFILE', 'LICENCE'],
      (facts['gpu-vgpu']?.vgpus ?? []).map(({ id, pciBusId, vmName, vmUuid, profile, licenseStatus }) => [
        id,
        pciBusId,
        vmName ?? vmUuid,
        profile,
        licenseStatus,
      ]),
    ],
    [['CONFIDENTIAL COMPUTING', 'GPU', 'CPU', 'MULTI-GPU'], confidentialComputing(facts)],
    [
      ['GPU', 'NVLINKS', 'REPLAYS', 'RECOVERIES', 'CRC ERRORS'],
      (nvlink?.gpus ?? [])
        .filter(({ links }) => links.length > 0)
        .map(({ index, links }) => {
          const active = links.filter(({ isActive }) => isActive).length;
          return [
            index,
            { text: `${active} / ${links.length}`, tone: active === links.length ? 'good' : 'warn' },
            ...(['replayErrors', 'recoveryErrors', 'crcErrors'] as const).map((name) =>
              count(sum(links.map((link) => link[name]))),
            ),
          ];
        }),
    ],
    [
      ['OTHER GRAPHICS', 'KIND', 'NAME', 'DRIVER'],
      others.map(({ pciBusId, kind, name, driver }) => [pciBusId, kind, name, driver]),
    ],
  ];
}

function readings(gpu: Gpu): Cell[] {
  const memory =
    gpu.memoryKind === 'shared' && gpu.memory.totalBytes === null
      ? 'shared with the system'
      : `${bytes(gpu.memory.usedBytes)} / ${bytes(gpu.memory.totalBytes)}`;
  return [
    gpu.index,
    gpu.name,
    amount(memory),
    unit(gpu.utilization.gpuPercent, '%'),
    unit(gpu.temperature.gpuC, '°C'),
    power(gpu.power),
    gpu.pciBusId,
    gpu.state === 'present' ? { text: 'present', tone: 'good' } : { text: gpu.state, tone: 'bad' },
  ];
}

function amdReadings(gpu: AmdGpu): Cell[] {
  return [
    gpu.index,
    gpu.name,
    amount(`${bytes(gpu.memory.usedBytes)} / ${bytes(gpu.memory.totalBytes)}`),
    unit(gpu.utilization.gpuPercent, '%'),
    unit(gpu.temperature.hotspotC ?? gpu.temperature.edgeC, '°C'),
    power(gpu.power),
    gpu.pciBusId,
    { text: 'present', tone: 'good' },
  ];
}

function identity(gpu: Gpu): Cell[] {
  const { remappedRows, retiredPages } = gpu;
  return [
    gpu.index,
    gpu.serial,
    gpu.vbiosVersion,
    gpu.infoRom.image,
    gpu.ecc.current,
    errors(gpu.ecc.aggregate.uncorrected),
    count(sum([remappedRows.correctable, remappedRows.uncorrectable])),
    count(sum([retiredPages.singleBit, retiredPages.doubleBit])),
    gpu.mig.current,
    link(gpu.pcie),
  ];
}

function state(gpu: Gpu): Cell[] {
  const { recoveryAction, clockEventReasons: reasons, fabric } = gpu;
  const isSlowed = reasons?.some((reason) => reason.startsWith('hw_') || reason === 'sw_thermal_slowdown');
  return [
    gpu.index,
    gpu.uuid,
    gpu.boardPartNumber ?? gpu.gpuPartNumber,
    gpu.gspFirmwareVersion,
    unit(gpu.temperature.marginC, '°C'),
    reasons && (isSlowed ? { text: reasons.join(' '), tone: 'warn' } : reasons.join(' ') || 'none'),
    recoveryAction && (/^none$/i.test(recoveryAction) ? recoveryAction : { text: recoveryAction, tone: 'bad' }),
    [fabric.state, fabric.health?.summary ?? fabric.status].filter((part) => part != null).join(', ') || null,
  ];
}

function slice({ index }: Gpu, { gpuInstanceId, computeInstanceId, memory, ...device }: MigDevice): Cell[] {
  return [
    index,
    `${device.index} (${gpuInstanceId ?? '?'}/${computeInstanceId ?? '?'})`,
    device.profile,
    amount(`${bytes(memory.usedBytes)} / ${bytes(memory.totalBytes)}`),
    count(device.multiprocessorCount),
    device.uuid,
  ];
}

function confidentialComputing({ 'gpu-confidential-computing': facts }: NodeFacts): Cell[][] {
  if (!facts?.isSupported) return [];
  const mode = facts.isOn === null ? null : facts.isOn ? 'on' : 'off';
  return [[mode, facts.gpuCapability, facts.cpuCapability, facts.multiGpuMode]];
}

function amdIdentity(gpu: AmdGpu): Cell[] {
  const { partition } = gpu;
  return [
    gpu.index,
    gpu.serial ?? gpu.uniqueId,
    gpu.vbiosVersion ?? gpu.vbiosPartNumber,
    null,
    gpu.eccMode ?? null,
    errors(gpu.ecc.uncorrected),
    null,
    null,
    partition.compute === null ? null : `${partition.compute}/${partition.memory ?? '?'}`,
    link(gpu.pcie),
  ];
}

/** Null where one of them is not known. */
function sum(counts: ReadonlyArray<number | null>): number | null {
  return counts.reduce<number | null>((total, one) => (total === null || one === null ? null : total + one), 0);
}

function count(value: number | null): Cell {
  return value === null ? null : amount(String(value));
}

function errors(value: number | null): Cell {
  return value === null || value === 0 ? count(value) : { text: String(value), tone: 'bad' };
}

function unit(value: number | null, name: string): Cell {
  return value === null ? null : amount(`${Math.round(value)} ${name}`);
}

function power({ drawW, limitW }: { drawW: number | null; limitW: number | null }): Cell {
  if (drawW === null) return null;
  return amount(limitW === null ? `${Math.round(drawW)} W` : `${Math.round(drawW)} / ${Math.round(limitW)} W`);
}

function link({ generation, width }: { generation: number | null; width: number | null }): Cell {
  return generation === null || width === null ? null : `gen ${generation} x${width}`;
}

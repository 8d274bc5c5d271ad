import type { FaultOptions } from '../faults';
import type { DiskSpec, NicSpec } from '../profiles/profile';
import { type SimGpu, sysfsAddress } from './gpu';
import type { NodeModel } from './node-model';

/** A PCIe link as both its ends report it. */
export interface TrainedLink {
  readonly generation: number;
  readonly width: number;
}

/** Generation and width of the network cards of our profiles, by their ids; null: no PCIe function (a virtual machine's). */
const NIC_LINKS: Readonly<Record<string, TrainedLink | null>> = {
  '15b3:1021': { generation: 5, width: 16 },
  '15b3:101b': { generation: 4, width: 16 },
  '15b3:101d': { generation: 4, width: 16 },
  '15b3:101f': { generation: 4, width: 8 },
  '15b3:1017': { generation: 3, width: 16 },
  '8086:1563': { generation: 3, width: 4 },
  '8086:1572': { generation: 3, width: 8 },
  '8086:1592': { generation: 4, width: 16 },
  '14e4:165f': { generation: 2, width: 1 },
  '14e4:16d8': { generation: 3, width: 8 },
  '1af4:1000': null,
  '1af4:1041': null,
};

export function nicCapability(nic: NicSpec): TrainedLink | null {
  const known = NIC_LINKS[nic.pciDeviceId];
  return known === undefined ? { generation: 3, width: 8 } : known;
}

export function diskCapability(disk: DiskSpec): TrainedLink | null {
  return disk.pci ? { generation: disk.pci.generation, width: disk.pci.width } : null;
}

/** `0000:1b:00.0` -> `0000:1b`: a PCIe link leads to one bus. */
export function busOf(address: string): string {
  return address.slice(0, 7);
}

/** What the link above a bus trained to. */
export function trainedLink(model: NodeModel, bus: string, capability: TrainedLink): TrainedLink {
  const degraded = model.degradedLinks.get(bus);
  return {
    generation: Math.min(capability.generation, degraded?.generation ?? capability.generation),
    width: Math.min(capability.width, degraded?.width ?? capability.width),
  };
}

/** A card at rest lowers the speed of its link to save power, never its width. */
export function isGpuAwake(model: NodeModel, gpu: SimGpu): boolean {
  return (
    gpu.utilizationPercent > 0 || gpu.slot.card.idlePerformanceState === 'P0' || model.holdersOf(gpu.index).length > 0
  );
}

export function gpuLink(model: NodeModel, gpu: SimGpu): TrainedLink {
  const { card } = gpu.slot;
  const full = trainedLink(model, busOf(sysfsAddress(gpu)), { generation: card.pciGeneration, width: card.pciWidth });
  return { ...full, generation: isGpuAwake(model, gpu) ? full.generation : 1 };
}

/** Lets the link of a device train lower than it could, as a dirty or half seated connector does. */
export function degradeLink(model: NodeModel, options: FaultOptions['link-degraded']): () => void {
  const wanted = String(options.device ?? '').toLowerCase();
  const found = pciSlots(model).find(({ names }) => options.device === undefined || names.includes(wanted));
  if (!found) throw new RangeError(`node ${model.name} has no PCIe device ${options.device ?? ''}`);
  const { address, capability } = found;
  const isPlain = options.generation === undefined && options.width === undefined;
  const link = {
    generation: options.generation ?? null,
    width: isPlain ? Math.max(1, capability.width / 2) : (options.width ?? null),
  };
  model.degradedLinks.set(busOf(address), link);
  const got = trainedLink(model, busOf(address), capability);
  model.log(
    6,
    `pci ${address}: ${bandwidth(got)} available PCIe bandwidth, limited by ${gigatransfers(got)} PCIe x${got.width} link at ${address} (capable of ${bandwidth(capability)} with ${gigatransfers(capability)} PCIe x${capability.width} link)`,
  );
  return () => model.degradedLinks.delete(busOf(address));
}

interface PciSlot {
  readonly address: string;
  readonly capability: TrainedLink;
  readonly names: readonly string[];
}

export function pciSlots(model: NodeModel): PciSlot[] {
  const slot = (address: string, capability: TrainedLink | null, names: readonly (string | null)[]): PciSlot[] =>
    capability === null
      ? []
      : [{ address, capability, names: [address, ...names].flatMap((name) => name?.toLowerCase() ?? []) }];
  return [
    ...model.gpus.flatMap((gpu) =>
      slot(sysfsAddress(gpu), { generation: gpu.slot.card.pciGeneration, width: gpu.slot.card.pciWidth }, [
        `gpu${gpu.index}`,
        String(gpu.index),
        gpu.uuid,
        gpu.slot.busId,
      ]),
    ),
    ...model.nics.flatMap((nic) => slot(nic.pciAddress, nicCapability(nic), [nic.netdev, nic.rdmaDevice])),
    ...model.disks.flatMap((disk) =>
      slot(disk.pci?.address ?? '', diskCapability(disk), [disk.name, disk.name.replace(/n\d+$/, ''), disk.serial]),
    ),
  ];
}

/** Gigatransfers a second and lane, and what is left of them for data in Mb/s, as the kernel counts (PCIE_SPEED2MBS_ENC). */
const SPEEDS: Readonly<Record<number, readonly [transfers: string, megabits: number]>> = {
  1: ['2.5', 2000],
  2: ['5.0', 4000],
  3: ['8.0', 7876],
  4: ['16.0', 15_753],
  5: ['32.0', 31_507],
  6: ['64.0', 64_000],
};

/** `16.0 GT/s` */
export function gigatransfers({ generation }: Pick<TrainedLink, 'generation'>): string {
  return `${SPEEDS[generation]?.[0] ?? '2.5'} GT/s`;
}

function bandwidth({ generation, width }: TrainedLink): string {
  const megabits = (SPEEDS[generation]?.[1] ?? 2000) * width;
  return `${Math.floor(megabits / 1000)}.${String(megabits % 1000).padStart(3, '0')} Gb/s`;
}

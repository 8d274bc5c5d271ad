import type { DiskSpec, NicSpec } from '../profiles/profile';
import { type SimGpu, sysfsAddress } from './gpu';
import type { NodeModel } from './node-model';
import { busOf, diskCapability, gpuLink, nicCapability, type TrainedLink, trainedLink } from './pci-links';

export interface PciBar {
  readonly index: number;
  readonly sizeMib: number;
  readonly isPrefetchable: boolean;
}

/** One function of the node's PCI tree, bridges among them. */
export interface SimPciFunction {
  readonly address: string;
  readonly parent: string | null;
  /** `10de:2330`, and the same of the subsystem. */
  readonly ids: string;
  readonly subsystemIds: string;
  /** Six hex digits. */
  readonly classCode: string;
  readonly revision: string;
  readonly driver: string | null;
  readonly numaNode: number;
  readonly isLost: boolean;
  /** Null: a function without a PCIe link. */
  readonly capability: TrainedLink | null;
  readonly trained: TrainedLink | null;
  readonly bars: readonly PciBar[];
  /** The bus below a bridge, and the last one reachable through it. */
  readonly busBelow: string | null;
  readonly totalVirtualFunctions: number | null;
  readonly correctableErrors: number;
}

type Draft = Pick<SimPciFunction, 'address' | 'ids' | 'classCode' | 'numaNode'> & Partial<SimPciFunction>;

function pciFunction(draft: Draft): SimPciFunction {
  return {
    parent: null,
    subsystemIds: draft.ids,
    revision: '00',
    driver: null,
    isLost: false,
    capability: null,
    trained: null,
    bars: [],
    busBelow: null,
    totalVirtualFunctions: null,
    correctableErrors: 0,
    ...draft,
  };
}

/** Every function of the node by address: what is plugged in, and the ports and switches it hangs on. */
export function pciTree(model: NodeModel): SimPciFunction[] {
  const tree = model.profile.virtualization === 'none' ? physicalTree(model) : virtualTree(model);
  return tree.sort((one, other) => (one.address < other.address ? -1 : 1));
}

/** `/sys/devices/pci0000:15/0000:15:01.0/0000:16:00.0/…`: where sysfs has a function, below all that it hangs on. */
export function pciPath(tree: readonly SimPciFunction[], address: string): string {
  const chain = [address];
  for (;;) {
    const parent = tree.find((one) => one.address === chain[0])?.parent ?? null;
    if (parent === null) return `/sys/devices/pci${busOf(chain[0] ?? address)}/${chain.join('/')}`;
    chain.unshift(parent);
  }
}

/** What shares a switch or a slot, its functions by address. */
interface Slot {
  readonly id: string;
  readonly functions: SimPciFunction[];
}

function slots(model: NodeModel): Slot[] {
  const found = new Map<string, SimPciFunction[]>();
  const add = (id: string, ...functions: SimPciFunction[]): unknown =>
    found.set(id, [...(found.get(id) ?? []), ...functions]);
  for (const gpu of model.gpus) add(gpu.slot.pcieSwitch, ...gpuFunctions(model, gpu));
  for (const nic of model.nics)
    add(nic.pcieSwitch === 'board' ? busOf(nic.pciAddress) : nic.pcieSwitch, nicFunction(model, nic));
  for (const disk of model.disks) if (disk.pci) add(disk.pci.address, diskFunction(model, disk, disk.pci));
  if (model.profile.hasNvswitch) add('switch-nvswitch', ...nvswitches());
  return [...found].map(([id, functions]) => ({ id, functions }));
}

function physicalTree(model: NodeModel): SimPciFunction[] {
  const ports = new Map<string, number>();
  const isAmd = model.profile.cpu.vendorId === 'AuthenticAMD';
  // Milan has PCIe 4, what came after it on either side PCIe 5.
  const generation = isAmd && model.profile.cpu.model === 1 ? 4 : 5;
  const tree = [...slots(model), videoSlot(model, isAmd)].flatMap((slot) => {
    const buses = slot.functions.map(({ address }) => Number.parseInt(address.slice(5, 7), 16));
    const first = Math.min(...buses);
    const hasSwitch = slot.id.startsWith('switch') || (slot.id !== 'video' && new Set(buses).size > 1);
    const rootBus = isAmd ? first & 0xe0 : first < 0x10 ? 0 : first - (hasSwitch ? 3 : 1);
    const count = ports.get(hex(rootBus)) ?? 0;
    ports.set(hex(rootBus), count + 1);
    const address = isAmd
      ? `0000:${hex(rootBus)}:${hex(1 + count * 2)}.1`
      : rootBus === 0
        ? `0000:00:${hex(0x1c + (count >> 3))}.${count & 7}`
        : `0000:${hex(rootBus)}:01.0`;
    const root = port(
      slot.functions,
      address,
      isAmd ? (generation === 4 ? '1022:1483' : '1022:14ab') : '8086:352a',
      generation,
    );
    return hasSwitch ? [root, ...behindSwitch(slot.functions, root, first)] : [root, ...hang(slot.functions, root)];
  });
  const { disks } = model;
  if (disks.some(({ transport }) => transport === 'sata')) tree.push(sataController(isAmd));
  return tree;
}

/** A port with its link: what is below it decides what that trained to. */
function port(
  below: readonly SimPciFunction[],
  address: string,
  ids: string,
  generation: number,
  width?: number,
): SimPciFunction {
  const top = below.find(({ parent }) => parent === null) ?? below[0];
  const lanes = width ?? top?.capability?.width ?? 1;
  return pciFunction({
    address,
    ids,
    subsystemIds: ids.startsWith('8086') ? '8086:0000' : ids,
    classCode: '060400',
    revision: '04',
    driver: 'pcieport',
    numaNode: top?.numaNode ?? 0,
    // A slot on the board is made for what is in it.
    capability: { generation: Math.max(generation, 3), width: lanes },
    trained: top?.isLost ? null : (top?.trained ?? null),
    busBelow: top ? busOf(top.address).slice(-2) : null,
  });
}

function hang(functions: readonly SimPciFunction[], parent: SimPciFunction): SimPciFunction[] {
  return functions.map((one) => (one.parent === null ? { ...one, parent: parent.address } : one));
}

/** Root port, the switch's upper port, and a lower port for each card behind it. */
function behindSwitch(functions: readonly SimPciFunction[], root: SimPciFunction, first: number): SimPciFunction[] {
  const full = { generation: 5, width: 16 };
  const upper = pciFunction({
    address: `0000:${hex(first - 2)}:00.0`,
    parent: root.address,
    ids: '1000:c030',
    subsystemIds: '1000:a064',
    classCode: '060400',
    revision: 'b0',
    driver: 'pcieport',
    numaNode: root.numaNode,
    capability: full,
    trained: full,
    busBelow: hex(first - 1),
  });
  Object.assign(root, { capability: full, trained: full, busBelow: hex(first - 2) });
  const buses = [...new Set(functions.map(({ address }) => busOf(address)))].sort();
  const lower = buses.flatMap((bus, index) => {
    const cards = functions.filter(({ address }) => busOf(address) === bus);
    const own = port(cards, `0000:${hex(first - 1)}:${hex(index)}.0`, '1000:c030', 5);
    return [{ ...own, parent: upper.address, revision: 'b0', subsystemIds: '1000:a064' }, ...hang(cards, own)];
  });
  return [upper, ...lower];
}

function boundDriver({ profile, software }: NodeModel): string | null {
  if (profile.driverVersion !== null) return 'nvidia';
  return software.isNouveauLoaded ? 'nouveau' : null;
}

function gpuFunctions(model: NodeModel, gpu: SimGpu): SimPciFunction[] {
  const { card, numaNode } = gpu.slot;
  const address = sysfsAddress(gpu);
  const id = (text: string): string => `${text.slice(4)}:${text.slice(0, 4)}`.toLowerCase();
  const isNvidia = id(card.pciDeviceId).startsWith('10de');
  const isDisplay = card.pciSubclass === '0';
  const first = pciFunction({
    address,
    ids: id(card.pciDeviceId),
    subsystemIds: id(card.pciSubsystemId),
    classCode: isDisplay ? '030000' : isNvidia ? '030200' : '120000',
    revision: gpu.isLost ? 'ff' : isNvidia ? 'a1' : '00',
    driver: isNvidia ? boundDriver(model) : 'amdgpu',
    numaNode,
    isLost: gpu.isLost,
    capability: { generation: card.pciGeneration, width: card.pciWidth },
    trained: gpuLink(model, gpu),
    bars: [
      { index: 0, sizeMib: 16, isPrefetchable: !isDisplay },
      { index: isDisplay ? 1 : 2, sizeMib: card.bar1TotalMib, isPrefetchable: true },
      { index: isDisplay ? 3 : 4, sizeMib: 32, isPrefetchable: true },
    ],
    totalVirtualFunctions: isNvidia && !isDisplay ? 32 : null,
    correctableErrors: errorsOf(model, address),
  });
  const sound = pciFunction({
    ...first,
    address: address.replace(/0$/, '1'),
    ids: '10de:22ba',
    classCode: '040300',
    driver: 'snd_hda_intel',
    bars: [],
    totalVirtualFunctions: null,
    correctableErrors: 0,
  });
  return isDisplay && isNvidia ? [first, sound] : [first];
}

function nicFunction(model: NodeModel, nic: NicSpec): SimPciFunction {
  const capability = nicCapability(nic);
  return pciFunction({
    address: nic.pciAddress,
    ids: nic.pciDeviceId,
    classCode: nic.kind === 'infiniband' ? '020700' : '020000',
    driver: nic.driver,
    numaNode: nic.numaNode,
    capability,
    trained: capability && trainedLink(model, busOf(nic.pciAddress), capability),
    bars: [{ index: 0, sizeMib: nic.rdmaDevice === null ? 0.5 : 32, isPrefetchable: true }],
    totalVirtualFunctions: nic.rdmaDevice === null ? null : 16,
    correctableErrors: errorsOf(model, nic.pciAddress),
  });
}

function diskFunction(model: NodeModel, disk: DiskSpec, pci: NonNullable<DiskSpec['pci']>): SimPciFunction {
  const capability = diskCapability(disk);
  return pciFunction({
    address: pci.address,
    ids: pci.deviceId,
    classCode: '010802',
    driver: 'nvme',
    numaNode: pci.numaNode,
    capability,
    trained: capability && trainedLink(model, busOf(pci.address), capability),
    bars: [{ index: 0, sizeMib: 16 / 1024, isPrefetchable: false }],
    correctableErrors: errorsOf(model, pci.address),
  });
}

function nvswitches(): SimPciFunction[] {
  const link = { generation: 4, width: 2 };
  return ['05', '06', '07', '08'].map((bus) =>
    pciFunction({
      address: `0000:${bus}:00.0`,
      ids: '10de:22a3',
      subsystemIds: '10de:1796',
      classCode: '068000',
      revision: 'a1',
      driver: 'nvidia-nvswitch',
      numaNode: 0,
      capability: link,
      trained: link,
      bars: [{ index: 0, sizeMib: 32, isPrefetchable: false }],
    }),
  );
}

/** The screen of the management controller, behind a bridge that turns one lane into old PCI. */
function videoSlot(model: NodeModel, isAmd: boolean): Slot {
  const isDell = model.profile.vendor.startsWith('Dell');
  const [bridgeBus, bus] = isAmd ? ['62', '63'] : ['0c', '0d'];
  const link = { generation: 2, width: 1 };
  const bridge = pciFunction({
    address: `0000:${bridgeBus}:00.0`,
    ids: isDell ? '1556:be00' : '1a03:1150',
    classCode: '060400',
    revision: isDell ? '02' : '06',
    numaNode: 0,
    capability: link,
    trained: link,
    busBelow: bus,
  });
  const screen = pciFunction({
    address: `0000:${bus}:00.0`,
    parent: bridge.address,
    ids: isDell ? '102b:0536' : '1a03:2000',
    classCode: '030000',
    revision: '52',
    driver: isDell ? 'mgag200' : 'ast',
    numaNode: 0,
    bars: [{ index: 0, sizeMib: 16, isPrefetchable: false }],
  });
  return { id: 'video', functions: [bridge, screen] };
}

function sataController(isAmd: boolean): SimPciFunction {
  return pciFunction({
    address: isAmd ? '0000:00:11.0' : '0000:00:18.0',
    ids: isAmd ? '1022:7901' : '8086:1bd2',
    classCode: '010601',
    revision: '51',
    driver: 'ahci',
    numaNode: 0,
  });
}

/** What a hypervisor shows: old PCI without links, cards behind a bridge. */
function virtualTree(model: NodeModel): SimPciFunction[] {
  const cards = slots(model).flatMap(({ functions }) => functions);
  const disk = pciFunction({
    address: '0000:06:05.0',
    ids: '1af4:1004',
    classCode: '010000',
    driver: 'virtio-pci',
    numaNode: -1,
  });
  const screen = pciFunction({
    address: '0000:00:01.0',
    ids: '1234:1111',
    classCode: '030000',
    driver: 'bochs-drm',
    numaNode: -1,
  });
  const bridge = pciFunction({
    address: '0000:00:1e.0',
    ids: '1b36:0001',
    classCode: '060400',
    numaNode: -1,
    busBelow: '06',
  });
  return [
    screen,
    bridge,
    ...[...cards, disk].map((one) => ({
      ...one,
      numaNode: -1,
      parent: one.address.startsWith('0000:06') ? bridge.address : null,
    })),
  ];
}

/** A link that trains low mostly loses packets as well. */
function errorsOf(model: NodeModel, address: string): number {
  return model.degradedLinks.has(busOf(address)) ? 243 : 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

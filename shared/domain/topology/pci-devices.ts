import type { AmdGpu } from '../facts/amd-gpu';
import type { Gpu } from '../facts/gpu';
import type { NodeFacts } from '../facts/index';
import type { PciFunction } from '../facts/pci';
import { type NicAffinity, nicAffinities } from '../nic-affinity';
import { type DriverView, type JudgedLink, judgeLink, type LinkEnd } from './judge-link';
import {
  bridgesAbove,
  cardOf,
  type DeviceKind,
  deviceKind,
  isUpperPort,
  kernelAddress,
  type PciTree,
  pciTreeOf,
} from './pci-roles';
import type { Processors } from './processors';
import { mostDevices, type TopologyDraft } from './topology-draft';

/** A card: the functions that share one link, the first standing for all. */
interface Card {
  readonly kind: DeviceKind;
  readonly first: PciFunction;
  readonly functions: readonly PciFunction[];
}

/** GPUs, NVSwitches, adapters and NVMe disks with the switches and ports they hang on, and the link to each. */
export function addPciDevices(draft: TopologyDraft, facts: NodeFacts, processors: Processors): void {
  const tree = pciTreeOf(facts.pci ?? { functions: [], iommu: noIommu, hasAccessControl: false });
  const affinities = nicAffinities(facts);
  for (const card of drawnCards(draft, cardsOf(tree))) {
    const above = bridgesAbove(tree, card.first.address);
    const numa = [card.first, ...above].find(({ numaNode }) => numaNode !== null)?.numaNode ?? null;
    const box = processors(numa);
    addDevice(draft, facts, tree, card, box, affinities);
    addBridges(draft, tree, above, box);
  }
  addGpusWithoutPci(draft, facts, processors);
  addNicsWithoutPci(draft, facts, processors, affinities);
}

const noIommu = { isEnabled: null, groupCount: null, groupTypes: {}, kernelArguments: [] };

function cardsOf(tree: PciTree): Card[] {
  const cards = new Map<string, PciFunction[]>();
  for (const one of tree.byAddress.values()) {
    if (deviceKind(one) === null) continue;
    const id = cardOf(one.address);
    cards.set(id, [...(cards.get(id) ?? []), one]);
  }
  return [...cards.values()].flatMap((functions) => {
    const [first] = functions;
    const kind = first && deviceKind(first);
    return first && kind ? [{ kind, first, functions }] : [];
  });
}

const ranks: readonly DeviceKind[] = ['gpu', 'nvswitch', 'nic', 'nvme'];

/** In the order of the bus; where there are more than can be drawn, GPUs come first and the rest is counted. */
function drawnCards(draft: TopologyDraft, cards: readonly Card[]): readonly Card[] {
  if (cards.length <= mostDevices) return cards;
  const ranked = ranks.flatMap((kind) => cards.filter((card) => card.kind === kind));
  for (const { first } of ranked.slice(mostDevices)) draft.omitted.add(pciNodeId(first.address));
  return ranked.slice(0, mostDevices);
}

export function pciNodeId(address: string): string {
  return `pci:${cardOf(address)}`;
}

function addDevice(
  draft: TopologyDraft,
  facts: NodeFacts,
  tree: PciTree,
  card: Card,
  box: string,
  affinities: readonly NicAffinity[],
): void {
  const { first, kind } = card;
  const id = pciNodeId(first.address);
  const gpu = facts.gpu?.gpus.find(({ pciBusId }) => kernelAddress(pciBusId) === first.address);
  const amd = facts['amd-gpu']?.gpus.find(
    ({ pciBusId }) => pciBusId !== null && kernelAddress(pciBusId) === first.address,
  );
  const names = card.functions.flatMap(({ address }) => namesOf(facts, kind, address));
  const disk = kind === 'nvme' ? facts.nvme?.controllers.find(({ address }) => address === first.address) : undefined;
  const model = gpu?.name ?? amd?.name ?? disk?.model ?? first.deviceName ?? first.className;
  draft.addNode({
    id,
    kind,
    name: gpu ? `GPU ${gpu.index}` : amd ? `GPU ${amd.index}` : names.join(', ') || first.address.replace(/^0000:/, ''),
    model,
    address: first.address,
    parentId: box,
    affinity: kind === 'nic' ? affinityOf(affinities, card) : null,
    source: { probeId: 'pci', factPath: `functions.${tree.indexOf.get(first.address) ?? 0}` },
  });
  const port = first.parentAddress === null ? null : (tree.byAddress.get(first.parentAddress) ?? null);
  addLink(
    draft,
    tree,
    first,
    judgeLink({ device: first, port, driver: gpu ? nvidiaView(gpu) : amd ? amdView(amd) : undefined }),
    aboveId(tree, first, box),
    id,
  );
}

/** The node that stands for what is right above: a switch for any of its ports, a root port, or the processor itself. */
function aboveId(tree: PciTree, one: PciFunction, box: string): string {
  const above = bridgesAbove(tree, one.address);
  const nearest = above[0];
  if (!nearest) return box;
  const depth = above.length - 1;
  const upper = depth > 0 && !isUpperPort(depth) ? (above[1] ?? nearest) : nearest;
  return bridgeId(upper.address);
}

function bridgeId(address: string): string {
  return `bridge:${address}`;
}

function addBridges(draft: TopologyDraft, tree: PciTree, above: readonly PciFunction[], box: string): void {
  for (const [index, bridge] of above.entries()) {
    const depth = above.length - 1 - index;
    const id = bridgeId(bridge.address);
    const source = { probeId: 'pci', factPath: `functions.${tree.indexOf.get(bridge.address) ?? 0}` } as const;
    if (depth === 0) {
      draft.addNode({
        id,
        kind: 'root-port',
        name: bridge.address.replace(/^0000:/, ''),
        model: bridge.deviceName,
        address: bridge.address,
        parentId: box,
        source,
      });
      draft.addEdge({ kind: 'inside', from: box, to: id, source });
    } else if (isUpperPort(depth)) {
      draft.addNode({
        id,
        kind: 'switch',
        name: bridge.address.replace(/^0000:/, ''),
        model: bridge.deviceName,
        address: bridge.address,
        parentId: box,
        source,
      });
      const port = above[index + 1] ?? null;
      addLink(draft, tree, bridge, judgeLink({ device: bridge, port }), aboveId(tree, bridge, box), id);
    }
  }
}

function addLink(
  draft: TopologyDraft,
  tree: PciTree,
  one: PciFunction,
  link: JudgedLink,
  from: string,
  to: string,
): void {
  draft.addEdge({
    kind: 'pcie',
    from,
    to,
    state: link.state,
    reasons: link.reasons,
    link,
    source: { probeId: 'pci', factPath: `functions.${tree.indexOf.get(one.address) ?? 0}.link` },
  });
}

/** What the rest of the system calls a function: RDMA device and interface, or the NVMe controller. */
function namesOf(facts: NodeFacts, kind: DeviceKind, address: string): string[] {
  if (kind === 'nic') {
    const device = facts.rdma?.devices.find(({ pciBusId }) => pciBusId?.toLowerCase() === address);
    const name =
      device?.name ?? facts.network?.interfaces.find(({ pciBusId }) => pciBusId?.toLowerCase() === address)?.name;
    return name === undefined ? [] : [name];
  }
  if (kind !== 'nvme') return [];
  return (facts.nvme?.controllers ?? []).filter((one) => one.address === address).map(({ name }) => name);
}

function affinityOf(affinities: readonly NicAffinity[], card: Card): NicAffinity | null {
  const addresses = card.functions.map(({ address }) => address);
  return affinities.find(({ pciBusId }) => addresses.includes(pciBusId?.toLowerCase() ?? '')) ?? null;
}

/** GPUs of the driver that the PCI tree does not have: there is no tree, or the card has left the bus. */
function addGpusWithoutPci(draft: TopologyDraft, facts: NodeFacts, processors: Processors): void {
  const devices = facts['gpu-topology']?.devices ?? [];
  const affinityOfGpu = (index: number): number | null => {
    const text = devices.find(({ gpuIndex }) => gpuIndex === index)?.numaAffinity ?? '';
    return /^\d{1,4}$/.test(text) ? Number(text) : null;
  };
  for (const [at, gpu] of (facts.gpu?.gpus ?? []).entries()) {
    const address = kernelAddress(gpu.pciBusId);
    const id = pciNodeId(address);
    if (draft.nodes.has(id)) continue;
    const box = processors(affinityOfGpu(gpu.index));
    const source = { probeId: 'gpu', factPath: `gpus.${at}` } as const;
    draft.addNode({ id, kind: 'gpu', name: `GPU ${gpu.index}`, model: gpu.name, address, parentId: box, source });
    const link = judgeLink({ device: likePci(address, gpu.pcie), port: null, driver: nvidiaView(gpu) });
    const edge = { kind: 'pcie', from: box, to: id, state: link.state, reasons: link.reasons, link } as const;
    draft.addEdge({ ...edge, source: { probeId: 'gpu', factPath: `gpus.${at}.pcie` } });
  }
  for (const [at, gpu] of (facts['amd-gpu']?.gpus ?? []).entries()) {
    const id = gpu.pciBusId === null ? `gpu:amd:${gpu.index}` : pciNodeId(kernelAddress(gpu.pciBusId));
    if (draft.nodes.has(id)) continue;
    const box = processors(gpu.numaNode);
    const source = { probeId: 'amd-gpu', factPath: `gpus.${at}` } as const;
    draft.addNode({
      id,
      kind: 'gpu',
      name: `GPU ${gpu.index}`,
      model: gpu.name,
      address: gpu.pciBusId,
      parentId: box,
      source,
    });
    const link = judgeLink({ device: likePci('', gpu.pcie), port: null, driver: amdView(gpu) });
    draft.addEdge({ kind: 'pcie', from: box, to: id, state: link.state, reasons: link.reasons, link, source });
  }
  if (facts.gpu || facts['amd-gpu']) return;
  // Nothing but the matrix, as in a recorded one.
  for (const [at, { gpuIndex, label }] of devices.entries()) {
    if (gpuIndex === null || draft.nodes.has(`gpu:${gpuIndex}`) || hasGpu(draft, gpuIndex)) continue;
    const box = processors(affinityOfGpu(gpuIndex));
    const source = { probeId: 'gpu-topology', factPath: `devices.${at}` } as const;
    draft.addNode({
      id: `gpu:${gpuIndex}`,
      kind: 'gpu',
      name: label.replace(/^GPU(?=\d)/, 'GPU '),
      parentId: box,
      source,
    });
    const state = { state: 'unknown', reasons: ['no-capability'] } as const;
    draft.addEdge({ kind: 'pcie', from: box, to: `gpu:${gpuIndex}`, ...state, source });
  }
}

function hasGpu(draft: TopologyDraft, index: number): boolean {
  return [...draft.nodes.values()].some(({ kind, name }) => kind === 'gpu' && name === `GPU ${index}`);
}

/** NVML's maxima are of the card in this machine: what its slot has less is left away. */
export function nvidiaView({ state, utilization, performanceState, pcie }: Gpu): DriverView {
  const host = pcie.hostMaxGeneration;
  const maxGeneration =
    pcie.maxGeneration !== null && host !== null ? Math.min(pcie.maxGeneration, host) : pcie.maxGeneration;
  const { generation, width, maxWidth } = pcie;
  const utilizationPercent = utilization.gpuPercent;
  return { isLost: state === 'lost', utilizationPercent, performanceState, generation, maxGeneration, width, maxWidth };
}

function amdView({ utilization, pcie: { generation, width } }: AmdGpu): DriverView {
  const utilizationPercent = utilization.gpuPercent;
  return {
    isLost: false,
    utilizationPercent,
    performanceState: null,
    generation,
    maxGeneration: null,
    width,
    maxWidth: null,
  };
}

/** The link as a driver tells it, in the form of the kernel's. */
export function likePci(
  address: string,
  pcie: { generation: number | null; width: number | null; maxGeneration: number | null; maxWidth: number | null },
): LinkEnd {
  const { generation, width, maxGeneration, maxWidth } = pcie;
  return {
    address,
    // Whoever's card that is: only that it is a GPU counts.
    vendorId: '10de',
    classCode: '0302',
    state: 'present',
    link: width === null && maxWidth === null ? null : { generation, width, maxGeneration, maxWidth },
    aer: null,
    runtimeStatus: null,
    powerState: null,
  };
}

function addNicsWithoutPci(
  draft: TopologyDraft,
  facts: NodeFacts,
  processors: Processors,
  affinities: readonly NicAffinity[],
): void {
  if (facts.pci && facts.pci.functions.length > 0) return;
  for (const [at, device] of (facts.rdma?.devices ?? []).entries()) {
    if (device.isVirtualFunction) continue;
    const box = processors(device.numaNode);
    const id = device.pciBusId === null ? `nic:${device.name}` : pciNodeId(device.pciBusId.toLowerCase());
    const source = { probeId: 'rdma', factPath: `devices.${at}` } as const;
    const affinity = affinities.find(({ nic }) => nic === device.name) ?? null;
    draft.addNode({
      id,
      kind: 'nic',
      name: device.name,
      model: device.hcaType,
      address: device.pciBusId,
      parentId: box,
      affinity,
      source,
    });
    draft.addEdge({ kind: 'pcie', from: box, to: id, state: 'unknown', reasons: ['no-capability'], source });
  }
}

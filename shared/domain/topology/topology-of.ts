import type { NodeFacts } from '../facts/index';
import { fabricOf } from './fabric';
import { addPciDevices } from './pci-devices';
import { addProcessors } from './processors';
import type { Topology } from './topology';
import { TopologyDraft } from './topology-draft';

/**
 * Draws a node up out of its facts: processors, PCIe switches, GPUs, network adapters and NVMe disks, with what each link trained
 * to. Pure and total: of a part of the facts (no lspci, a virtual machine, a bundle) it makes what they tell. Empty: no device is
 * known.
 */
export function topologyOf(facts: NodeFacts): Topology {
  const draft = new TopologyDraft();
  const processors = addProcessors(draft, facts);
  addPciDevices(draft, facts, processors);
  fabricOf(draft, facts);
  const hasDevice = [...draft.nodes.values()].some(({ kind }) => kind === 'gpu' || kind === 'nic' || kind === 'nvme');
  if (!hasDevice) return { nodes: [], edges: [], omitted: 0 };
  return {
    nodes: [...draft.nodes.values()],
    edges: [...draft.edges.values()].filter(({ from, to }) => draft.nodes.has(from) && draft.nodes.has(to)),
    omitted: draft.omitted.size,
  };
}

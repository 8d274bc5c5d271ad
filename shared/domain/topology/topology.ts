import type { ProbeId } from '../facts/index';
import type { NicAffinity } from '../nic-affinity';
import type { JudgedLink, LinkReason, LinkState } from './judge-link';

export type TopologyNodeKind =
  | 'socket'
  | 'numa'
  | 'root-port'
  | 'switch'
  | 'gpu'
  | 'nvswitch'
  | 'fabric'
  | 'nic'
  | 'nvme';

export interface TopologySource {
  readonly probeId: ProbeId;
  readonly factPath: string;
}

/** Something of the node that is drawn. */
export interface TopologyNode {
  readonly id: string;
  readonly kind: TopologyNodeKind;
  /** What people call it: `GPU 0`, `mlx5_0`, `nvme0`, a PCI address; a number of a socket or NUMA node. */
  readonly name: string;
  /** Its product name; null where none is told. */
  readonly model: string | null;
  readonly address: string | null;
  /** The socket or NUMA node around it; null: none is told. */
  readonly parentId: string | null;
  /** Of a NIC: the GPUs nearest to it. */
  readonly affinity: NicAffinity | null;
  readonly source: TopologySource | null;
}

/**
 * `pcie`: a link with lanes. `inside`: within a chip or package, nothing that trains. `nvlink`, `xgmi`: between GPUs, or from a GPU
 * to the switches that join all. `socket`: between processors (UPI, Infinity Fabric).
 */
export type TopologyEdgeKind = 'pcie' | 'inside' | 'nvlink' | 'xgmi' | 'socket';

export interface TopologyEdge {
  readonly id: string;
  readonly kind: TopologyEdgeKind;
  readonly from: string;
  readonly to: string;
  readonly state: LinkState;
  readonly reasons: readonly LinkReason[];
  /** Of `pcie`. */
  readonly link: JudgedLink | null;
  /** Of NVLink and xGMI: how many links are up of how many there are; null: not told. */
  readonly lanes: {
    readonly active: number | null;
    readonly total: number | null;
    readonly speedGBps: number | null;
  } | null;
  readonly source: TopologySource | null;
}

/** The picture of a node. Every edge joins two of the nodes. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  /** Devices that are left away because no picture shows so many; they are in the lists. */
  readonly omitted: number;
}

import type { TopologyEdge, TopologyNode } from './topology';

/** No machine has as many; a node that says so would freeze the window that draws it. */
export const mostDevices = 200;
const deviceKinds: ReadonlySet<string> = new Set(['gpu', 'nvswitch', 'nic', 'nvme']);

/** What is found so far; a second node or edge of one id is left out, and so are devices beyond what can be drawn. */
export class TopologyDraft {
  readonly omitted = new Set<string>();
  private devices = 0;
  readonly nodes = new Map<string, TopologyNode>();
  readonly edges = new Map<string, TopologyEdge>();

  addNode(node: Pick<TopologyNode, 'id' | 'kind' | 'name'> & Partial<TopologyNode>): void {
    if (this.nodes.has(node.id)) return;
    if (deviceKinds.has(node.kind)) {
      if (this.devices === mostDevices) {
        this.omitted.add(node.id);
        return;
      }
      this.devices += 1;
    }
    this.nodes.set(node.id, { model: null, address: null, parentId: null, affinity: null, source: null, ...node });
  }

  addEdge(edge: Pick<TopologyEdge, 'kind' | 'from' | 'to'> & Partial<TopologyEdge>): void {
    const id = `${edge.from}>${edge.to}`;
    if (this.edges.has(id)) return;
    this.edges.set(id, { id, state: 'ok', reasons: [], link: null, lanes: null, source: null, ...edge });
  }
}

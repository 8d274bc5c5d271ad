import type { NodeFacts } from './facts/index';
import type { Message } from './text';
import type { JudgedLink, Lanes } from './topology/judge-link';
import { topologyOf } from './topology/topology-of';

/**
 * PCIe links of GPUs, adapters, NVMe disks and switches that run lower than both of their ends can, and devices that left the bus.
 * A GPU at rest lowers its generation by itself, which is none. That a GPU is lost is said by its driver, in its own words.
 * `device` tells the kind of what hangs on the link.
 */
export function pcieTroubles(facts: NodeFacts): Message[] {
  const { nodes, edges } = topologyOf(facts);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return edges.flatMap(({ kind, to, state, link }): Message[] => {
    const node = byId.get(to);
    if (kind !== 'pcie' || state !== 'degraded' || !link || !node) return [];
    const { kind: device, name } = node;
    const address = node.address ?? name;
    if (link.reasons.includes('lost')) {
      return device === 'gpu' ? [] : [{ key: 'inventory.attentionPcieLost', params: { device, address } }];
    }
    const params = { device, address, ...shortfall(link) };
    return address.endsWith(name)
      ? [{ key: 'inventory.attentionPcieLowAt', params }]
      : [{ key: 'inventory.attentionPcieLow', params: { ...params, name } }];
  });
}

/** `x8` and `x16`; with the generation where that is too low. */
function shortfall({ trained, capable, reasons }: JudgedLink): { trained: string; capable: string } {
  const isNarrow = reasons.includes('width-low');
  const isSlow = reasons.includes('generation-low');
  const text = ({ width, generation }: Lanes) =>
    [isNarrow ? `x${width ?? '?'}` : null, isSlow ? `Gen${generation ?? '?'}` : null]
      .filter((one) => one !== null)
      .join(' ');
  return { trained: text(trained), capable: text(capable) };
}

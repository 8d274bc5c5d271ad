import type { NodeFacts } from '#shared/domain/facts/index';
import type { Lanes } from '#shared/domain/topology/judge-link';
import { topologyOf } from '#shared/domain/topology/topology-of';
import type { Cell } from './table';

const tones = { ok: 'good', degraded: 'bad', idle: undefined, unknown: undefined } as const;

/** The PCIe link of each device that matters: what it trained to, what both its ends can do, and how that is judged. */
export function pciLinkRows(facts: NodeFacts): Cell[][] {
  const { nodes, edges } = topologyOf(facts);
  return edges.flatMap(({ kind, to, link, state, reasons }) => {
    const node = nodes.find(({ id }) => id === to);
    if (kind !== 'pcie' || !link || !node || node.kind === 'switch') return [];
    const tone = tones[state];
    const words = [state, ...reasons].join(' ');
    return [[node.name, node.address, lanes(link.trained), lanes(link.capable), tone ? { text: words, tone } : words]];
  });
}

function lanes({ width, generation }: Lanes): string | null {
  return width === null ? null : [`x${width}`, generation === null ? '' : `Gen${generation}`].join(' ').trim();
}

import { topologyOf } from '../topology/topology-of';
import type { PartReader } from './part';

/**
 * The PCIe link of each GPU, adapter, NVMe disk and switch, by the address of its lower end. The generation of a device at rest
 * is a reading of the moment and not told: two looks at an untouched node give the same links. Its device goes by its name in
 * the PCI database, whatever nvidia-smi or nvme say, so that one of these that fails does not read as another device.
 */
export const pciLinkParts: PartReader = {
  kind: 'pci-link',
  needs: ['pci'],
  attributes: {
    linkWidth: 'count',
    capableWidth: 'count',
    linkGeneration: 'count',
    capableGeneration: 'count',
    linkQuality: 'none',
  },
  counters: { correctableErrors: 'count', uncorrectableErrors: 'count' },
  read(facts) {
    const { nodes, edges } = topologyOf(facts);
    return edges.flatMap(({ to, link, state, source }) => {
      const node = nodes.find(({ id }) => id === to);
      if (!link || !source || source.probeId !== 'pci' || !node?.address) return [];
      if (link.reasons.includes('no-link')) return [];
      const device = facts.pci?.functions.find(({ address }) => address === node.address?.toLowerCase());
      return [
        {
          kind: 'pci-link' as const,
          slot: node.address,
          identity: null,
          model: device?.deviceName ?? null,
          attributes: {
            linkWidth: link.trained.width,
            capableWidth: link.capable.width,
            linkGeneration: state === 'ok' || state === 'degraded' ? settled(link) : null,
            capableGeneration: link.capable.generation,
            linkQuality: state === 'unknown' ? null : state === 'degraded' ? 'degraded' : 'ok',
          },
          counters: {
            correctableErrors: link.errors?.correctable ?? null,
            uncorrectableErrors: link.errors?.uncorrectable ?? null,
          },
          source,
        },
      ];
    });
  },
};

function settled({
  reasons,
  trained,
}: {
  reasons: readonly string[];
  trained: { generation: number | null };
}): number | null {
  return reasons.includes('idle-generation') || reasons.includes('unjudged-generation') ? null : trained.generation;
}

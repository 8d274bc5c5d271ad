/**
 * Where an administrator looks for a tree: areas and trees in the order of how often they are needed, after the trees A to T of
 * what this is drawn from. A tree that is not here is one of the user's own.
 */
export const treeAreas = {
  memory: ['vram-shortage', 'ecc-errors', 'host-memory'],
  heatAndPower: ['gpu-overheating', 'power'],
  gpu: ['gpu-missing', 'low-gpu-utilisation', 'pcie-degraded', 'nvlink-fabric'],
  network: ['network-congestion', 'nccl-hang'],
  storage: ['slow-storage'],
  software: ['driver-mismatch', 'container-gpu', 'python-cuda', 'inference-slow', 'clock-and-kernel'],
  access: ['scheduler-refuses', 'tool-access', 'confidential-computing'],
} as const satisfies Record<string, readonly string[]>;
export type TreeArea = keyof typeof treeAreas | 'own';

/** Trees by area, both in their order; the user's own come last, and areas without a tree are left out. */
export function byArea<Tree extends { readonly id: string }>(
  trees: readonly Tree[],
): { area: TreeArea; trees: Tree[] }[] {
  const known = new Map(trees.map((tree) => [tree.id, tree]));
  const areas = Object.entries(treeAreas).map(([area, ids]) => ({
    area: area as TreeArea,
    trees: ids.flatMap((id) => known.get(id) ?? []),
  }));
  const placed = new Set<string>(Object.values(treeAreas).flat());
  const own = trees.filter(({ id }) => !placed.has(id));
  return [...areas, { area: 'own' as const, trees: own }].filter((one) => one.trees.length > 0);
}

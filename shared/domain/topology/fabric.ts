import type { NvlinkFacts } from '../facts/gpu-system';
import type { NodeFacts } from '../facts/index';
import type { LinkReason } from './judge-link';
import { pciNodeId } from './pci-devices';
import { kernelAddress } from './pci-roles';
import type { TopologyEdge, TopologyNode } from './topology';
import type { TopologyDraft } from './topology-draft';

/**
 * The links between GPUs. Where switches join them all, each GPU has one line to the switches: 28 lines between 8 GPUs would tell
 * no more. Where two GPUs are joined by a bridge, the line is theirs.
 */
export function fabricOf(draft: TopologyDraft, facts: NodeFacts): void {
  const gpus = gpuNodes(draft, facts);
  if (gpus.size > 0) addNvlinks(draft, facts, gpus);
  addXgmi(draft, facts);
}

/** Node of a GPU by the driver's number of it. */
function gpuNodes(draft: TopologyDraft, facts: NodeFacts): Map<number, TopologyNode> {
  const found = new Map<number, TopologyNode>();
  for (const { index, pciBusId } of facts.gpu?.gpus ?? []) {
    const node = draft.nodes.get(pciNodeId(kernelAddress(pciBusId)));
    if (node) found.set(index, node);
  }
  for (const { gpuIndex } of facts['gpu-topology']?.devices ?? []) {
    const node = gpuIndex === null ? undefined : draft.nodes.get(`gpu:${gpuIndex}`);
    if (gpuIndex !== null && node) found.set(gpuIndex, node);
  }
  return found;
}

function addNvlinks(draft: TopologyDraft, facts: NodeFacts, gpus: ReadonlyMap<number, TopologyNode>): void {
  const switches = [...draft.nodes.values()].filter(({ kind }) => kind === 'nvswitch');
  const pairs = nvlinkPairs(facts).filter(({ one, other }) => gpus.has(one) && gpus.has(other));
  // Also links that are all down: what joins them is there all the same.
  const hasLinks = facts.nvlink?.gpus.some(({ index, links }) => gpus.has(index) && links.length > 0) ?? false;
  const isMesh = pairs.length === (gpus.size * (gpus.size - 1)) / 2 && pairs.length > 0;
  // Five GPUs that all reach each other do so through switches: none has links enough for each of the others.
  const hasFabric =
    switches.length > 0 ? hasLinks || pairs.length > 0 : (isMesh && gpus.size > 4) || pairs.length > mostPairs;
  if (!hasFabric) {
    for (const pair of pairs) addPair(draft, facts, gpus, pairs, pair);
    return;
  }
  draft.addNode({
    id: 'fabric',
    kind: 'fabric',
    name: String(switches.length),
    model: switches[0]?.model ?? null,
    source: switches[0]?.source ?? null,
  });
  for (const [index, node] of gpus) {
    const told = facts.nvlink?.gpus.find((one) => one.index === index);
    const inMatrix = pairs.find(({ one, other }) => one === index || other === index);
    const total = told?.support === 'links' ? told.links.length : null;
    const active = total === null ? (inMatrix?.links ?? null) : activeLinks(facts, index);
    if (active === null && total === null) continue;
    const reasons: LinkReason[] = [];
    if (active !== null && active < (total ?? expectedLinks(facts, pairs))) reasons.push('nvlinks-inactive');
    if (hasErrors(told)) reasons.push('nvlink-errors');
    const at = facts.nvlink?.gpus.findIndex((one) => one.index === index) ?? -1;
    const path = at >= 0 ? { probeId: 'nvlink' as const, factPath: `gpus.${at}` } : (inMatrix?.path ?? null);
    addFabricEdge(
      draft,
      'nvlink',
      node,
      draft.nodes.get('fabric'),
      { active, total, speedGBps: speedOf(facts, index) },
      reasons,
      path,
    );
  }
}

/** Two GPUs with links of their own: a bridge, or a baseboard without switches. */
function addPair(
  draft: TopologyDraft,
  facts: NodeFacts,
  gpus: ReadonlyMap<number, TopologyNode>,
  pairs: readonly Pair[],
  { one, other, links, path }: Pair,
): void {
  const ends = [one, other].map((index) => facts.nvlink?.gpus.find((gpu) => gpu.index === index));
  const total = ends.some((end) => hasInactive(end)) ? pairTotal(facts, pairs, one, other) : null;
  const reasons: LinkReason[] = [];
  if (total !== null && links < total) reasons.push('nvlinks-inactive');
  if (ends.some(hasErrors)) reasons.push('nvlink-errors');
  const lanes = { active: links, total, speedGBps: speedOf(facts, one) };
  addFabricEdge(draft, 'nvlink', gpus.get(one), gpus.get(other), lanes, reasons, path);
}

/**
 * How many links there are between two GPUs of which one has a link that is down: all that it has, where they have no other partner;
 * else what pairs without such a GPU have, if that is one number (some baseboards join neighbours twice). Null: not to be told.
 */
function pairTotal(facts: NodeFacts, pairs: readonly Pair[], one: number, other: number): number | null {
  const told = new Map((facts.nvlink?.gpus ?? []).map((gpu) => [gpu.index, gpu]));
  const others = pairs.filter((pair) => [pair.one, pair.other].some((index) => index === one || index === other));
  if (others.length === 1) return Math.max(...[one, other].map((index) => told.get(index)?.links.length ?? 0));
  const whole = pairs.filter((pair) => ![pair.one, pair.other].some((index) => hasInactive(told.get(index))));
  const widths = new Set(whole.map(({ links }) => links));
  return widths.size === 1 ? ([...widths][0] ?? null) : null;
}

function hasInactive(gpu: NvlinkFacts['gpus'][number] | undefined): boolean {
  return gpu?.links.some(({ isActive }) => !isActive) ?? false;
}

function hasErrors(gpu: NvlinkFacts['gpus'][number] | undefined): boolean {
  const links = gpu?.links ?? [];
  return links.some(
    ({ crcErrors, replayErrors, recoveryErrors }) => (crcErrors ?? 0) + (replayErrors ?? 0) + (recoveryErrors ?? 0) > 0,
  );
}

/** Eight GPUs joined in part have 16; more lines beside each other nobody can follow. */
const mostPairs = 32;

interface Pair {
  readonly one: number;
  readonly other: number;
  readonly links: number;
  readonly path: NonNullable<TopologyEdge['source']>;
}

/** `NV18` of the matrix, each pair once. */
function nvlinkPairs({ 'gpu-topology': topology }: NodeFacts): Pair[] {
  const devices = topology?.devices ?? [];
  return devices.flatMap(({ gpuIndex: one }, row) =>
    devices.flatMap(({ gpuIndex: other }, column) => {
      const links = /^NV(\d{1,3})$/.exec(topology?.links[row]?.[column] ?? '')?.[1];
      if (one === null || other === null || column <= row || links === undefined) return [];
      const path = { probeId: 'gpu-topology' as const, factPath: `links.${row}.${column}` };
      return [{ one, other, links: Number(links), path }];
    }),
  );
}

function expectedLinks(facts: NodeFacts, pairs: readonly Pair[]): number {
  const counts = [...pairs.map(({ links }) => links), ...(facts.nvlink?.gpus ?? []).map(({ links }) => links.length)];
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

function activeLinks({ nvlink }: NodeFacts, index: number): number {
  const told = nvlink?.gpus.find((one) => one.index === index);
  return told?.links.filter(({ isActive }) => isActive).length ?? 0;
}

function speedOf({ nvlink }: NodeFacts, index: number): number | null {
  return nvlink?.gpus.find((one) => one.index === index)?.links.find(({ isActive }) => isActive)?.speedGBps ?? null;
}

function addFabricEdge(
  draft: TopologyDraft,
  kind: 'nvlink' | 'xgmi',
  one: TopologyNode | undefined,
  other: TopologyNode | undefined,
  lanes: NonNullable<TopologyEdge['lanes']>,
  reasons: readonly LinkReason[],
  source: TopologyEdge['source'],
): void {
  if (!one || !other) return;
  const state = reasons.includes('nvlinks-inactive') ? 'degraded' : 'ok';
  draft.addEdge({ kind, from: one.id, to: other.id, state, reasons, lanes, source });
}

/** AMD tells of each GPU how many others it reaches, not which. */
function addXgmi(draft: TopologyDraft, facts: NodeFacts): void {
  const joined = (facts['amd-gpu']?.gpus ?? []).filter(({ xgmi }) => (xgmi.peers ?? 0) > 0);
  if (joined.length < 2) return;
  draft.addNode({
    id: 'fabric',
    kind: 'fabric',
    name: '0',
    model: 'xGMI',
    source: { probeId: 'amd-gpu', factPath: 'gpus' },
  });
  for (const gpu of joined) {
    const id = gpu.pciBusId === null ? `gpu:amd:${gpu.index}` : pciNodeId(kernelAddress(gpu.pciBusId));
    const at = facts['amd-gpu']?.gpus.indexOf(gpu) ?? 0;
    const lanes = { active: gpu.xgmi.peers, total: joined.length - 1, speedGBps: null };
    const reasons: LinkReason[] = (gpu.xgmi.peers ?? 0) < joined.length - 1 ? ['nvlinks-inactive'] : [];
    addFabricEdge(draft, 'xgmi', draft.nodes.get(id), draft.nodes.get('fabric'), lanes, reasons, {
      probeId: 'amd-gpu',
      factPath: `gpus.${at}.xgmi`,
    });
  }
}

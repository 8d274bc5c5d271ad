import type { JudgedLink, Lanes } from '#shared/domain/topology/judge-link';
import type { Topology, TopologyEdge, TopologyNode } from '#shared/domain/topology/topology';
import type { Words } from '../../../app/i18n';
import type { DrawnPart } from './topology-drawing';

type T = Words['t'];

/** `x16 Gen5`; what is not known is left out. */
export function lanesText({ width, generation }: Lanes, t: T): string | null {
  if (width === null) return generation === null ? null : t('topology.generation', { generation });
  return generation === null ? t('topology.width', { width }) : t('topology.lanes', { width, generation });
}

/** The words on a link: what it trained to and, where that is too low, what it should be; whether it lost data. */
export function linkText(edge: TopologyEdge, topology: Topology, t: T): string {
  const link = trainedText(edge, topology, t);
  // Errors that the link corrects by itself are told on hover: some are ordinary. A degraded one is marked already.
  const hasErrors = (edge.link?.errors?.uncorrectable ?? 0) > 0;
  return hasErrors && edge.state !== 'degraded' ? t('topology.withErrors', { link }) : link;
}

function trainedText(edge: TopologyEdge, topology: Topology, t: T): string {
  if (edge.kind === 'socket') {
    const isAmd = /amd|epyc|ryzen/i.test(topology.nodes.find(({ id }) => id === edge.from)?.model ?? '');
    const isIntel = /intel|xeon/i.test(topology.nodes.find(({ id }) => id === edge.from)?.model ?? '');
    return isAmd ? t('topology.xgmi') : isIntel ? t('topology.upi') : t('topology.socketLink');
  }
  if (edge.kind === 'nvlink' || edge.kind === 'xgmi') return fabricText(edge, t);
  if (!edge.link) return t('topology.unknownLink');
  return pcieText(edge.link, t);
}

function fabricText({ kind, lanes, state }: TopologyEdge, t: T): string {
  const { active = null, total = null } = lanes ?? {};
  if (active === null) return t('topology.unknownLink');
  const now = kind === 'xgmi' ? t('topology.peers', { count: active }) : t('topology.nvlinks', { count: active });
  return state === 'degraded' && total !== null ? t('topology.of', { now, able: total }) : now;
}

export function pcieText({ reasons, trained, capable, state }: JudgedLink, t: T): string {
  if (reasons.includes('lost')) return t('topology.lost');
  const now = lanesText(trained, t);
  if (now === null) return t('topology.unknownLink');
  if (state === 'degraded') {
    const isNarrow = reasons.includes('width-low');
    const isSlow = reasons.includes('generation-low');
    const able = lanesText(
      { width: isNarrow ? capable.width : null, generation: isSlow ? capable.generation : null },
      t,
    );
    // Of one of two only that one is told twice: `x8 of x16`.
    const short = isNarrow && !isSlow ? lanesText({ width: trained.width, generation: null }, t) : now;
    return able === null ? now : t('topology.of', { now: short ?? now, able });
  }
  return state === 'idle' ? t('topology.resting', { lanes: now }) : now;
}

export function partTitle({ kind, node, members }: DrawnPart, t: T): string {
  switch (kind) {
    case 'hub':
      return t('topology.hub');
    case 'switch':
      return t('topology.switch');
    case 'root-port':
      return members.length > 1 ? t('topology.ports', { count: members.length }) : node.name;
    case 'nvme':
      return members.length > 1 ? t('topology.disks', { count: members.length }) : node.name;
    case 'nvswitch':
      return members.length > 1 ? t('topology.nvswitches', { count: members.length }) : node.name;
    case 'fabric':
      return fabricName(node, t);
    default:
      return node.name;
  }
}

function fabricName(node: TopologyNode, t: T): string {
  return node.model === 'xGMI' ? t('topology.xgmiMesh') : t('topology.nvlinkFabric');
}

/** The second line of a part: its product, and for an adapter the GPUs near it. */
export function partDetail({ kind, node, members }: DrawnPart, t: T): string | null {
  if (kind === 'hub' || kind === 'root-port') return null;
  if (kind === 'fabric') {
    const count = Number(node.name);
    return count > 0 ? t('topology.nvswitches', { count }) : null;
  }
  if (kind === 'switch') return node.name;
  const near = node.affinity?.nearest ?? [];
  if (kind === 'nic' && near.length > 0) return t('topology.near', { gpus: gpuList(near) });
  if (kind === 'nvme' && members.length > 1) return members.map(({ name }) => name).join(', ');
  return members.length > 1 ? node.model : (node.model ?? node.address);
}

export function gpuList(indexes: readonly number[]): string {
  return indexes.map((index) => `GPU ${index}`).join(', ');
}

export function boxTitle(node: TopologyNode, t: T): string {
  if (node.kind === 'numa')
    return node.name === '?' ? t('topology.numaUnknown') : t('topology.numa', { id: node.name });
  if (node.model === null) return t('topology.socket', { id: node.name });
  return t('topology.socketModel', { id: node.name, model: node.model });
}

/** What one learns by pointing at a part or a link: a title, what is known, and why it is marked. */
export interface Explanation {
  readonly title: string;
  readonly state: TopologyEdge['state'] | null;
  readonly facts: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly reasons: readonly string[];
  readonly source: TopologyNode['source'];
}

export function explainPart(part: DrawnPart, t: T): Explanation {
  const { node, kind, members } = part;
  const facts: { name: string; value: string }[] = [];
  const isPort = kind === 'root-port' && members.length === 1;
  const title = isPort ? t('topology.rootPort', { name: node.name }) : partTitle(part, t);
  if (node.model && kind !== 'hub') facts.push({ name: t(`topology.kind.${kind}`), value: node.model });
  if (node.address)
    facts.push({ name: t('topology.address'), value: members.map(({ address }) => address).join(', ') });
  const { affinity } = node;
  if (affinity && affinity.nearest.length > 0) {
    const value = t('topology.nearestValue', { gpus: gpuList(affinity.nearest), distance: affinity.distance ?? '' });
    facts.push({ name: t('topology.nearest'), value });
  }
  return { title, state: null, facts, reasons: [], source: kind === 'hub' ? null : node.source };
}

export function explainLine(edge: TopologyEdge, topology: Topology, t: T): Explanation {
  const nameOf = (id: string) => {
    const node = topology.nodes.find((one) => one.id === id);
    if (!node) return id;
    if (node.kind === 'numa' || node.kind === 'socket') return boxTitle({ ...node, model: null }, t);
    if (node.kind === 'fabric') return fabricName(node, t);
    const isPlain = node.kind === 'root-port' || node.kind === 'switch';
    return isPlain ? `${t(`topology.kind.${node.kind}`)} ${node.name}` : node.name;
  };
  const facts: { name: string; value: string }[] = [];
  const add = (name: string, value: string | null) => value !== null && facts.push({ name, value });
  const { link, lanes } = edge;
  add(t('topology.trained'), link ? lanesText(link.trained, t) : linkText(edge, topology, t));
  if (link) {
    add(t('topology.capable'), lanesText(link.capable, t));
    add(t('topology.lowerEnd', { name: nameOf(edge.to) }), lanesText(link.lower, t));
    add(t('topology.upperEnd'), lanesText(link.upper, t));
    if (link.errors) add(t('topology.errorsCounted'), t('topology.errorsValue', link.errors));
  }
  if (lanes?.speedGBps != null) add(t('topology.speed'), t('topology.speedValue', { value: lanes.speedGBps }));
  return {
    title: t('topology.link', { from: nameOf(edge.from), to: nameOf(edge.to) }),
    state: edge.state,
    facts,
    reasons: edge.reasons.map((reason) => t(`topology.reason.${reason}`)),
    source: edge.source,
  };
}

import { z } from 'zod';
import type { NodeParts } from '../parts/index';
import { type PartKind, type PartValue, partKinds } from '../parts/part';
import { aspectOf } from './aspects';

/** One attribute over the nodes of one system type, by the values it has. */
export const driftRowSchema = z.object({
  kind: z.enum(partKinds),
  /** Of parts of this model; null for the node itself and where no model is told. */
  model: z.string().nullable(),
  attribute: z.string(),
  /** The most common first. `isMinority`: fewer nodes have it than have the most common one. */
  values: z.array(
    z.object({
      value: z.union([z.string(), z.number(), z.boolean()]),
      hostIds: z.array(z.string()),
      isMinority: z.boolean(),
    }),
  ),
});
export type DriftRow = z.infer<typeof driftRowSchema>;

export const systemTypeSchema = z.object({
  /** Vendor and product, else the GPUs. */
  title: z.string(),
  hostIds: z.array(z.string()),
  rows: z.array(driftRowSchema),
});
export type SystemType = z.infer<typeof systemTypeSchema>;

/** What of a node is compared over the fleet: versions and settings that should be one everywhere. */
export interface NodeTraits {
  readonly hostId: string;
  readonly type: string;
  readonly traits: ReadonlyArray<{
    kind: PartKind;
    model: string | null;
    attribute: string;
    value: string | number | boolean;
  }>;
}

const comparedAspects = new Set(['firmware', 'driver', 'ecc', 'power', 'link']);
/** Packages have a version and nothing else worth a row. */
const softwareAttribute = 'version';

export function traitsOf(hostId: string, look: NodeParts): NodeTraits {
  const traits = new Map<string, NodeTraits['traits'][number]>();
  for (const { kind, slot, model, attributes } of look.parts) {
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value === null || !isCompared(kind, attribute)) continue;
      const trait = { kind, model: modelOf(kind, slot, model), attribute, value };
      traits.set(JSON.stringify(trait), trait);
    }
  }
  return { hostId, type: systemTypeOf(look), traits: [...traits.values()] };
}

function isCompared(kind: PartKind, attribute: string): boolean {
  if (kind === 'pci-link') return false;
  if (kind === 'software') return attribute === softwareAttribute;
  return comparedAspects.has(aspectOf(attribute)) || (kind === 'node' && attribute === 'osName');
}

/** The node is one of a kind in each node; of software the package is what is compared. */
function modelOf(kind: PartKind, slot: string, model: string | null): string | null {
  if (kind === 'node') return null;
  return kind === 'software' ? slot : model;
}

function systemTypeOf({ parts }: NodeParts): string {
  const node = parts.find(({ kind }) => kind === 'node');
  const machine = [node?.attributes.vendor, node?.model].filter((word): word is string => typeof word === 'string');
  if (machine.length > 0) return machine.join(' ');
  const gpus = new Map<string, number>();
  for (const { kind, model } of parts) if (kind === 'gpu' && model) gpus.set(model, (gpus.get(model) ?? 0) + 1);
  return [...gpus].map(([model, count]) => `${count} × ${model}`).join(', ');
}

/** By system type: every attribute of which not all its nodes have the same values. Types of one node have none. */
export function driftOf(nodes: readonly NodeTraits[]): SystemType[] {
  const types = new Map<string, NodeTraits[]>();
  for (const node of nodes) types.set(node.type, [...(types.get(node.type) ?? []), node]);
  return [...types]
    .map(([title, members]) => ({ title, hostIds: members.map(({ hostId }) => hostId), rows: rowsOf(members) }))
    .sort((a, b) => b.hostIds.length - a.hostIds.length || a.title.localeCompare(b.title));
}

function rowsOf(nodes: readonly NodeTraits[]): DriftRow[] {
  const rows = new Map<string, { row: Omit<DriftRow, 'values'>; values: Map<PartValue, string[]> }>();
  for (const { hostId, traits } of nodes) {
    for (const { kind, model, attribute, value } of traits) {
      const key = JSON.stringify([kind, model, attribute]);
      const known = rows.get(key) ?? { row: { kind, model, attribute }, values: new Map() };
      rows.set(key, known);
      known.values.set(value, [...(known.values.get(value) ?? []), hostId]);
    }
  }
  return [...rows.values()]
    .filter(({ values }) => isUneven([...values.values()]))
    .map(({ row, values }) => {
      const sorted = [...values].sort(([, a], [, b]) => b.length - a.length);
      const most = sorted[0]?.[1].length ?? 0;
      return {
        ...row,
        values: sorted.map(([value, hostIds]) => ({ value: value ?? '', hostIds, isMinority: hostIds.length < most })),
      };
    })
    .sort((a, b) => partKinds.indexOf(a.kind) - partKinds.indexOf(b.kind));
}

/** Two ports of one adapter may differ alike on every node, which is no difference between the nodes. */
function isUneven(hostsByValue: readonly (readonly string[])[]): boolean {
  const hosts = new Set(hostsByValue.flat());
  return hostsByValue.some((having) => having.length < hosts.size);
}

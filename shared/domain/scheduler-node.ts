import { z } from 'zod';

/** GPUs that Slurm's Gres field names: `gpu:h100:8(S:0-1),shard:16` is 8. Null: it names none. */
export function gpusOfGres(gres: string): number | null {
  const counts = gres
    .split(/,(?![^(]*\))/)
    .map((part) => /^gpu(?::[\w.-]+)?:(\d{1,4})(?:\(.*\))?$/.exec(part.trim())?.[1])
    .filter((count) => count !== undefined);
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + Number(count), 0);
}

/** What Kubernetes holds against a node, as `kubectl get node NAME -o json` tells it. */
export const kubernetesNodeSchema = z.object({
  name: z.string(),
  isReady: z.boolean().nullable(),
  readyMessage: z.string().nullable(),
  isCordoned: z.boolean(),
  /** Conditions other than Ready that hold, e.g. `DiskPressure`. */
  pressures: z.array(z.string()),
  /** Taints that keep ordinary pods away, `key:effect`. */
  taints: z.array(z.string()),
  allocatableGpus: z.number().nullable(),
  capacityGpus: z.number().nullable(),
});
export type KubernetesNode = z.infer<typeof kubernetesNodeSchema>;

const text = z.string().max(2000);
const amounts = z.record(z.string(), z.union([z.string(), z.number()])).optional();
const nodeDocument = z.object({
  kind: z.literal('Node'),
  metadata: z.object({ name: text }),
  spec: z
    .object({
      unschedulable: z.boolean().optional(),
      taints: z.array(z.object({ key: text, effect: text })).optional(),
    })
    .optional(),
  status: z.object({
    conditions: z.array(z.object({ type: text, status: text, message: text.optional() })).optional(),
    allocatable: amounts,
    capacity: amounts,
  }),
});

/** Null: not the JSON of one node. */
export function readKubernetesNode(pasted: string): KubernetesNode | null {
  let document: unknown;
  try {
    document = JSON.parse(pasted);
  } catch {
    return null;
  }
  const node = nodeDocument.safeParse(document);
  if (!node.success) return null;
  const { metadata, spec, status } = node.data;
  const conditions = status.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    // "Unknown": the kubelet has not been heard of.
    isReady: ready === undefined ? null : ready.status === 'True',
    readyMessage: ready?.message ?? null,
    isCordoned: spec?.unschedulable ?? false,
    pressures: conditions
      .filter(({ type, status: state }) => type !== 'Ready' && state === 'True')
      .map(({ type }) => type),
    // What `kubectl cordon` sets is told by the cordon itself.
    taints: (spec?.taints ?? [])
      .filter(({ key, effect }) => effect !== 'PreferNoSchedule' && key !== 'node.kubernetes.io/unschedulable')
      .map(({ key, effect }) => `${key}:${effect}`),
    allocatableGpus: gpusIn(status.allocatable),
    capacityGpus: gpusIn(status.capacity),
  };
}

/** Whole GPUs, and slices under their own names. */
function gpusIn(resources: z.infer<typeof amounts>): number | null {
  const counts = Object.entries(resources ?? {}).flatMap(([name, count]) =>
    /^(nvidia\.com\/(gpu|mig-.+)|amd\.com\/gpu)$/.test(name) && /^\d{1,5}$/.test(String(count)) ? [Number(count)] : [],
  );
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

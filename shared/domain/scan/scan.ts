import { z } from 'zod';
import { diagnosisRunSchema } from '../diagnosis';
import { findingSchema } from '../finding';
import { probeStates } from '../probe';
import type { Message } from '../text';
import { localizedTextSchema, messageSchema } from '../text-schema';
import { scanChangeSchema } from './scan-change';

/**
 * What the place of a finding hints at. `card`: one GPU of several: the card or its slot. `switch` and `numa`: the GPUs behind
 * one PCIe switch, or of one processor. `all-gpus`: power, driver, Fabric Manager, cooling or the host. `nodes`: the same on
 * several nodes: network, storage, a power feed or a recent change.
 */
export const localityKinds = ['card', 'switch', 'numa', 'all-gpus', 'nodes'] as const;

export const rankedFindingSchema = z.object({
  finding: findingSchema,
  /** The trees that came to it. */
  treeIds: z.array(z.string()),
  /** The finding it is a consequence of, which stands before it in the list; null: nothing found explains it. */
  causeId: z.string().nullable(),
  /**
   * Why it counts as a consequence. `explains`: the cause says so. `hardware-first`: hardware went before performance on one
   * component. `stop-first`: trees that stopped at what the cause is.
   */
  because: z.enum(['explains', 'hardware-first', 'stop-first']).nullable(),
  /** The earliest that is known of its node, of what nothing else explains. */
  isRootCause: z.boolean(),
  locality: z.object({ kind: z.enum(localityKinds), count: z.number() }).nullable(),
});
export type RankedFinding = z.infer<typeof rankedFindingSchema>;

/** A finding with the trees that came to it. */
export const foundBySchema = rankedFindingSchema.pick({ finding: true, treeIds: true });
export type FoundBy = z.infer<typeof foundBySchema>;

/** `pending`: not walked yet. `waiting`: it stopped at a question. `not-walked`: not, or not to its end, as `reason` says. */
export const scanWalkStates = ['pending', 'reading', 'waiting', 'concluded', 'not-walked'] as const;

/** One tree on one node. Its run id opens it as a diagnosis that stands on what the scan read. */
export const scanWalkSchema = z.object({
  treeId: z.string(),
  runId: z.string(),
  state: z.enum(scanWalkStates),
  reason: messageSchema.nullable(),
  question: z.object({ stepId: z.string(), title: localizedTextSchema }).nullable(),
  findings: z.array(
    z.object({ code: z.string(), state: findingSchema.shape.state, severity: findingSchema.shape.severity }),
  ),
});
export type ScanWalk = z.infer<typeof scanWalkSchema>;

/** `cut`: the connection went before everything was read; what came was judged. */
export const scanNodeStates = ['collecting', 'reading', 'done', 'cut', 'failed', 'cancelled'] as const;

export const scanNodeSchema = z.object({
  hostId: z.string(),
  state: z.enum(scanNodeStates),
  error: messageSchema.nullable(),
  /** Probes. */
  progress: diagnosisRunSchema.shape.progress,
  /** While `reading`: probes that are read once more, and when. */
  reading: z.object({ probeIds: z.array(z.string()), atMs: z.number() }).nullable(),
  finishedAtMs: z.number().nullable(),
  /** Probes whose commands were tried and gave no facts. */
  unread: z.array(z.object({ probeId: z.string(), state: z.enum(probeStates), reason: messageSchema.nullable() })),
  walks: z.array(scanWalkSchema),
  /** Newest first. */
  changes: z.array(scanChangeSchema),
});
export type ScanNode = z.infer<typeof scanNodeSchema>;

export const scanStates = ['running', 'done', 'cancelled', 'interrupted'] as const;

export const scanSummarySchema = z.object({
  id: z.string(),
  state: z.enum(scanStates),
  startedAtMs: z.number(),
  updatedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  hostIds: z.array(z.string()),
});
export type ScanSummary = z.infer<typeof scanSummarySchema>;

/** A look at nodes with every tree there is. */
export const scanSchema = scanSummarySchema.extend({
  nodes: z.array(scanNodeSchema),
  /** What is wrong, the worst first, consequences right after their cause. */
  ranked: z.array(rankedFindingSchema),
  /** Findings that say what could not be judged. */
  unjudged: z.array(foundBySchema),
  /** Findings that say all is well. */
  healthy: z.array(foundBySchema),
});
export type Scan = z.infer<typeof scanSchema>;

/** Whether everything of the node was judged: what is called its root cause till then may be explained by what is still to come. */
export function isJudgedWhole({ nodes }: Pick<Scan, 'nodes'>, hostId: string): boolean {
  return nodes.some((node) => node.hostId === hostId && node.state === 'done');
}

/** The trees of a node that were not walked, or not to their end, by the reason; none where one reason keeps all of the node: it is the node's. */
export function notWalked({
  walks,
  error,
  state: nodeState,
}: Pick<ScanNode, 'walks' | 'error' | 'state'>): { reason: Message; treeIds: string[] }[] {
  const byReason = new Map<string, { reason: Message; treeIds: string[] }>();
  for (const { treeId, state, reason } of error === null ? walks : []) {
    if (state !== 'not-walked' || reason === null) continue;
    const key = JSON.stringify([reason.key, reason.params]);
    const { treeIds } = byReason.get(key) ?? { treeIds: [] };
    byReason.set(key, { reason, treeIds: [...treeIds, treeId] });
  }
  const reasons = [...byReason.values()];
  return nodeState !== 'done' && reasons[0]?.treeIds.length === walks.length ? [] : reasons;
}

import { judgeCompatibility } from '#shared/domain/compatibility/judge-compatibility';
import type { CompatibilityReport } from '#shared/domain/compatibility/report';
import { byVerdict } from '#shared/domain/compatibility/worst';
import type { Message } from '#shared/domain/text';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import type { Inventory, Judgement } from './inventory';

export type JudgedInventory = Pick<Inventory, 'facts' | 'results'>;

/** What of a node's software fits what, by its last facts. Throws NotFoundError. */
export function judgeSoftware(inventory: JudgedInventory, hostId: string, nowMs: number): CompatibilityReport {
  const knowledge = {
    catalogue: compatibilityCatalogue(),
    gpuModels: gpuCatalogue(),
    month: new Date(nowMs).toISOString().slice(0, 7),
  };
  const unread = inventory
    .results(hostId)
    .flatMap(({ probeId, state, reason }) =>
      state === 'ok' || state === 'missing-tool' || reason === null ? [] : [{ probeId, reason }],
    );
  return judgeCompatibility(inventory.facts(hostId), knowledge, unread);
}

export type SoftwareJudgement = Pick<Judgement, 'compatibility'> & { attention: Message[] };

/** The same in short, worked out once for as long as no new result comes. */
export function createSoftwareJudge(
  inventory: JudgedInventory,
  nowMs: () => number,
): (hostId: string) => SoftwareJudgement {
  const known = new Map<string, { asOf: string; judgement: SoftwareJudgement }>();
  return (hostId) => {
    const results = inventory.results(hostId);
    const asOf = `${results.length} ${Math.max(0, ...results.map(({ observedAtMs }) => observedAtMs))}`;
    const before = known.get(hostId);
    if (before?.asOf === asOf) return before.judgement;
    const { rows } = judgeSoftware(inventory, hostId, nowMs());
    const verdict = [...rows].sort(byVerdict)[0]?.verdict ?? 'unknown';
    const count = rows.filter((row) => row.verdict === 'does-not-fit').length;
    const judgement = {
      compatibility: verdict === 'unknown' ? null : verdict,
      attention: count > 0 ? [{ key: 'inventory.attentionSoftware', params: { count } }] : [],
    };
    known.set(hostId, { asOf, judgement });
    return judgement;
  };
}

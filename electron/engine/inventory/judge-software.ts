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

/** The same in short, for the fleet. */
export function softwareInShort(
  inventory: JudgedInventory,
  hostId: string,
  nowMs: number,
): Pick<Judgement, 'compatibility'> & { attention: Message[] } {
  const { rows } = judgeSoftware(inventory, hostId, nowMs);
  const verdict = [...rows].sort(byVerdict)[0]?.verdict ?? 'unknown';
  const count = rows.filter((row) => row.verdict === 'does-not-fit').length;
  return {
    compatibility: verdict === 'unknown' ? null : verdict,
    attention: count > 0 ? [{ key: 'inventory.attentionSoftware', params: { count } }] : [],
  };
}

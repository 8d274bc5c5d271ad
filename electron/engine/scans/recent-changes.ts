import type { FactsOf } from '#shared/domain/facts/index';
import type { PartsVersion } from '#shared/domain/parts/history';
import type { ProbeResult } from '#shared/domain/probe';
import type { ScanChange } from '#shared/domain/scan/scan';

/** What package logs and backups of a week still tell. */
const recentMs = 7 * 24 * 60 * 60_000;
const maxChanges = 30;

/** What changed at a node in the last week by its history and its own facts, newest first. */
export function recentChanges(
  versions: readonly PartsVersion[],
  results: readonly ProbeResult[],
  nowMs: number,
): ScanChange[] {
  const factsOf = <Id extends 'os' | 'pending-changes'>(id: Id): FactsOf<Id> | null => {
    const result = results.find(({ probeId }) => probeId === id);
    return result?.state === 'ok' ? (result.facts as FactsOf<Id>) : null;
  };
  const dated: (ScanChange & { atMs: number })[] = versions
    .filter(({ firstSeenMs }) => firstSeenMs >= nowMs - recentMs)
    .flatMap(({ firstSeenMs, changes }) =>
      changes
        .filter(({ change }) => change !== 'learned')
        .map((change) => ({ kind: 'parts' as const, atMs: firstSeenMs, change })),
    );
  const uptimeSeconds = factsOf('os')?.uptimeSeconds ?? null;
  const bootedAtMs = uptimeSeconds === null ? null : Math.round(observedAt(results, 'os') - uptimeSeconds * 1000);
  if (bootedAtMs !== null && bootedAtMs >= nowMs - recentMs) dated.push({ kind: 'boot', atMs: bootedAtMs });
  dated.sort((one, other) => other.atMs - one.atMs);
  const pending = factsOf('pending-changes');
  const waits: ScanChange[] =
    pending?.isRebootRequired === true
      ? [{ kind: 'reboot-required', packages: pending.rebootPackages.slice(0, 20) }]
      : [];
  return [...waits, ...dated].slice(0, maxChanges);
}

function observedAt(results: readonly ProbeResult[], id: string): number {
  return results.find(({ probeId }) => probeId === id)?.observedAtMs ?? 0;
}

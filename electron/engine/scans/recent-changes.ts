import type { FactsOf } from '#shared/domain/facts/index';
import type { RecentChangesFacts } from '#shared/domain/facts/software';
import type { Finding } from '#shared/domain/finding';
import type { PartsVersion } from '#shared/domain/parts/history';
import type { ProbeResult } from '#shared/domain/probe';
import { fittingChanges } from '#shared/domain/scan/fitting-changes';
import type { ScanChange } from '#shared/domain/scan/scan-change';

type Dated = Extract<ScanChange, { atMs: number }>;

/** What package logs and backups of a week still tell. */
const recentMs = 7 * 24 * 60 * 60_000;
const maxChanges = 30;
/** Packages that one run of their manager changed, and a boot that two sources tell of, lie no further apart. */
const togetherMs = 10 * 60_000;
const maxNames = 6;

/** What is most often behind a GPU node that no longer works. */
const weighty =
  /nvidia|cuda|cudnn|nccl|dcgm|linux-image|^kernel|rocm|amdgpu|mlnx|ofed|rdma|docker|containerd|slurm|kube|glibc|libc6/i;

/** What changed at a node in the last week by its history and its own facts, newest first. */
export function recentChanges(
  versions: readonly PartsVersion[],
  results: readonly ProbeResult[],
  nowMs: number,
): ScanChange[] {
  const os = factsFrom(results, 'os');
  const told = factsFrom(results, 'recent-changes');
  const ofHistory = versions.flatMap(({ firstSeenMs, changes }) =>
    changes
      .filter(({ change }) => change !== 'learned')
      .map((change): Dated => ({ kind: 'parts', atMs: firstSeenMs, change })),
  );
  // The node's own logs are by its own clock.
  const ofLogs = [...packageChanges(told), ...boots(told), ...fileChanges(told)].map((change) => ({
    ...change,
    atMs: change.atMs - (os?.clockOffsetMs ?? 0),
  }));
  const uptimeSeconds = os?.uptimeSeconds ?? null;
  const bootedAtMs = uptimeSeconds === null ? null : Math.round(observedAt(results, 'os') - uptimeSeconds * 1000);
  const isLogged = ofLogs.some(({ kind, atMs }) => kind === 'boot' && Math.abs(atMs - (bootedAtMs ?? 0)) < togetherMs);
  const ofUptime: Dated[] = bootedAtMs === null || isLogged ? [] : [{ kind: 'boot', atMs: bootedAtMs }];
  const dated = [...ofHistory, ...ofLogs, ...ofUptime]
    .filter(({ atMs }) => atMs >= nowMs - recentMs && atMs <= nowMs + togetherMs)
    .sort((one, other) => other.atMs - one.atMs);
  const pending = factsFrom(results, 'pending-changes');
  const waits: ScanChange[] =
    pending?.isRebootRequired === true
      ? [{ kind: 'reboot-required', packages: pending.rebootPackages.slice(0, 20) }]
      : [];
  return [...waits, ...dated].slice(0, maxChanges);
}

/** A finding with what was changed at its node before it and may be related. */
export function withChanges(
  finding: Finding,
  changes: readonly ScanChange[],
  results: readonly ProbeResult[],
): Finding {
  const fitting = fittingChanges(finding, changes, factsFrom(results, 'os')?.clockOffsetMs ?? 0);
  return fitting.length === 0 ? finding : { ...finding, changes: fitting };
}

function factsFrom<Id extends 'os' | 'pending-changes' | 'recent-changes'>(
  results: readonly ProbeResult[],
  id: Id,
): FactsOf<Id> | null {
  const result = results.find(({ probeId }) => probeId === id);
  return result?.state === 'ok' ? (result.facts as FactsOf<Id>) : null;
}

function packageChanges(told: RecentChangesFacts | null): Dated[] {
  const runs: NonNullable<RecentChangesFacts['packages']>[] = [];
  for (const change of told?.packages ?? []) {
    const run = runs.at(-1);
    if (run && (run.at(-1)?.atMs ?? 0) - change.atMs < togetherMs) run.push(change);
    else runs.push([change]);
  }
  return runs.map((run): Dated => {
    const named = new Map(run.map(({ name, from, to }) => [name, [name, from, from && to ? '→' : null, to]]));
    const isWeighty = (name: string): boolean => weighty.test(name);
    const names = [...named.keys()].sort((one, other) => Number(isWeighty(other)) - Number(isWeighty(one)));
    return {
      kind: 'packages',
      atMs: run[0]?.atMs ?? 0,
      count: named.size,
      names: names.slice(0, maxNames).map((name) => (named.get(name) ?? []).filter(Boolean).join(' ')),
    };
  });
}

function boots(told: RecentChangesFacts | null): Dated[] {
  return (told?.boots ?? []).map((boot): Dated => ({ kind: 'boot', ...boot }));
}

function fileChanges(told: RecentChangesFacts | null): Dated[] {
  return (told?.files ?? []).map(({ path, modifiedAtMs }): Dated => ({ kind: 'file', atMs: modifiedAtMs, path }));
}

function observedAt(results: readonly ProbeResult[], id: string): number {
  return results.find(({ probeId }) => probeId === id)?.observedAtMs ?? 0;
}

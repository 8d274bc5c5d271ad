import type { ActionRun } from '#shared/domain/action';
import type { PackagesFacts } from '#shared/domain/facts/software';
import type { PackageDrift } from '#shared/domain/playbook/node-versions';
import { isWatchedPackage } from '../probes/packages/packages-probe';

/**
 * Packages that a verified run brought to a version and that have another one now. The last run of each counts. One that is not
 * listed is only told as gone where the probe would list it.
 */
export function packageDrift(runs: readonly ActionRun[], { manager, packages }: PackagesFacts): PackageDrift[] {
  // rpm's facts have no epoch, dnf's simulation has.
  const plain = (version: string) => (manager === 'rpm' ? version.replace(/^\d+:/, '') : version);
  const applied = new Map<string, PackageDrift>();
  for (const run of [...runs].sort((one, other) => one.startedAtMs - other.startedAtMs)) {
    for (const { name, before, after } of run.plan.packages?.changes ?? []) {
      if (run.state === 'undone') applied.set(name, driftOf(run, name, before));
      else if (run.state === 'verified') applied.set(name, driftOf(run, name, after));
    }
  }
  return [...applied.values()].flatMap((one): PackageDrift[] => {
    const name = one.package.split(':')[0] ?? '';
    const versions = packages.filter((each) => each.name === name).map(({ version }) => version);
    if (versions.length === 0) return one.applied !== null && isWatchedPackage(name) ? [one] : [];
    const isSame = versions.some((version) => one.applied !== null && plain(version) === plain(one.applied));
    return isSame ? [] : [{ ...one, now: versions[0] ?? null }];
  });
}

function driftOf(run: ActionRun, name: string, applied: string | null): PackageDrift {
  const { id: runId, plan, startedAtMs: appliedAtMs } = run;
  return { package: name, applied, now: null, actionId: plan.actionId, runId, appliedAtMs };
}

import { nextKernel } from '#shared/domain/compatibility/judge-kernel';
import type { NodeFacts } from '#shared/domain/facts/index';
import { modelServersOf } from '#shared/domain/software/model-servers';
import { amount, type Cell } from './table';

/** Lines about a node's software for its overview; what is not known or not there is left out by the caller. */
export function softwareOverview(facts: NodeFacts): Array<[string, Array<string | null | undefined | false>]> {
  const { cuda, cluster, packages } = facts;
  const pending = facts['pending-changes'];
  const next = pending ? nextKernel(pending) : null;
  const time = facts['time-sync'];
  const slurm = cluster?.slurm?.nodes[0];
  const kubernetes = cluster?.kubernetes;
  return [
    ['Toolkits', [...new Set(cuda?.toolkits.map(({ version }) => version && `CUDA ${version}`))]],
    [
      'Driver parts',
      [
        facts['gpu-driver']?.kernelModuleVersion &&
          `kernel module ${facts['gpu-driver'].kernelModuleVersion}${facts['gpu-driver'].isOpenKernelModule ? ' (open)' : ''}`,
        ...[...new Set((facts['gpu-driver']?.userLibraries ?? []).map(({ version }) => version))].map(
          (version) => `libraries ${version}`,
        ),
      ],
    ],
    ['Libraries', (cuda?.libraries ?? []).map(({ name, version }) => `${name} ${version}`)],
    [
      'Containers',
      [
        facts.containers?.containerdVersion && `containerd ${facts.containers.containerdVersion}`,
        facts.containers?.podmanVersion && `podman ${facts.containers.podmanVersion}`,
      ],
    ],
    [
      'Fabric',
      [
        facts.services?.fabricManagerVersion && `fabric manager ${facts.services.fabricManagerVersion}`,
        facts.services?.dcgmVersion && `DCGM ${facts.services.dcgmVersion}`,
      ],
    ],
    [
      'Cluster',
      [
        slurm && `Slurm ${slurm.state}`,
        slurm && slurm.partitions.length > 0 && `partitions ${slurm.partitions.join(' ')}`,
        kubernetes && `${kubernetes.distribution} ${kubernetes.version ?? ''}`.trim(),
      ],
    ],
    [
      'Time',
      [
        time?.service,
        time?.isSynchronized === true && 'synchronised',
        time?.isSynchronized === false && 'not synchronised',
        typeof time?.offsetSeconds === 'number' && `off by ${Number((time.offsetSeconds * 1000).toPrecision(3))} ms`,
      ],
    ],
    [
      'Restart',
      [
        pending?.isRebootRequired === true && 'required',
        pending?.isRebootRequired === false && 'not required',
        pending?.isRebootRequired === null && 'not known whether required',
        next && `${next.release} starts next`,
        pending?.isRebootRequired === true && pending.rebootPackages.join(' '),
        pending && (pending.upgradableCount === null ? 'upgrades not known' : `${pending.upgradableCount} upgrades`),
      ],
    ],
    ['Packages', [packages && `${packages.installedCount} installed`, packages?.held?.length === 0 && 'none held']],
    ['Held', packages?.held ?? []],
    ['Failed', facts.services?.failedUnits ?? []],
  ];
}

/** Tables about a node's software. */
export function softwareSections(facts: NodeFacts): Array<[headers: readonly string[], rows: Cell[][]]> {
  const environments = facts['python-environments']?.environments ?? [];
  return [
    [
      ['ENVIRONMENT', 'KIND', 'PYTHON', 'PYTORCH', 'CUDA', 'PACKAGES', 'FOLDER'],
      environments.map(({ name, kind, pythonVersion, torch, packages, prefix }) => [
        name,
        kind,
        pythonVersion,
        torch?.version ?? null,
        torch?.cudaVersion ?? torch?.hipVersion ?? null,
        amount(String(packages.length)),
        prefix,
      ]),
    ],
    [
      ['MODEL SERVER', 'NAME', 'IMAGE', 'PORTS'],
      modelServersOf(facts).map(({ kind, name, image, ports }) => [kind, name, image, ports]),
    ],
    [
      ['SERVICE', 'STATE', 'AT BOOT', 'RESTARTS'],
      (facts.services?.services ?? []).map(({ name, activeState, unitFileState, restarts }) => [
        name,
        activeState === 'active' ? { text: activeState, tone: 'good' } : { text: activeState ?? '—', tone: 'bad' },
        unitFileState,
        restarts === null ? null : amount(String(restarts)),
      ]),
    ],
  ];
}

import type { NodeFacts } from '#shared/domain/facts/index';
import { modelServersOf } from '#shared/domain/software/model-servers';
import { amount, type Cell } from './table';

/** Lines about a node's software for its overview; what is not known or not there is left out by the caller. */
export function softwareOverview(facts: NodeFacts): Array<[string, Array<string | null | undefined | false>]> {
  const { cuda, cluster, packages } = facts;
  const pending = facts['pending-changes'];
  const time = facts['time-sync'];
  const slurm = cluster?.slurm?.nodes[0];
  const kubernetes = cluster?.kubernetes;
  return [
    ['Toolkits', [...new Set(cuda?.toolkits.map(({ version }) => version && `CUDA ${version}`))]],
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
      ],
    ],
    [
      'Restart',
      [
        pending?.isRebootRequired === true && 'required',
        pending?.isRebootRequired === true && pending.rebootPackages.join(' '),
        pending?.upgradableCount ? `${pending.upgradableCount} upgrades` : null,
      ],
    ],
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

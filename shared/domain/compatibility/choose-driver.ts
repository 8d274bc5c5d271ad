import { branchWords, needsOf } from './driver-needs';
import { lastOfBranch } from './fitting-software';
import { firstBranch, flavourOf, judgeDriver, maintainedBranches } from './judge-driver';
import type { JudgedGpu, Stack } from './stack';
import type { VersionChoice } from './version-choice';
import { majorOf } from './versions';

/** Beside its row, the driver that everything else is chosen for; a branch that is to be installed stands for its last release. */
export interface ChosenDriver {
  readonly choices: readonly VersionChoice[];
  /** Null: none can be told. */
  readonly version: string | null;
}

const common = { isMinimum: false };

/** The branch that is looked after longest of those that every GPU can have; one that is installed and will do stays. */
export function chooseDriver(stack: Stack): ChosenDriver {
  const gpus = stack.gpus ?? [];
  const installed = stack.driver ?? stack.facts['gpu-driver']?.installedModuleVersion ?? null;
  const row = (
    state: VersionChoice['state'],
    wanted: string | null,
    key: string,
    params: Readonly<Record<string, string | number>>,
    source: string,
  ): VersionChoice => ({
    ...common,
    part: 'driver',
    state,
    wanted,
    installed,
    reason: { key: `compatibility.${key}`, params },
    source: stack.source(source),
  });
  const strange = gpus.find(({ architecture }) => architecture === null);
  if (strange) {
    const choice = row('unknown', null, 'unknownGpu', { gpu: strange.name }, 'driver-guide-matrix');
    return { choices: [choice], version: null };
  }
  const { modules, lowestBranch, highestBranch } = needsOf(stack);
  const older =
    gpus.find((gpu) => flavourOf(gpu) === 'proprietary') ??
    gpus.find(({ architecture }) => architecture?.lastDriverBranch === highestBranch);
  const newer =
    gpus.find((gpu) => flavourOf(gpu) === 'open') ?? gpus.find((gpu) => firstBranch(stack, gpu) === lowestBranch);
  if (modules === 'none' && older && newer) {
    const params = { older: older.name, newer: newer.name };
    const choice = row('none', null, 'chooseMixed', params, newer.architecture?.source ?? '');
    return { choices: [choice], version: null };
  }
  const flavour = modules === 'proprietary' ? 'proprietary' : 'open';
  const by = gpus.find((gpu) => flavourOf(gpu) !== null);
  const kept = keptDriver(stack, installed);
  if (installed !== null && kept.problem === null) {
    const source = stack.catalogue.driverBranches.find(({ branch }) => branch === majorOf(installed))?.source ?? '';
    const choice = row('adopt', installed, 'chooseDriverKept', { driver: installed }, source);
    return { choices: [choice, ...moduleChoice(stack, flavour, by)], version: installed };
  }
  const branches = maintainedBranches(stack);
  const best = branches.reduce<(typeof branches)[number] | null>(
    (longest, one) => (longest === null || (one.endOfLife ?? '') > (longest.endOfLife ?? '') ? one : longest),
    null,
  );
  if (best === null) {
    return { choices: [row('none', null, 'chooseNoBranch', {}, 'driver-guide-matrix-2')], version: null };
  }
  const choice = {
    ...row(installed === null ? 'install' : 'replace', String(best.branch), '', {}, ''),
    ...branchWords(stack, best),
  };
  const told = kept.problem === null ? choice : { ...choice, reason: kept.problem };
  return {
    choices: [told, ...moduleChoice(stack, flavour, by)],
    version: lastOfBranch(best.branch),
  };
}

/** Why the installed driver can't stay: it does not support a GPU, is of the wrong flavour, or gets no fixes any more. */
function keptDriver(stack: Stack, driver: string | null): { problem: VersionChoice['reason'] | null } {
  if (driver === null) return { problem: null };
  const rows = judgeDriver({ ...stack, driver }).filter(({ id }) => /^(driver-gpu|module-gpu|driver-branch)/.test(id));
  const bad =
    rows.find(({ verdict }) => verdict === 'does-not-fit') ??
    rows.find(({ id, verdict }) => id === 'driver-branch' && verdict === 'limits');
  return { problem: bad?.reason ?? null };
}

function moduleChoice(stack: Stack, flavour: 'open' | 'proprietary', by: JudgedGpu | undefined): VersionChoice[] {
  const isOpen = stack.facts['gpu-driver']?.isOpenKernelModule ?? null;
  const installed = isOpen === null ? null : isOpen ? 'open' : 'proprietary';
  const isFixed = by !== undefined;
  const wanted = isFixed ? flavour : (installed ?? flavour);
  const key = isFixed ? (flavour === 'open' ? 'moduleOpen' : 'moduleProprietary') : 'chooseModuleOpen';
  const architecture = (by ?? stack.gpus?.[0])?.architecture;
  return [
    {
      ...common,
      part: 'kernel-module',
      state: installed === null ? 'install' : installed === wanted ? 'adopt' : 'replace',
      wanted,
      installed,
      reason: { key: `compatibility.${key}`, params: { architecture: architecture?.architecture ?? '' } },
      source: stack.source(isFixed ? (architecture?.source ?? '') : 'installation-guide-modules'),
    },
  ];
}

import { branchWords, needsOf } from './driver-needs';
import { lastOfBranch } from './fitting-software';
import { firstBranch, flavourOf, judgeDriver, maintainedBranches } from './judge-driver';
import type { JudgedGpu, Stack } from './stack';
import type { VersionChoice } from './version-choice';

/** Beside its row, the driver that everything else is chosen for; a branch that is to be installed stands for its last release. */
export interface ChosenDriver {
  readonly choices: readonly VersionChoice[];
  /** Null: none can be told. */
  readonly version: string | null;
}

type Branch = Stack['catalogue']['driverBranches'][number];

const common = { isMinimum: false };

/** The branch that is looked after longest of those that every GPU can have; one that is installed and supports them stays. */
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
  const longest = maintainedBranches(stack).reduce<Branch | null>(
    (best, one) => (best === null || (one.endOfLife ?? '') > (best.endOfLife ?? '') ? one : best),
    null,
  );
  const rows = installed === null ? [] : judgeDriver({ ...stack, driver: installed });
  const problem = rows.find(({ id, verdict }) => verdict === 'does-not-fit' && /^(driver-gpu|module-gpu):/.test(id));
  if (installed !== null && problem === undefined) {
    const ended = rows.find(({ id, verdict }) => id === 'driver-branch' && verdict === 'limits');
    const choice = {
      ...row(
        'adopt',
        installed,
        ended && longest ? 'chooseDriverEnded' : 'chooseDriverKept',
        {
          driver: installed,
          branch: longest?.branch ?? '',
          month: longest?.endOfLife ?? '',
        },
        '',
      ),
      source: (ended ?? rows.find(({ id }) => id.startsWith('driver-gpu:')))?.source ?? '',
    };
    return { choices: [choice, ...moduleChoice(stack, flavour, by)], version: installed };
  }
  if (longest === null) {
    return { choices: [row('none', null, 'chooseNoBranch', {}, 'driver-guide-matrix-2')], version: null };
  }
  const choice = {
    ...row(installed === null ? 'install' : 'replace', String(longest.branch), '', {}, ''),
    ...branchWords(stack, longest, 'longest'),
  };
  return {
    choices: [
      problem ? { ...choice, reason: problem.reason, source: problem.source } : choice,
      ...moduleChoice(stack, flavour, by),
    ],
    version: lastOfBranch(longest.branch),
  };
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

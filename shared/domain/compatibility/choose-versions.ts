import type { Message } from '../text';
import { chooseDriver } from './choose-driver';
import { cudaOnDriver } from './cuda-on-driver';
import { proofImage, tritonName, tritonRow, tritonRows } from './fitting-images';
import { isForGpus, newestToolkit, newestWheel, runsPrebuilt } from './fitting-software';
import { judgePython } from './judge-python';
import type { Stack } from './stack';
import type { VersionChoice } from './version-choice';
import { compareVersions, isAtLeast, majorOf, newest } from './versions';

export interface ChosenVersions {
  readonly choices: readonly VersionChoice[];
  /** Why there is nothing for GPUs among them; null where there is. */
  readonly absence: Message | null;
}

/** What of driver, CUDA, containers and Python fits together on a node, by its GPUs and what is installed. Pure. */
export function chooseVersions(stack: Stack): ChosenVersions {
  const { gpus } = stack;
  if (gpus === null) return { choices: dockerChoice(stack), absence: { key: 'compatibility.chooseUnread' } };
  if (gpus.length === 0) {
    const isAmd = (stack.facts['amd-gpu']?.gpus.length ?? 0) > 0 || hasAmdDevice(stack);
    const key = isAmd ? 'compatibility.chooseAmd' : 'compatibility.absentNoGpu';
    return { choices: dockerChoice(stack), absence: { key } };
  }
  const driver = chooseDriver(stack);
  const containers = [...dockerChoice(stack), ...toolkitChoice(stack)];
  if (driver.version === null) return { choices: [...driver.choices, ...containers], absence: null };
  const onDriver: Stack = { ...stack, driver: driver.version };
  return {
    choices: [
      ...driver.choices,
      ...fabricChoice(stack, driver.choices[0]?.wanted ?? ''),
      ...cudaChoices(onDriver, driver.choices[0]?.wanted ?? ''),
      ...containers,
      ...pythonChoices(onDriver, stack),
      ...imageChoices(onDriver),
    ],
    absence: null,
  };
}

function hasAmdDevice({ facts }: Stack): boolean {
  return (facts['gpu-devices']?.devices ?? []).some(({ kind, vendorId }) => kind === 'gpu' && vendorId === '1002');
}

/** Rule R7, on machines whose GPUs are joined by NVSwitch. */
function fabricChoice(stack: Stack, driver: string): VersionChoice[] {
  const { facts } = stack;
  if (!(facts['gpu-devices']?.devices ?? []).some(({ kind }) => kind === 'nvswitch')) return [];
  const installed = facts.services?.fabricManagerVersion ?? null;
  return [
    {
      part: 'fabric-manager',
      state: installed === null ? 'install' : installed === driver ? 'adopt' : 'replace',
      wanted: driver,
      isMinimum: false,
      installed,
      reason: { key: 'compatibility.chooseFabricManager', params: { driver } },
      source: stack.rule('R7').source,
    },
  ];
}

function cudaChoices(stack: Stack, driver: string): VersionChoice[] {
  const { facts } = stack;
  const name = ({ cuda, update }: { cuda: string; update: number }) => `${cuda}.${update}`;
  const best = newestToolkit(stack, 'packagedDriver');
  const installed = (facts.cuda?.toolkits ?? []).flatMap(({ version }) => version ?? []);
  const kept = newest(
    installed.filter(
      (version) => cudaOnDriver(stack, version, 'toolkit', false).verdict === 'fits' && isForGpus(stack, version),
    ),
    (version) => version,
  );
  const last = newest(installed, (version) => version);
  if (best === null) {
    const reason = { key: 'compatibility.noneKnown' };
    const nothing = { isMinimum: false, wanted: null, installed: null, reason, source: stack.rule('R1').source };
    return [{ ...nothing, part: 'cuda-toolkit', state: 'none', installed: last }];
  }
  const source = stack.source(best.source);
  const reason = { key: 'compatibility.chooseToolkit', params: { driver, packaged: best.packagedDriver } };
  return [
    {
      part: 'cuda-toolkit',
      state: kept ? 'adopt' : last ? 'replace' : 'install',
      wanted: kept ?? name(best),
      isMinimum: false,
      installed: kept ?? last,
      reason: kept ? { key: 'compatibility.chooseKept', params: { version: kept, driver } } : reason,
      source,
    },
    {
      part: 'cuda-image',
      state: 'install',
      wanted: proofImage(stack),
      isMinimum: false,
      installed: null,
      reason,
      source,
    },
  ];
}

type Component = Stack['catalogue']['containerStack'][number]['component'];

function atLeast(
  stack: Stack,
  part: 'docker' | 'container-toolkit',
  [component, minVersion]: readonly [Component, string],
  installed: string | null,
): VersionChoice[] {
  const row = stack.catalogue.containerStack.find(
    (one) => one.component === component && one.minVersion === minVersion,
  );
  const isEnough = installed !== null && isAtLeast(installed, minVersion);
  const key = part === 'docker' ? 'compatibility.chooseDocker' : 'compatibility.chooseContainerToolkit';
  return [
    {
      part,
      state: installed === null ? 'install' : isEnough ? 'adopt' : 'replace',
      wanted: isEnough ? installed : minVersion,
      isMinimum: !isEnough,
      installed,
      reason: { key, params: { minimum: minVersion } },
      source: stack.source(row?.source ?? ''),
    },
  ];
}

function dockerChoice(stack: Stack): VersionChoice[] {
  return atLeast(stack, 'docker', ['docker', '24.0'], stack.facts.docker?.serverVersion ?? null);
}

/** From 1.17.8 on the known ways out of a container are closed. */
function toolkitChoice(stack: Stack): VersionChoice[] {
  const installed = stack.facts['nvidia-container-toolkit']?.version ?? null;
  return atLeast(stack, 'container-toolkit', ['container-toolkit', '1.17.8'], installed);
}

/** The newest PyTorch with a wheel that is no experiment, the newest Python that it and Triton's images have, and DeepSpeed for it. */
function pythonChoices(stack: Stack, asItIs: Stack): VersionChoice[] {
  const { catalogue, facts } = stack;
  const best = newestWheel(stack, { isStable: true });
  if (best === null) return [];
  const environments = facts['python-environments']?.environments ?? [];
  const rows = judgePython(asItIs);
  const kept = environments.find(
    ({ prefix, torch }) =>
      torch !== null && rows.some(({ id, verdict }) => id === `torch:${prefix}` && verdict === 'fits'),
  );
  const other = environments.find(({ torch }) => torch !== null);
  const nameOf = (one: typeof kept) => (one?.torch ? `${one.torch.version} (${one.name})` : null);
  const python = [catalogue.triton[0]?.python ?? best.pythonMax, best.pythonMax].sort(compareVersions)[0] ?? null;
  const deepspeed = newest(
    catalogue.deepspeed.filter(
      ({ torchFrom, torchTo }) =>
        isAtLeast(best.torch, torchFrom) && (torchTo === null || isAtLeast(torchTo, best.torch)),
    ),
    (one) => one.deepspeed,
  );
  const packaged = environments.flatMap(({ packages }) => packages.filter(({ name }) => name === 'deepspeed'));
  const source = stack.source(best.source);
  const base = { isMinimum: false, source };
  return [
    {
      ...base,
      part: 'pytorch',
      state: kept ? 'adopt' : 'install',
      wanted: kept?.torch?.version ?? `${best.torch}+cu${best.cuda.replace('.', '')}`,
      installed: nameOf(kept ?? other),
      reason: kept
        ? { key: 'compatibility.chooseTorchKept', params: { environment: kept.name } }
        : { key: 'compatibility.chooseTorch', params: { cuda: best.cuda, minimum: best.minDriver } },
    },
    {
      ...base,
      part: 'python',
      state: 'install',
      wanted: kept?.pythonVersion ?? python,
      installed: kept?.pythonVersion ?? null,
      ...(kept ? { state: 'adopt' as const } : {}),
      reason: {
        key: 'compatibility.choosePython',
        params: {
          torch: best.torch,
          first: best.pythonMin,
          last: best.pythonMax,
          image: catalogue.triton[0]?.python ?? '',
        },
      },
    },
    ...(deepspeed === null
      ? []
      : [
          {
            ...base,
            part: 'deepspeed' as const,
            state: packaged[0] ? ('adopt' as const) : ('install' as const),
            wanted: packaged[0]?.version ?? deepspeed.deepspeed,
            installed: packaged[0]?.version ?? null,
            reason: { key: 'compatibility.chooseDeepspeed', params: { torch: best.torch } },
            source: stack.source(deepspeed.source),
          },
        ]),
  ];
}

/** Images whose CUDA these GPUs and this driver run; one that runs already and fits stays. */
function imageChoices(stack: Stack): VersionChoice[] {
  const flavours = [
    // As `serve-triton` has it.
    ['triton', 'py3'],
    ['vllm', 'vllm-python-py3'],
  ] as const;
  return flavours.map(([part, flavour]): VersionChoice => {
    const rows = tritonRows(stack, flavour);
    const running = rows.find(({ tag }) =>
      (stack.facts.docker?.containers ?? []).some(({ image }) => image?.endsWith(`tritonserver:${tag}`)),
    );
    const kept = running && runsPrebuilt(stack, running.cuda) ? running : null;
    const best = tritonRow(stack, flavour);
    const one = kept ?? best;
    const isWhole = one !== null && isAtLeast(stack.driver ?? '', one.packagedDriver);
    const key = one === null ? 'noneKnown' : isWhole ? 'chooseImage' : 'chooseImageMinor';
    return {
      part,
      state: kept ? 'adopt' : best === null ? 'none' : running ? 'replace' : 'install',
      wanted: one && tritonName(one.tag),
      isMinimum: false,
      installed: running?.tag ?? null,
      reason: {
        key: `compatibility.${key}`,
        params: one ? { cuda: one.cuda, packaged: one.packagedDriver, major: majorOf(one.cuda) } : {},
      },
      source: stack.source((one ?? rows[0])?.source ?? ''),
    };
  });
}

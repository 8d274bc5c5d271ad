import type { PythonEnvironment } from '../facts/software';
import { cudaOnDriver } from './cuda-on-driver';
import type { CompatibilityRow } from './report';
import { type JudgedGpu, runsOn, type Stack } from './stack';
import { compareVersions, isAtLeast, minorOf } from './versions';
import { type Check, rowsOf } from './worst';

const group = 'python' as const;

/** PyTorch of each environment: its CUDA against the driver, its code against each GPU, and packages that break it. */
export function judgePython(stack: Stack): CompatibilityRow[] {
  const environments = stack.facts['python-environments']?.environments ?? [];
  return [
    ...environments.flatMap((environment, index): CompatibilityRow[] => {
      const { torch, name, prefix } = environment;
      if (torch === null) return [];
      const checks = torchChecks(stack, environment, torch);
      const base = {
        id: `torch:${prefix}`,
        group,
        subject: { key: 'compatibility.subjectTorch', params: { environment: name, version: torch.version } },
        evidence: { probeId: 'python-environments', factPath: `environments.${index}.torch.version` },
      };
      // What fits is told once, by what it needs of the driver and of the GPUs together.
      return rowsOf(base, checks, checks.length > 0 ? fitting(stack, torch, checks) : undefined);
    }),
    ...unreadable(stack),
  ];
}

/** Homes that this login may not look into may have environments of their own. */
function unreadable(stack: Stack): CompatibilityRow[] {
  const count = stack.facts['python-environments']?.unreadableHomes ?? 0;
  if (count === 0 || ((stack.gpus ?? []).length === 0 && stack.driver === null)) return [];
  return [
    {
      id: 'homes',
      group,
      subject: { key: 'compatibility.subjectHomes' },
      verdict: 'unknown',
      found: null,
      needed: null,
      reason: { key: 'compatibility.homesUnreadable', params: { count } },
      evidence: { probeId: 'python-environments', factPath: 'unreadableHomes' },
      ...stack.rule('R6'),
    },
  ];
}

type Torch = NonNullable<PythonEnvironment['torch']>;

function torchChecks(stack: Stack, environment: PythonEnvironment, torch: Torch): Check[] {
  const { gpus } = stack;
  const hasNvidia = gpus !== null && gpus.length > 0;
  const hasAmd = (stack.facts['amd-gpu']?.gpus.length ?? 0) > 0;
  const source = stack.rule('R6');
  const params = { version: torch.version };
  const conflicts = [...conflictsOf(stack, environment, torch), ...companionsOf(stack, environment, torch)];
  const found =
    torch.hipVersion !== null
      ? `ROCm ${torch.hipVersion}`
      : torch.cudaVersion !== null
        ? `CUDA ${torch.cudaVersion}`
        : 'CPU';
  const check = (verdict: Check['verdict'], key: string, needed: string | null): Check => ({
    verdict,
    found,
    needed,
    reason: { key: `compatibility.${key}`, params },
    ...source,
  });
  if (torch.hipVersion !== null) {
    if (hasNvidia && !hasAmd) return [check('does-not-fit', 'torchForAmd', 'CUDA')];
    // The tables know of NVIDIA's side alone.
    return hasAmd ? [check('unknown', 'torchAmdUntold', null), ...conflicts] : conflicts;
  }
  if (torch.cudaVersion === null) {
    return hasNvidia || hasAmd
      ? [check('limits', 'torchCpuOnly', hasNvidia ? 'CUDA' : 'ROCm'), ...conflicts]
      : conflicts;
  }
  if (!hasNvidia && hasAmd) return [check('does-not-fit', 'torchForNvidia', 'ROCm'), ...conflicts];
  if (!hasNvidia && stack.driver === null) return [check('unknown', 'torchNoGpu', null), ...conflicts];
  return [
    cudaOnDriver(stack, torch.cudaVersion, 'prebuilt', false),
    ...(gpus ?? []).map((gpu) => codeForGpu(stack, torch, torch.cudaVersion ?? '', gpu)),
    ...conflicts,
  ];
}

/** `sm_90`, as PyTorch's own message names it. */
const sm = (capability: string) => `sm_${capability.replace('.', '')}`;

/** Whether the wheel holds code that this GPU can run (rule R8). */
function codeForGpu(stack: Stack, torch: Torch, cuda: string, gpu: JudgedGpu): Check {
  const { catalogue } = stack;
  const { capability } = gpu;
  const version = torch.version;
  if (capability === null) {
    const reason = { key: 'compatibility.torchUnknownGpu', params: { gpu: gpu.name, version } };
    return { verdict: 'unknown', found: `CUDA ${cuda}`, needed: null, reason, ...stack.rule('R8') };
  }
  const params = { gpu: gpu.name, capability: sm(capability), version, cuda };
  const check = (
    verdict: Check['verdict'],
    key: string,
    needed: string | null,
    source: string,
    found = `CUDA ${cuda}`,
  ): Check => ({
    verdict,
    found,
    needed,
    reason: { key: `compatibility.${key}`, params },
    ruleId: 'R8',
    source: stack.source(source),
  });
  const list = listFor(stack, version, cuda);
  if (list) {
    const isSupported =
      list.capabilities.some((code) => runsOn(code, capability)) ||
      (list.ptx !== null && isAtLeast(capability, list.ptx));
    return check(
      isSupported ? 'fits' : 'does-not-fit',
      isSupported ? 'torchHasCode' : 'torchLacksCode',
      sm(capability),
      list.source,
      [...list.capabilities.map(sm), ...(list.ptx === null ? [] : [`${sm(list.ptx)} PTX`])].join(', '),
    );
  }
  const minimum = catalogue.pytorchMinimums.filter((one) => runsOn(one.capability, capability)).at(-1);
  if (minimum) {
    const isSupported = isAtLeast(version, minimum.torch) && isAtLeast(cuda, minimum.cuda);
    const needed = `PyTorch ≥ ${minimum.torch}, CUDA ≥ ${minimum.cuda}`;
    const found = `PyTorch ${version}, CUDA ${cuda}`;
    if (!isSupported) return check('does-not-fit', 'torchLacksCode', needed, minimum.source, found);
    return isOfficial(version)
      ? check('fits', 'torchHasCode', needed, minimum.source, found)
      : check('unknown', 'torchOwnBuild', needed, minimum.source, found);
  }
  // Of generations before Hopper the tables say only when CUDA itself began and, for 13, ended with them.
  const own = gpu.architecture?.computeCapabilities.find((one) => runsOn(one.capability, capability));
  if (!own) return check('unknown', 'torchCodeUnknown', null, 'pytorch-release-md');
  if (!isAtLeast(cuda, own.firstCuda))
    return check('does-not-fit', 'torchLacksCode', `CUDA ≥ ${own.firstCuda}`, 'driver-guide-matrix-2');
  if (own.lastCudaMajor !== null && isAtLeast(cuda, `${own.lastCudaMajor + 1}`)) {
    return check('does-not-fit', 'torchLacksCode', `CUDA ≤ ${own.lastCudaMajor}.x`, 'driver-guide-matrix-2');
  }
  // Wheels of CUDA 12.8 and later left out the oldest generations at different releases, which no source here tells.
  if (own.lastCudaMajor !== null && isAtLeast(cuda, '12.8'))
    return check('unknown', 'torchCodeUnknown', null, 'pytorch-release-md');
  return isOfficial(version)
    ? check('fits', 'torchHasCode', `CUDA ≥ ${own.firstCuda}`, 'pytorch-releases')
    : check('unknown', 'torchOwnBuild', null, 'pytorch-releases');
}

/** What a release's wheels of one CUDA version hold, where that is listed: 12.6.3 stands for all of 12.6. */
export function listFor({ catalogue }: Stack, torch: string, cuda: string) {
  if (!isOfficial(torch)) return null;
  const minor = minorOf(torch);
  return (
    catalogue.pytorchArchitectures.find(
      (one) => one.cuda === minorOf(cuda) && isAtLeast(minor, one.torchFrom) && isAtLeast(one.torchTo, minor),
    ) ?? null
  );
}

/** `2.5.1`, `2.5.1+cu124`; not `2.7.0a0+git1234` or `2.6.0a0+df5bbc09d1.nv24.12`, which hold what their builder chose. */
function isOfficial(version: string): boolean {
  return /^\d+(\.\d+)*(\+cu\d+)?$/.test(version);
}

function conflictsOf(stack: Stack, { packages }: PythonEnvironment, torch: Torch): Check[] {
  const minor = minorOf(torch.version);
  const origin = packages.find(({ name }) => name === 'pytorch' || name === 'torch')?.source ?? null;
  return stack.catalogue.pytorchConflicts.flatMap((conflict): Check[] => {
    const other = packages.find(({ name }) => name === conflict.package);
    if (!other || compareVersions(other.version, conflict.below) < 0) return [];
    if (!isAtLeast(minor, conflict.torchFrom) || !isAtLeast(conflict.torchTo, minor)) return [];
    if (conflict.installedBy !== null && conflict.installedBy !== origin) return [];
    const params = { version: torch.version, package: conflict.package, found: other.version, below: conflict.below };
    return [
      {
        verdict: conflict.package === 'mkl' ? 'does-not-fit' : 'limits',
        found: `${conflict.package} ${other.version}`,
        needed: `< ${conflict.below}`,
        reason: { key: 'compatibility.torchConflict', params },
        ruleId: null,
        source: stack.source(conflict.source),
      },
    ];
  });
}

/** Packages that go with one PyTorch: torchvision of the same release, DeepSpeed with a range of releases. */
function companionsOf({ catalogue, source }: Stack, { packages }: PythonEnvironment, torch: Torch): Check[] {
  const minor = minorOf(torch.version);
  const installed = (name: string) => packages.find((one) => one.name === name)?.version ?? null;
  const check = (name: string, version: string, found: string, needed: string, from: string): Check => ({
    verdict: 'limits',
    found,
    needed,
    reason: { key: 'compatibility.torchCompanion', params: { package: name, found: version, version: torch.version } },
    ruleId: null,
    source: source(from),
  });
  const vision = installed('torchvision');
  const release = catalogue.pytorch.find((one) => one.torch === minor);
  const deepspeed = installed('deepspeed');
  const range = catalogue.deepspeed.find((one) => one.deepspeed === deepspeed);
  const isBefore = range !== undefined && !isAtLeast(minor, range.torchFrom);
  const isAfter = range !== undefined && range.torchTo !== null && !isAtLeast(range.torchTo, minor);
  return [
    ...(release && vision !== null && minorOf(vision) !== release.torchvision
      ? [check('torchvision', vision, `torchvision ${vision}`, `torchvision ${release.torchvision}.x`, release.source)]
      : []),
    ...(range && deepspeed !== null && (isBefore || isAfter)
      ? [
          check(
            'DeepSpeed',
            deepspeed,
            `PyTorch ${torch.version}`,
            `PyTorch ${[`≥ ${range.torchFrom}`, range.torchTo && `≤ ${range.torchTo}`].filter(Boolean).join(', ')}`,
            range.source,
          ),
        ]
      : []),
  ];
}

function fitting(stack: Stack, torch: Torch, checks: readonly Check[]): Check {
  const [first, ...rest] = checks as [Check, ...Check[]];
  const codes = rest
    .filter(({ ruleId }) => ruleId === 'R8')
    .map(({ reason }) => String(reason.params?.capability ?? ''));
  if (codes.length === 0) return first;
  const params = {
    version: torch.version,
    cuda: torch.cudaVersion ?? '',
    minimum: first.needed ?? '',
    driver: stack.driver ?? '',
    capabilities: [...new Set(codes)].join(', '),
  };
  return { ...first, reason: { key: 'compatibility.torchFits', params } };
}

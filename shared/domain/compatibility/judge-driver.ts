import type { CompatibilityRow } from './report';
import type { JudgedGpu, Stack } from './stack';
import { majorOf } from './versions';

/** Driver against GPU generation, kernel-module flavour, the driver's own libraries, Fabric Manager, and how long it is looked after. */
export function judgeDriver(stack: Stack): CompatibilityRow[] {
  return [
    ...(stack.gpus ?? []).flatMap((gpu) => [driverOnGpu(stack, gpu), moduleFlavour(stack, gpu)]),
    ...driverLibraries(stack),
    ...fabricManager(stack),
    ...otherOfDriver(stack),
    ...endOfLife(stack),
  ].filter((row) => row !== null);
}

const group = 'driver' as const;

function driverOnGpu(stack: Stack, gpu: JudgedGpu): CompatibilityRow {
  const { driver } = stack;
  const subject = { key: 'compatibility.subjectDriverGpu', params: { gpu: gpu.name } };
  const base = {
    id: `driver-gpu:${gpu.name}`,
    group,
    subject,
    found: driver,
    evidence: stack.driverEvidence,
    ruleId: null,
  };
  const { architecture } = gpu;
  if (architecture === null) {
    const reason = { key: 'compatibility.unknownGpu', params: { gpu: gpu.name } };
    return { ...base, verdict: 'unknown', needed: null, reason, source: stack.source('driver-guide-matrix') };
  }
  const source = stack.source(architecture.source);
  const first = firstBranch(stack, gpu);
  const last = architecture.lastDriverBranch;
  const needed = [first && `≥ ${first}`, last && `≤ ${last}`].filter(Boolean).join(', ') || null;
  const params = {
    gpu: gpu.name,
    architecture: architecture.architecture,
    driver: driver ?? '',
    first: first ?? '',
    last: last ?? '',
  };
  const row = (verdict: CompatibilityRow['verdict'], key: string): CompatibilityRow => ({
    ...base,
    verdict,
    needed,
    reason: { key: `compatibility.${key}`, params },
    source,
  });
  if (driver === null) {
    if (stack.facts['gpu-driver'] === undefined || gpu.isListed) return row('unknown', 'noDriver');
    // The kernel says that no NVIDIA module is loaded, and the bus that there is a GPU.
    const key = gpu.otherDriver === null ? 'driverNotLoaded' : 'driverOther';
    return {
      ...row('does-not-fit', key),
      found: gpu.otherDriver,
      needed: 'nvidia',
      reason: { key: `compatibility.${key}`, params: { ...params, other: gpu.otherDriver ?? '' } },
      evidence: { ...gpu.evidence, factPath: gpu.evidence.factPath.replace(/name$/, 'driver') },
    };
  }
  const branch = majorOf(driver);
  if (last !== null && branch > last) return row('does-not-fit', 'gpuDropped');
  if (first !== null && branch < first) return row('does-not-fit', 'gpuTooNew');
  return row('fits', last === null ? 'gpuSupported' : 'gpuSupportedLast');
}

/** The first branch as the tables tell it, else that of the driver which came with the generation's first CUDA. */
export function firstBranch({ catalogue }: Stack, { architecture, capability }: JudgedGpu): number | null {
  if (architecture === null) return null;
  if (architecture.firstDriverBranch !== null) return architecture.firstDriverBranch;
  const capabilities = architecture.computeCapabilities;
  const firstCuda = (capabilities.find((one) => one.capability === capability) ?? capabilities[0])?.firstCuda;
  const releases = catalogue.cudaReleases.filter(({ cuda }) => cuda === firstCuda);
  const packaged = releases.find(({ update }) => update === 0)?.packagedDriver;
  if (packaged !== undefined) return majorOf(packaged);
  const floor = catalogue.cudaMajors.find(
    ({ cudaMajor }) => firstCuda !== undefined && cudaMajor === majorOf(firstCuda),
  );
  return floor && firstCuda === `${floor.cudaMajor}.0` ? majorOf(floor.minDriver) : null;
}

/** Grace Hopper and Grace Blackwell take the open module whatever their generation does. Null: either will do. */
export function flavourOf({ name, architecture }: JudgedGpu): 'open' | 'proprietary' | null {
  const wanted = architecture?.kernelModules ?? 'either';
  if (wanted !== 'either') return wanted;
  return /\bGH200\b|GB10\b|GB[23]00\b/.test(name) ? 'open' : null;
}

function moduleFlavour(stack: Stack, gpu: JudgedGpu): CompatibilityRow | null {
  const { architecture } = gpu;
  const isOpen = stack.facts['gpu-driver']?.isOpenKernelModule ?? null;
  if (architecture === null || (stack.driver === null && architecture.kernelModules === 'either')) return null;
  const wanted = flavourOf(gpu) ?? 'either';
  const found = isOpen === null ? null : isOpen ? 'open' : 'proprietary';
  const params = { gpu: gpu.name, architecture: architecture.architecture, found: found ?? '' };
  const verdict =
    wanted === 'either' ? 'fits' : found === null ? 'unknown' : found === wanted ? 'fits' : 'does-not-fit';
  const key =
    wanted === 'either'
      ? 'moduleEither'
      : found === null
        ? 'moduleUnknown'
        : wanted === 'open'
          ? 'moduleOpen'
          : 'moduleProprietary';
  return {
    id: `module-gpu:${gpu.name}`,
    group,
    subject: { key: 'compatibility.subjectModuleGpu', params: { gpu: gpu.name } },
    verdict,
    found,
    needed: wanted === 'either' ? 'open | proprietary' : wanted,
    reason: { key: `compatibility.${key}`, params },
    ruleId: null,
    source: stack.source(architecture.source),
    evidence: { probeId: 'gpu-driver', factPath: 'isOpenKernelModule' },
  };
}

/** Rule R7: the libraries that programs load are of the loaded module's version, and so will be what the next boot loads. */
function driverLibraries(stack: Stack): CompatibilityRow[] {
  const facts = stack.facts['gpu-driver'];
  const loaded = facts?.kernelModuleVersion ?? null;
  if (!facts || loaded === null) return [];
  const versions = [...new Set(facts.userLibraries.map(({ version }) => version))];
  const base = { group, needed: `= ${loaded}`, ...stack.rule('R7') };
  const rows: CompatibilityRow[] = [];
  if (versions.length > 0) {
    // More than one is the rest of an update, or of another package; the loaded one has to be among them.
    const isThere = versions.includes(loaded);
    rows.push({
      ...base,
      id: 'driver-libraries',
      subject: { key: 'compatibility.subjectLibraries' },
      verdict: !isThere ? 'does-not-fit' : versions.length > 1 ? 'limits' : 'fits',
      found: versions.join(', '),
      reason: {
        key: `compatibility.${!isThere ? 'librariesDiffer' : versions.length > 1 ? 'librariesSeveral' : 'librariesSame'}`,
        params: { loaded, found: versions.join(', ') },
      },
      evidence: { probeId: 'gpu-driver', factPath: 'userLibraries' },
    });
  }
  const installed = facts.installedModuleVersion;
  if (installed !== null && installed !== loaded) {
    rows.push({
      ...base,
      id: 'driver-pending',
      subject: { key: 'compatibility.subjectPendingDriver' },
      verdict: 'limits',
      found: installed,
      reason: { key: 'compatibility.driverPending', params: { loaded, installed } },
      evidence: { probeId: 'gpu-driver', factPath: 'installedModuleVersion' },
    });
  }
  return rows;
}

/** Rule R7: on machines with NVSwitch, Fabric Manager and the driver are of exactly one version. */
function fabricManager(stack: Stack): CompatibilityRow[] {
  const { facts, driver } = stack;
  const packages = facts.packages?.packages ?? [];
  const packaged = packages.find(({ name }) =>
    /^nvidia-fabric-?manager(-\d+)?$|^cuda-drivers-fabricmanager/.test(name),
  );
  const version =
    facts.services?.fabricManagerVersion ?? packaged?.version.replace(/^\d+:/, '').replace(/-.*/, '') ?? null;
  const hasFabric = (facts.gpu?.gpus ?? []).some(
    ({ fabric }) => fabric.state !== null && !/^n\/?a$/i.test(fabric.state),
  );
  if (version === null && !hasFabric) return [];
  const isSame = version !== null && version === driver;
  return [
    {
      id: 'fabric-manager',
      group,
      subject: { key: 'compatibility.subjectFabricManager' },
      verdict: version === null || driver === null ? 'unknown' : isSame ? 'fits' : 'does-not-fit',
      found: version,
      needed: driver === null ? null : `= ${driver}`,
      reason: {
        key: `compatibility.${driver === null ? 'noDriver' : version === null ? 'fabricManagerUnknown' : isSame ? 'fabricManagerSame' : 'fabricManagerDiffers'}`,
        params: { version: version ?? '', driver: driver ?? '' },
      },
      evidence:
        facts.services?.fabricManagerVersion != null
          ? { probeId: 'services', factPath: 'fabricManagerVersion' }
          : packaged
            ? { probeId: 'packages', factPath: `packages.${packages.indexOf(packaged)}.version` }
            : null,
      ...stack.rule('R7'),
    },
  ];
}

/**
 * Rule R7 for what else talks to the driver's kernel side, by its package: `libnvidia-nscq-550 550.127.08-1`,
 * `nvidia-imex-550 550.127.08-0ubuntu1`, `nvidia-imex 580.95.05-1`.
 */
function otherOfDriver(stack: Stack): CompatibilityRow[] {
  const { facts, driver } = stack;
  return (facts.packages?.packages ?? []).flatMap((each, index): CompatibilityRow[] => {
    const kind = /^(libnvidia-nscq|nvidia-imex)(?:-\d{3})?$/.exec(each.name)?.[1];
    const version = /^(?:\d+:)?(\d{3}(?:\.\d+){1,2})/.exec(each.version)?.[1];
    if (kind === undefined || version === undefined) return [];
    const name = kind === 'nvidia-imex' ? 'IMEX' : 'NSCQ';
    const isSame = version === driver;
    return [
      {
        id: `of-driver:${each.name}`,
        group,
        subject: { key: 'compatibility.subjectOfDriver', params: { name } },
        verdict: driver === null ? 'unknown' : isSame ? 'fits' : 'does-not-fit',
        found: version,
        needed: driver === null ? null : `= ${driver}`,
        reason: {
          key: `compatibility.${driver === null ? 'noDriver' : isSame ? 'ofDriverSame' : 'ofDriverDiffers'}`,
          params: { name, version, driver: driver ?? '' },
        },
        evidence: { probeId: 'packages', factPath: `packages.${index}.version` },
        ...stack.rule('R7'),
      },
    ];
  });
}

export function hasEnded(
  branch: { readonly hasEnded: boolean; readonly endOfLife: string | null },
  month: string,
): boolean {
  return branch.endOfLife === null ? branch.hasEnded : branch.endOfLife < month;
}

/** Branches that get security fixes this month and that every GPU here can have. */
export function maintainedBranches(stack: Stack) {
  const gpus = stack.gpus ?? [];
  const first = Math.max(0, ...gpus.map((gpu) => firstBranch(stack, gpu) ?? 0));
  const last = Math.min(Infinity, ...gpus.map(({ architecture }) => architecture?.lastDriverBranch ?? Infinity));
  return stack.catalogue.driverBranches.filter(
    (branch) =>
      (branch.designation === 'production' || branch.designation === 'long-term-support') &&
      !hasEnded(branch, stack.month) &&
      branch.branch >= first &&
      branch.branch <= last,
  );
}

function endOfLife(stack: Stack): CompatibilityRow[] {
  const { driver, catalogue, month } = stack;
  if (driver === null) return [];
  const number = majorOf(driver);
  const branch = catalogue.driverBranches.find((one) => one.branch === number);
  const maintained = maintainedBranches(stack).map((one) => one.branch);
  const base = {
    id: 'driver-branch',
    group,
    subject: { key: 'compatibility.subjectBranch', params: { branch: number } },
    found: String(number),
    needed: maintained.length > 0 ? maintained.join(' | ') : null,
    evidence: stack.driverEvidence,
    ruleId: null,
  };
  const params = { branch: number, month: branch?.endOfLife ?? '' };
  if (!branch) {
    const reason = { key: 'compatibility.branchUnlisted', params };
    return [{ ...base, verdict: 'unknown', reason, source: stack.source('driver-guide-615') }];
  }
  const isOver = hasEnded(branch, month);
  const isKnown = branch.endOfLife !== null;
  const key = isOver ? (isKnown ? 'branchEnded' : 'branchEndedUndated') : isKnown ? 'branchSupported' : 'branchUndated';
  return [
    {
      ...base,
      verdict: isOver ? 'limits' : isKnown ? 'fits' : 'unknown',
      // A new-feature branch is looked after for a while, too.
      needed:
        [...new Set([...maintained, ...(isKnown && !isOver ? [number] : [])])].sort((a, b) => a - b).join(' | ') ||
        null,
      reason: { key: `compatibility.${key}`, params },
      source: stack.source(branch.source),
    },
  ];
}

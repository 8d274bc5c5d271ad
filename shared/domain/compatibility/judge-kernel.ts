import type { PendingChangesFacts } from '../facts/software';
import type { CompatibilityRow } from './report';
import type { Stack } from './stack';
import { isAtLeast, minorOf } from './versions';

const group = 'kernel' as const;

/** The running kernel, and the one that the next boot starts, against the driver. */
export function judgeKernel(stack: Stack): CompatibilityRow[] {
  if (stack.gpus !== null && stack.gpus.length === 0 && stack.driver === null) return [];
  return [...running(stack), ...next(stack)];
}

export function operatingSystemOf({ facts, catalogue }: Stack) {
  const { id, versionId } = facts.os ?? {};
  return (
    catalogue.operatingSystems.find(
      ({ ids, version }) =>
        typeof id === 'string' &&
        ids.includes(id) &&
        (versionId === version || versionId?.startsWith(`${version}.`) === true),
    ) ?? null
  );
}

function running(stack: Stack): CompatibilityRow[] {
  const { facts } = stack;
  const kernel = facts.os?.kernelRelease ?? null;
  const driver = facts['gpu-driver'];
  if (kernel === null || !driver) return [];
  const system = operatingSystemOf(stack);
  const loaded = driver.kernelModuleVersion;
  const base = {
    id: 'kernel-driver',
    group,
    subject: { key: 'compatibility.subjectKernel' },
    found: kernel,
    evidence: { probeId: 'os', factPath: 'kernelRelease' },
    ruleId: null,
  };
  const params = { kernel, driver: loaded ?? '', system: system?.name ?? '', series: system?.kernels.join(', ') ?? '' };
  if (loaded === null) {
    // Whether that is wrong depends on there being a GPU, which without a driver only its libraries tell.
    if (driver.userLibraries.length === 0 && driver.installedModuleVersion === null) return [];
    const reason = { key: 'compatibility.moduleNotLoaded', params };
    return [
      {
        ...base,
        verdict: 'does-not-fit',
        found: null,
        needed: 'nvidia.ko',
        reason,
        source: stack.source('installation-guide-modules'),
      },
    ];
  }
  if (!system) {
    const reason = { key: 'compatibility.kernelOfUnknownSystem', params };
    return [{ ...base, verdict: 'unknown', needed: null, reason, source: stack.source('installation-guide-modules') }];
  }
  const isKnown = system.kernels.includes(minorOf(kernel));
  return [
    {
      ...base,
      verdict: isKnown ? 'fits' : 'unknown',
      needed: system.kernels.join(' | '),
      reason: { key: isKnown ? 'compatibility.kernelFits' : 'compatibility.kernelUnlisted', params },
      source: stack.source(system.source),
    },
  ];
}

/** A newer kernel that is installed and for which there is no NVIDIA module: after a restart there are no GPUs. */
function next(stack: Stack): CompatibilityRow[] {
  const { facts } = stack;
  const pending = facts['pending-changes'];
  const current = pending?.runningKernel ?? facts.os?.kernelRelease ?? null;
  if (!pending || current === null || facts['gpu-driver']?.kernelModuleVersion == null) return [];
  const newest = nextKernel({ ...pending, runningKernel: current });
  if (!newest || newest.hasNvidiaModule === null) return [];
  const hasModule = newest.hasNvidiaModule;
  const system = operatingSystemOf(stack);
  // Ubuntu's newer kernels for 22.04 are built with another compiler than the system's own.
  const needsCompiler =
    system?.kernelCompilerNote != null &&
    isAtLeast(newest.release, '6.5') &&
    facts.packages !== undefined &&
    !facts.packages.packages.some(({ name }) => name === 'gcc-12');
  const params = { kernel: newest.release, current };
  return [
    {
      id: 'kernel-next',
      group,
      subject: { key: 'compatibility.subjectNextKernel', params: { kernel: newest.release } },
      verdict: hasModule ? 'fits' : 'does-not-fit',
      found: hasModule ? 'nvidia.ko' : null,
      needed: 'nvidia.ko',
      reason: {
        key: `compatibility.${hasModule ? 'nextKernelHasModule' : needsCompiler ? 'nextKernelNeedsCompiler' : 'nextKernelWithoutModule'}`,
        params,
      },
      ruleId: null,
      source: stack.source(needsCompiler && system ? system.source : 'installation-guide-modules'),
      evidence: {
        probeId: 'pending-changes',
        factPath: `installedKernels.${pending.installedKernels.indexOf(newest)}.hasNvidiaModule`,
      },
    },
  ];
}

/** The newest installed kernel, where that is not the one that runs: the next restart starts it. */
export function nextKernel({
  runningKernel,
  installedKernels,
}: Pick<PendingChangesFacts, 'runningKernel' | 'installedKernels'>):
  | PendingChangesFacts['installedKernels'][number]
  | null {
  if (runningKernel === null) return null;
  const newest = installedKernels.find(({ release }) => flavourOf(release) === flavourOf(runningKernel));
  return newest && newest.release !== runningKernel ? newest : null;
}

/** `generic` of 6.8.0-57-generic; `el9_#.x#_#` of Red Hat's. Another flavour is not what starts next. */
function flavourOf(release: string): string {
  return release.replace(/^[\d.]+(?:-[\d.]+)*[-.]?/, '').replace(/\d+/g, '#');
}

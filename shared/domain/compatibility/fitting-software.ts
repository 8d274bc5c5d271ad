import { cudaOnDriver, cudaOnGpus } from './cuda-on-driver';
import { listFor } from './judge-python';
import { runsOn, type Stack } from './stack';
import { isAtLeast, majorOf, newest } from './versions';

type CudaRelease = Stack['catalogue']['cudaReleases'][number];

/** What stands for the last release of a branch: more than any has. */
export function lastOfBranch(branch: number): string {
  return `${branch}.9999`;
}

/** Whether what is built already with this CUDA runs on the driver, without its compatibility package, and is for each GPU. */
export function runsPrebuilt(stack: Stack, cuda: string): boolean {
  return cudaOnDriver(stack, cuda, 'prebuilt', false).verdict === 'fits' && isForGpus(stack, cuda);
}

/** A GPU that the tables do not know makes it false. */
export function isForGpus(stack: Stack, cuda: string): boolean {
  return cudaOnGpus(stack, cuda)?.isSupported === true;
}

/** The newest toolkit that needs no newer driver than this; `minDriver`: that runs at all, without what needs its own (rule R3). */
export function newestToolkit(stack: Stack, needs: 'packagedDriver' | 'minDriver'): CudaRelease | null {
  const { driver, catalogue } = stack;
  if (driver === null) return null;
  const fitting = catalogue.cudaReleases.filter((one) => isAtLeast(driver, one[needs]) && isForGpus(stack, one.cuda));
  return newest(fitting, ({ cuda, update }) => `${cuda}.${update}`);
}

/** A wheel of PyTorch: for one CUDA, with the first driver that runs it. */
export type TorchWheel = Stack['catalogue']['pytorch'][number] & { readonly cuda: string; readonly minDriver: string };

/** The newest wheel with code for each GPU that the driver runs, for the newest CUDA. `isStable`: of those that are no experiment. */
export function newestWheel(stack: Stack, { isStable }: { isStable: boolean }): TorchWheel | null {
  const { driver, catalogue } = stack;
  if (driver === null) return null;
  const wheels = catalogue.pytorch.flatMap((release) =>
    Object.entries(release.minDrivers)
      .filter(([cuda]) => !isStable || release.stableCuda.includes(cuda))
      .map(([cuda, minDriver]): TorchWheel => ({ ...release, cuda, minDriver })),
  );
  const usable = wheels.filter(
    ({ torch, cuda, minDriver }) => isAtLeast(driver, minDriver) && hasCode(stack, torch, cuda),
  );
  const release = newest(usable, ({ torch }) => torch);
  return newest(
    usable.filter(({ torch }) => torch === release?.torch),
    ({ cuda }) => cuda,
  );
}

/** Whether the official wheel is known to hold code for each GPU; not known is no. */
function hasCode(stack: Stack, torch: string, cuda: string): boolean {
  return (stack.gpus ?? []).every(({ capability, architecture }) => {
    if (capability === null) return false;
    const list = listFor(stack, torch, cuda);
    if (list)
      return (
        list.capabilities.some((code) => runsOn(code, capability)) ||
        (list.ptx !== null && isAtLeast(capability, list.ptx))
      );
    const minimum = stack.catalogue.pytorchMinimums.filter((one) => runsOn(one.capability, capability)).at(-1);
    if (minimum) return isAtLeast(torch, minimum.torch) && isAtLeast(cuda, minimum.cuda);
    const own = architecture?.computeCapabilities.find((one) => runsOn(one.capability, capability));
    if (!own || !isAtLeast(cuda, own.firstCuda)) return false;
    return own.lastCudaMajor === null || (majorOf(cuda) <= own.lastCudaMajor && !isAtLeast(cuda, '12.8'));
  });
}

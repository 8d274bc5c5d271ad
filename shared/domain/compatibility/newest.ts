import { cudaOnGpus } from './cuda-on-driver';
import { maintainedBranches } from './judge-driver';
import { operatingSystemOf } from './judge-kernel';
import { listFor } from './judge-python';
import type { Newest } from './report';
import { runsOn, type Stack } from './stack';
import { isAtLeast, majorOf, newest } from './versions';

const nothing: Newest = { driver: null, cudaToolkit: null, pytorch: null, triton: null };

/** The newest that runs on a driver. `driver` may be a branch alone, which then stands for its last release. */
function onDriver(stack: Stack, driver: string): Omit<Newest, 'driver'> {
  const { catalogue } = stack;
  const isBranch = !driver.includes('.');
  const has = (minimum: string) => (isBranch ? majorOf(driver) >= majorOf(minimum) : isAtLeast(driver, minimum));
  const onGpus = (cuda: string) => cudaOnGpus(stack, cuda)?.isSupported === true;
  const releaseName = ({ cuda, update }: { cuda: string; update: number }) =>
    update === 0 ? cuda : `${cuda}.${update}`;

  const toolkits = catalogue.cudaReleases.filter((one) => has(one.packagedDriver) && onGpus(one.cuda));
  const toolkit = newest(toolkits, releaseName);
  // Rule R3: newer ones of the same major run as well, without what needs their own driver.
  const limited = newest(
    catalogue.cudaReleases.filter((one) => has(one.minDriver) && onGpus(one.cuda)),
    releaseName,
  );
  const wheels = catalogue.pytorch.flatMap((release) =>
    Object.entries(release.minDrivers).map(([cuda, minDriver]) => ({ ...release, cuda, minDriver })),
  );
  const usable = wheels.filter((one) => has(one.minDriver) && hasCode(stack, one.torch, one.cuda));
  const torch = newest(usable, ({ torch: version }) => version);
  const best = newest(
    usable.filter((one) => one.torch === torch?.torch),
    ({ cuda }) => cuda,
  );
  const images = catalogue.triton
    .flatMap((one) => [one.vllm, one.trtllm].map((image) => ({ ...image, release: one.release, source: one.source })))
    .filter((image) => {
      const floor = catalogue.cudaMajors.find(({ cudaMajor }) => cudaMajor === majorOf(image.cuda))?.minDriver;
      return floor !== undefined && has(floor) && onGpus(image.cuda);
    });
  const triton = newest(images, ({ release }) => release);
  return {
    cudaToolkit: toolkit && {
      version: releaseName(toolkit),
      reason: {
        key: `compatibility.${limited && limited !== toolkit ? 'newestCudaLimited' : 'newestCuda'}`,
        params: { driver, packaged: toolkit.packagedDriver, limited: limited ? releaseName(limited) : '' },
      },
      source: stack.source(toolkit.source),
    },
    pytorch: best && {
      version: `${best.torch} (cu${best.cuda.replace('.', '')})`,
      reason: { key: 'compatibility.newestTorch', params: { driver, cuda: best.cuda, minimum: best.minDriver } },
      source: stack.source(best.source),
    },
    triton: triton && {
      version: triton.tag,
      reason: { key: 'compatibility.newestTriton', params: { driver, cuda: triton.cuda } },
      source: stack.source(triton.source),
    },
  };
}

/** Whether the official wheel is known to hold code for each GPU; not known is no. */
export function hasCode(stack: Stack, torch: string, cuda: string): boolean {
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

/** What user-space software alone can reach: CUDA toolkit, wheels and images; the driver stays. */
export function newestWithoutReboot(stack: Stack): Newest {
  if (stack.driver === null || !hasGpus(stack)) return nothing;
  const driver = {
    version: stack.driver,
    reason: { key: 'compatibility.newestDriverStays' },
    source: stack.rule('R7').source,
  };
  return { driver, ...onDriver(stack, stack.driver) };
}

/** With a restart: the newest branch that is looked after, supports every GPU, and that this system can have. */
export function newestWithReboot(stack: Stack): Newest {
  const { gpus, driver } = stack;
  if (!hasGpus(stack) || gpus === null || gpus.some(({ architecture }) => architecture === null)) return nothing;
  const system = operatingSystemOf(stack);
  const candidates = maintainedBranches(stack);
  const best = candidates.at(-1);
  if (!best) return nothing;
  // A new-feature branch that runs already may be newer than all that are maintained for long.
  if (driver !== null && majorOf(driver) > best.branch) {
    const reason = {
      key: 'compatibility.newestDriverNewer',
      params: { branch: best.branch, month: best.endOfLife ?? '' },
    };
    return { driver: { version: driver, reason, source: stack.source(best.source) }, ...onDriver(stack, driver) };
  }
  const isPackaged = system?.driverBranches.includes(best.branch) ?? false;
  const params = {
    branch: best.branch,
    month: best.endOfLife ?? '',
    system: system?.name ?? stack.facts.os?.prettyName ?? '',
    repository: system?.cudaRepository ?? '',
  };
  return {
    driver: {
      version: String(best.branch),
      reason: {
        key: !system
          ? 'compatibility.newestDriverOther'
          : isPackaged
            ? 'compatibility.newestDriverPackaged'
            : 'compatibility.newestDriverRepository',
        params,
      },
      source: stack.source(best.source),
    },
    ...onDriver(stack, String(best.branch)),
  };
}

function hasGpus({ gpus }: Stack): boolean {
  return gpus !== null && gpus.length > 0;
}

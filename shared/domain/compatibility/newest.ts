import { branchWords } from './driver-needs';
import { tritonRow } from './fitting-images';
import { lastOfBranch, newestToolkit, newestWheel } from './fitting-software';
import { maintainedBranches } from './judge-driver';
import type { Newest } from './report';
import type { Stack } from './stack';
import { majorOf, newest } from './versions';

const nothing: Newest = { driver: null, cudaToolkit: null, pytorch: null, triton: null };

/** The newest that runs on the driver of the stack. `shown`: how words call that. */
function onDriver(stack: Stack, shown: string): Omit<Newest, 'driver'> {
  const releaseName = ({ cuda, update }: { cuda: string; update: number }) =>
    update === 0 ? cuda : `${cuda}.${update}`;
  const toolkit = newestToolkit(stack, 'packagedDriver');
  // Rule R3: newer ones of the same major run as well, without what needs their own driver.
  const limited = newestToolkit(stack, 'minDriver');
  const torch = newestWheel(stack, { isStable: false });
  const images = [tritonRow(stack, 'vllm-python-py3'), tritonRow(stack, 'trtllm-python-py3')];
  const triton = newest(
    images.filter((one) => one !== null),
    ({ release }) => release,
  );
  return {
    cudaToolkit: toolkit && {
      version: releaseName(toolkit),
      reason: {
        key: `compatibility.${limited && limited !== toolkit ? 'newestCudaLimited' : 'newestCuda'}`,
        params: { driver: shown, packaged: toolkit.packagedDriver, limited: limited ? releaseName(limited) : '' },
      },
      source: stack.source(toolkit.source),
    },
    pytorch: torch && {
      version: `${torch.torch} (cu${torch.cuda.replace('.', '')})`,
      reason: {
        key: 'compatibility.newestTorch',
        params: { driver: shown, cuda: torch.cuda, minimum: torch.minDriver },
      },
      source: stack.source(torch.source),
    },
    triton: triton && {
      version: triton.tag,
      reason: { key: 'compatibility.newestTriton', params: { driver: shown, cuda: triton.cuda } },
      source: stack.source(triton.source),
    },
  };
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
  return {
    driver: { version: String(best.branch), ...branchWords(stack, best, 'newest') },
    ...onDriver({ ...stack, driver: lastOfBranch(best.branch) }, String(best.branch)),
  };
}

function hasGpus({ gpus }: Stack): boolean {
  return gpus !== null && gpus.length > 0;
}

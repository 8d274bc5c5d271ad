import type { Stack } from './stack';
import { isAtLeast, majorOf, minorOf } from './versions';
import type { Check } from './worst';

/** What the CUDA version is of: a toolkit compiles and may rely on a newer driver; what is built already needs the floor alone. */
export type CudaUse = 'toolkit' | 'prebuilt';

/**
 * Rules R1 to R4: a driver runs what was built with the same or an older major version, inside one major from its first driver
 * on. So there is no driver that is too new.
 */
export function cudaOnDriver(stack: Stack, cuda: string, use: CudaUse, bringsCompat: boolean): Check {
  const { driver, catalogue } = stack;
  const found = driver;
  if (driver === null) {
    return { verdict: 'unknown', found, needed: null, reason: { key: 'compatibility.noDriver' }, ...stack.rule('R1') };
  }
  const major = majorOf(cuda);
  const row = catalogue.cudaMajors.find(({ cudaMajor }) => cudaMajor === major);
  const params = { cuda, driver };
  if (!row) return outsideTables(stack, driver, cuda);
  const needed = `≥ ${row.minDriver}`;
  if (!isAtLeast(driver, row.minDriver)) return acrossMajors(stack, cuda, row.minDriver, bringsCompat);
  const packaged = packagedDriver(stack, cuda);
  if (use === 'toolkit' && packaged !== null && !isAtLeast(driver, packaged)) {
    return {
      verdict: 'limits',
      found,
      needed: `≥ ${packaged}`,
      reason: { key: 'compatibility.cudaMinor', params: { ...params, packaged, minimum: row.minDriver } },
      ...stack.rule('R3'),
    };
  }
  const isOlder =
    major < (catalogue.driverBranches.find(({ branch }) => branch === majorOf(driver))?.maxCudaMajor ?? major);
  return {
    verdict: 'fits',
    found,
    needed,
    reason: isOlder
      ? { key: 'compatibility.cudaOlder', params }
      : { key: 'compatibility.cudaFits', params: { ...params, minimum: row.minDriver } },
    ...stack.rule(isOlder ? 'R1' : 'R3'),
  };
}

/**
 * CUDA versions before and after the tables. The first driver of the oldest listed major runs all before it (R1); of others
 * the driver's own word counts, the newest CUDA that it runs (R5).
 */
function outsideTables({ catalogue, facts, rule }: Stack, driver: string, cuda: string): Check {
  const oldest = catalogue.cudaMajors.reduce((a, b) => (b.cudaMajor < a.cudaMajor ? b : a));
  const told = facts.gpu?.cudaVersion ?? null;
  const common = { found: driver, needed: null };
  const params = { cuda, driver, told: told ?? '' };
  if (told !== null && isAtLeast(told, minorOf(cuda))) {
    return { ...common, verdict: 'fits', reason: { key: 'compatibility.cudaToldByDriver', params }, ...rule('R5') };
  }
  if (majorOf(cuda) > oldest.cudaMajor) {
    return { ...common, verdict: 'unknown', reason: { key: 'compatibility.cudaUnlisted', params }, ...rule('R1') };
  }
  return isAtLeast(driver, oldest.minDriver)
    ? { ...common, verdict: 'fits', reason: { key: 'compatibility.cudaOlder', params }, ...rule('R1') }
    : { ...common, verdict: 'unknown', reason: { key: 'compatibility.cudaBeforeTables', params }, ...rule('R1') };
}

/** Rule R4: upward across majors only with the compatibility package, on data-centre GPUs. */
function acrossMajors(stack: Stack, cuda: string, minimum: string, bringsCompat: boolean): Check {
  const { driver, gpus, catalogue } = stack;
  const params = { cuda, driver: driver ?? '', minimum };
  const common = { found: driver, needed: `≥ ${minimum}`, ...stack.rule('R4') };
  if (gpus === null || gpus.length === 0) {
    return { verdict: 'does-not-fit', reason: { key: 'compatibility.cudaTooOld', params }, ...common };
  }
  if (gpus.some(({ isGeForce }) => isGeForce)) {
    return { verdict: 'does-not-fit', reason: { key: 'compatibility.cudaTooOldGeForce', params }, ...common };
  }
  if (!bringsCompat)
    return { verdict: 'does-not-fit', reason: { key: 'compatibility.cudaTooOldCompat', params }, ...common };
  // From which drivers the package bridges is a question of their branch.
  const branch = catalogue.driverBranches.find((one) => driver !== null && one.branch === majorOf(driver));
  if (branch?.designation === 'new-feature') {
    const reason = { key: 'compatibility.cudaCompatBranch', params: { ...params, branch: branch.branch } };
    return { verdict: 'does-not-fit', reason, ...common };
  }
  return branch === undefined || branch.designation === 'unknown'
    ? { verdict: 'unknown', reason: { key: 'compatibility.cudaCompatUnknown', params }, ...common }
    : { verdict: 'limits', reason: { key: 'compatibility.cudaCompat', params }, ...common };
}

/** The driver that came with a toolkit: `12.4.1` is 12.4 Update 1. Null: not in the table. */
export function packagedDriver({ catalogue }: Stack, cuda: string): string | null {
  const releases = catalogue.cudaReleases.filter((release) => release.cuda === minorOf(cuda));
  const update = Number(cuda.split('.')[2] ?? 0);
  return (releases.find((release) => release.update === update) ?? releases[0])?.packagedDriver ?? null;
}

/** Whether what a toolkit or wheel of this CUDA version compiles can be for these GPUs at all. Null: one of them is not known. */
export function cudaOnGpus(
  { gpus }: Stack,
  cuda: string,
): {
  readonly isSupported: boolean;
  readonly gpu: string;
  readonly first: string;
  readonly lastMajor: number | null;
} | null {
  let known: ReturnType<typeof cudaOnGpus> = null;
  for (const gpu of gpus ?? []) {
    if (gpu.architecture === null) return null;
    const capabilities = gpu.architecture.computeCapabilities;
    const own =
      capabilities
        .filter(({ capability }) => gpu.capability !== null && isAtLeast(gpu.capability, capability))
        .at(-1) ?? capabilities[0];
    if (!own) return null;
    const isSupported =
      isAtLeast(cuda, own.firstCuda) && (own.lastCudaMajor === null || majorOf(cuda) <= own.lastCudaMajor);
    const one = { isSupported, gpu: gpu.name, first: own.firstCuda, lastMajor: own.lastCudaMajor };
    if (!isSupported) return one;
    known ??= one;
  }
  return known;
}

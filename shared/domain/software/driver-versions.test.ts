import { describe, expect, it } from 'vitest';
import type { GpuDriverFacts } from '../facts/gpu';
import { type DriverVersions, driverVersions } from './driver-versions';

function driver(loaded: string | null, onDisk: string | null, libraries: readonly string[]): GpuDriverFacts {
  return {
    kernelModuleVersion: loaded,
    isOpenKernelModule: null,
    installedModuleVersion: onDisk,
    userLibraries: libraries.map((version) => ({ path: `/usr/lib/libcuda.so.${version}`, version })),
    gccVersion: null,
    loadedModules: [],
    parameters: {},
    moduleBuild: null,
  };
}

describe('the versions of a driver', () => {
  it.each<[string | null, string | null, string[], DriverVersions['relation']]>([
    ['550.90.07', '550.90.07', ['550.90.07', '550.90.07'], 'same'],
    ['550.90.07', null, ['550.90.07'], 'same'],
    ['550.90.07', '550.127.08', ['550.127.08'], 'updated'],
    ['550.90.07', '550.90.07', ['550.127.08'], 'mixed'],
    ['550.90.07', '560.35.03', ['550.127.08'], 'mixed'],
    ['550.90.07', null, ['550.127.08'], 'differs'],
    ['550.90.07', '550.90.07', ['535.54.03', '550.90.07'], 'several'],
    ['550.90.07', '560.35.03', ['550.90.07'], 'pending'],
    ['550.90.07', '550.90.07', [], null],
    [null, '550.90.07', ['550.90.07'], null],
  ])('loaded %s, on disk %s, libraries %s: %s', (loaded, onDisk, libraries, relation) => {
    expect(driverVersions(driver(loaded, onDisk, libraries)).relation).toBe(relation);
  });
});

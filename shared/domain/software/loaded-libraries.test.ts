import { describe, expect, it } from 'vitest';
import type { GpuProcessEnvironmentFacts } from '../facts/gpu';
import { compatFolders, compatLibraries, libraryCopies, userSiteLeaks } from './loaded-libraries';

const wheel = '/opt/env/lib/python3.11/site-packages/nvidia/nccl/lib/libnccl.so.2';

function environment(
  paths: string[] | null,
  { libraryPath, executable = '/opt/env/bin/python3.11' }: { libraryPath?: string; executable?: string } = {},
): GpuProcessEnvironmentFacts {
  return {
    processes: [{ pid: 7, variables: libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath } }],
    isComplete: true,
    libraries: paths === null ? null : [{ pid: 7, executable, paths }],
  };
}

describe('what processes have loaded', () => {
  it('is one file of each library, or too many', () => {
    expect(libraryCopies(environment([wheel, '/x/libcublas.so.12', '/x/libcublasLt.so.12']))).toEqual([]);
    expect(libraryCopies(environment([wheel, '/usr/lib/libnccl.so.2.18.1']))).toEqual([
      { pid: 7, library: 'libnccl', paths: [wheel, '/usr/lib/libnccl.so.2.18.1'] },
    ]);
    expect(libraryCopies(environment(null))).toBeNull();
  });

  it('may come out of ~/.local, which the system Python is meant to do', () => {
    const leaked = '/home/ada/.local/lib/python3.11/site-packages/nvidia/cublas/lib/libcublas.so.12';
    expect(userSiteLeaks(environment([leaked, wheel]))).toEqual([
      { pid: 7, executable: '/opt/env/bin/python3.11', paths: [leaked] },
    ]);
    expect(userSiteLeaks(environment([leaked], { executable: '/usr/bin/python3.11' }))).toEqual([]);
    expect(userSiteLeaks(environment(null))).toBeNull();
  });

  it('tells a compatibility folder that is named from one that is used', () => {
    const libraryPath = '/usr/local/cuda-12.2/compat:/usr/lib';
    expect(compatLibraries(environment(null, { libraryPath }), '12.4')).toEqual([
      { pid: 7, path: '/usr/local/cuda-12.2/compat', cuda: '12.2', isNeedless: true, isLoaded: null },
    ]);
    expect(compatLibraries(environment([wheel], { libraryPath }), '12.4')[0]?.isLoaded).toBe(false);
    const loaded = environment(['/usr/local/cuda-12.6/compat/libcuda.so.560.35.03']);
    expect(compatLibraries(loaded, '12.4')).toMatchObject([{ isLoaded: true, isNeedless: false }]);
    expect(compatLibraries(environment([wheel]), '12.4')).toEqual([]);
  });

  it('reads a pasted library path', () => {
    expect(compatFolders('export LD_LIBRARY_PATH=/usr/local/cuda/compat:/a', '12.4')).toMatchObject([
      { path: '/usr/local/cuda/compat', cuda: null, isNeedless: null },
    ]);
    expect(compatFolders('/usr/local/lib', null)).toEqual([]);
  });
});

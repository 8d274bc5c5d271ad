import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { partsOf } from './index';

const facts = {
  'gpu-driver': {
    kernelModuleVersion: '550.127.08',
    isOpenKernelModule: true,
    installedModuleVersion: '550.127.08',
    userLibraries: [],
    gccVersion: null,
    loadedModules: ['nvidia'],
    parameters: {},
    moduleBuild: null,
  },
  cuda: {
    toolkits: [
      { path: '/usr/local/cuda', version: '12.4.1' },
      { path: '/usr/local/cuda-12.4', version: '12.4.1' },
      { path: '/opt/cuda', version: null },
    ],
    nvccVersion: null,
    libraries: [{ name: 'nccl', version: '2.21.5', path: '/usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5' }],
  },
  services: { services: [], failedUnits: [], fabricManagerVersion: '550.127.08', dcgmVersion: null },
  packages: {
    manager: 'dpkg',
    installedCount: 900,
    held: [],
    packages: [
      { name: 'libnccl-dev', version: '2.21.5-1+cuda12.4', architecture: 'amd64' },
      { name: 'libnccl2', version: '2.21.5-1+cuda12.4', architecture: 'amd64' },
      { name: 'runc', version: '1.1', architecture: 'amd64' },
    ],
  },
  'python-environments': {
    systemPython: null,
    environments: [
      {
        prefix: '/opt/vllm',
        name: 'vllm',
        kind: 'venv',
        pythonVersion: '3.10.12',
        torch: { version: '2.6.0+cu124', cudaVersion: '12.4', hipVersion: null },
        packages: [],
      },
    ],
    unreadableHomes: 0,
  },
} satisfies NodeFacts;

const softwareOf = (read: NodeFacts) =>
  partsOf(read)
    .parts.filter(({ kind }) => kind === 'software')
    .map(({ slot, attributes }) => [slot, attributes.version, attributes.variant]);

describe('software as parts', () => {
  it('has a slot for each component, with its version and which build it is', () => {
    expect(softwareOf(facts)).toEqual([
      ['driver', '550.127.08', 'open'],
      ['cuda-toolkit:12.4', '12.4.1', null],
      ['nccl', '2.21.5', null],
      ['fabric-manager', '550.127.08', null],
      ['env:/opt/vllm', '3.10.12', 'venv'],
      ['env:/opt/vllm/torch', '2.6.0+cu124', 'CUDA 12.4'],
      ['package:libnccl2', '2.21.5-1+cuda12.4', null],
    ]);
  });

  it('says nothing of what its probe could not read, and the rest as before', () => {
    const { 'python-environments': _, ...rest } = facts;
    expect(softwareOf(rest).map(([slot]) => slot)).toEqual([
      'driver',
      'cuda-toolkit:12.4',
      'nccl',
      'fabric-manager',
      'package:libnccl2',
    ]);
    expect(partsOf(rest).sections.map(({ reader }) => reader)).not.toContain('software:python-environments');
  });
});

import { expect, it } from 'vitest';
import en from '../../i18n/en/index';
import zh from '../../i18n/zh-CN/index';
import { compatibilityCatalogue, gpuCatalogue } from '../../knowledge/catalogs/catalogues';
import type { NodeFacts } from '../facts/index';
import { chooseVersions } from './choose-versions';
import { needsOf } from './driver-needs';
import { readStack } from './stack';

interface Node {
  /** On the bus, as lspci names them. */
  readonly cards?: readonly string[];
  readonly vendor?: string;
  readonly driver?: string;
  readonly isOpen?: boolean;
  readonly toolkits?: readonly string[];
  readonly docker?: string;
  readonly toolkit?: string;
  readonly torch?: readonly [version: string, cuda: string];
  readonly fabricManager?: string;
  readonly hasSwitches?: boolean;
  readonly image?: string;
  readonly os?: readonly [string, string];
}

const knowledge = { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '2026-11' };

const device = (name: string, vendorId: string, kind: string, at: number) => ({
  kind,
  vendorId,
  deviceId: name.replace('Device ', '').slice(0, 4),
  pciBusId: `0000:${at + 10}:00.0`,
  name: `NVIDIA Corporation ${name}`,
  driver: null,
});

function choose(node: Node) {
  const { cards = [], vendor = '10de', os = ['ubuntu', '22.04'] } = node;
  const facts = {
    os: { id: os[0], versionId: os[1], kernelRelease: '5.15.0-1-generic', prettyName: 'Test OS' },
    'gpu-devices': {
      devices: [
        ...cards.map((name, at) => device(name, vendor, 'gpu', at)),
        ...(node.hasSwitches ? [device('NVSwitch', '10de', 'nvswitch', 80)] : []),
      ],
    },
    'gpu-driver': {
      kernelModuleVersion: node.driver ?? null,
      isOpenKernelModule: node.isOpen ?? null,
      installedModuleVersion: null,
      userLibraries: [],
    },
    cuda: { toolkits: (node.toolkits ?? []).map((version) => ({ path: `/usr/local/cuda-${version}`, version })) },
    services: { fabricManagerVersion: node.fabricManager ?? null },
    ...(node.docker ? { docker: { serverVersion: node.docker, containers: [{ image: node.image ?? null }] } } : {}),
    ...(node.toolkit ? { 'nvidia-container-toolkit': { version: node.toolkit, cdiFiles: [] } } : {}),
    ...(node.torch
      ? {
          'python-environments': {
            unreadableHomes: 0,
            environments: [
              {
                name: 'llm',
                prefix: '/opt/llm',
                pythonVersion: '3.11.4',
                packages: [],
                torch: { version: node.torch[0], cudaVersion: node.torch[1], hipVersion: null },
              },
            ],
          },
        }
      : {}),
  } as unknown as NodeFacts;
  const stack = readStack(facts, knowledge);
  const { choices, absence } = chooseVersions(stack);
  return {
    choices,
    absence,
    says: Object.fromEntries(choices.map(({ part, state, wanted }) => [part, `${state} ${wanted}`])),
  };
}

const pascal = 'GP102 [TITAN X]';
const volta = 'GV100GL [Tesla V100 SXM2 32GB]';
const turing = 'TU104GL [Tesla T4]';
const ampere = 'GA100 [A100 SXM4 80GB]';
const hopper = 'GH100 [H100 SXM5 80GB]';
const blackwell = 'GB202GL [RTX PRO 6000 Blackwell Server Edition]';

it.each([
  ['Pascal', [pascal], 'proprietary', '12.9.1', '2.13+cu126', '25.07'],
  ['Volta', [volta], 'proprietary', '12.9.1', '2.13+cu126', '25.07'],
  ['Turing', [turing], 'open', '13.0.2', '2.13+cu130', '26.07'],
  ['Ampere', [ampere], 'open', '13.0.2', '2.13+cu130', '26.07'],
  ['Hopper', [hopper, hopper], 'open', '13.0.2', '2.13+cu130', '26.07'],
  ['Blackwell', [blackwell], 'open', '13.0.2', '2.13+cu130', '26.07'],
  ['Pascal beside Ampere', [pascal, ampere], 'proprietary', '12.9.1', '2.13+cu126', '25.07'],
])(
  '%s without a driver: the branch that is looked after longest, and what goes with it',
  (_, cards, flavour, cuda, torch, image) => {
    const { says } = choose({ cards });
    expect(says).toMatchObject({
      driver: 'install 580',
      'kernel-module': `install ${flavour}`,
      'cuda-toolkit': `install ${cuda}`,
      'cuda-image': `install nvidia/cuda:${cuda}-base-ubuntu22.04`,
      docker: 'install 24.0',
      'container-toolkit': 'install 1.17.8',
      python: 'install 3.12',
      pytorch: `install ${torch}`,
      deepspeed: 'install 0.19.6',
      triton: `install nvcr.io/nvidia/tritonserver:${image}-py3`,
    });
  },
);

it.each([
  ['H100', 'Device 2330', 'GH100 [H100]', 'either'],
  ['L4', 'Device 27b8', 'AD104GL [L4]', 'either'],
  ['B200', 'Device 2901', 'GB100 [B200]', 'open'],
  ['B300', 'Device 3182', 'GB110 [B300]', 'open'],
  ['RTX PRO', 'Device 2bb1', 'GB202GL [RTX PRO 6000 Blackwell Workstation Edition]', 'open'],
])('knows an %s by its id where the list of PCI ids is too old for its name', (_, name, known, modules) => {
  const stack = readStack({ 'gpu-devices': { devices: [device(name, '10de', 'gpu', 0)] } } as NodeFacts, knowledge);
  expect([stack.gpus?.[0]?.name, needsOf(stack).modules]).toEqual([known, modules]);
  expect(choose({ cards: [name] }).says).toMatchObject({ driver: 'install 580', pytorch: 'install 2.13+cu130' });
});

it.each([
  [['ubuntu', '22.04'], 'longestDriverPackaged'],
  [['debian', '12'], 'longestDriverRepository'],
  [['rocky', '9.5'], 'longestDriverRepository'],
  [['arch', ''], 'longestDriverOther'],
] as const)('says that the branch is the one with fixes for longest, and where %s has it from', (os, key) => {
  expect(choose({ cards: [hopper], os }).choices[0]?.reason.key).toBe(`compatibility.${key}`);
});

it('no driver serves a Pascal beside a Blackwell card, and nothing is chosen for them', () => {
  const { choices, says } = choose({ cards: [pascal, blackwell] });
  expect(says.driver).toBe('none null');
  expect(choices[0]?.reason).toMatchObject({ key: 'compatibility.chooseMixed', params: { older: pascal } });
  expect(says['cuda-toolkit']).toBeUndefined();
});

it('chooses nothing by a GPU that the tables do not know', () => {
  expect(choose({ cards: ['Device 3fff'] }).says.driver).toBe('unknown null');
});

it('says why there is nothing for GPUs: none here, or of another maker', () => {
  expect(choose({}).absence?.key).toBe('compatibility.absentNoGpu');
  expect(choose({ cards: ['Instinct MI300X'], vendor: '1002' }).absence?.key).toBe('compatibility.chooseAmd');
  expect(choose({ docker: '28.3.1' }).says).toEqual({ docker: 'adopt 28.3.1' });
});

it('keeps what is installed and fits', () => {
  const { says } = choose({
    cards: [hopper],
    driver: '595.71.05',
    isOpen: false,
    toolkits: ['12.4'],
    docker: '27.1.1',
    toolkit: '1.18.0',
    torch: ['2.8.0', '12.8'],
    image: 'nvcr.io/nvidia/tritonserver:25.11-vllm-python-py3',
  });
  expect(says).toMatchObject({
    driver: 'adopt 595.71.05',
    'kernel-module': 'adopt proprietary',
    'cuda-toolkit': 'adopt 12.4',
    docker: 'adopt 27.1.1',
    'container-toolkit': 'adopt 1.18.0',
    pytorch: 'adopt 2.8.0',
    python: 'adopt 3.11.4',
    vllm: 'adopt nvcr.io/nvidia/tritonserver:25.11-vllm-python-py3',
  });
  // That the driver supports the GPU is what lets it stay.
  expect(choose({ cards: [hopper], driver: '590.48.01', isOpen: true }).choices[0]?.source).toMatch(
    /^NVIDIA Data Center/,
  );
});

it('replaces what does not fit, and says why; a driver that only gets no fixes any more stays until somebody asks for another', () => {
  const dropped = choose({ cards: [volta], driver: '595.71.05', isOpen: false, toolkits: ['13.0'] });
  expect(dropped.says).toMatchObject({ driver: 'replace 580', 'cuda-toolkit': 'replace 12.9.1' });
  expect(dropped.choices[0]?.reason.key).toBe('compatibility.gpuDropped');
  const ended = choose({ cards: [hopper], driver: '550.127.08', isOpen: true, docker: '20.10.1', toolkit: '1.14.0' });
  expect(ended.says).toMatchObject({
    driver: 'adopt 550.127.08',
    docker: 'replace 24.0',
    'container-toolkit': 'replace 1.17.8',
  });
  expect(ended.choices[0]?.reason).toEqual({
    key: 'compatibility.chooseDriverEnded',
    params: { driver: '550.127.08', branch: 580, month: '2028-06' },
  });
  const closed = choose({ cards: [blackwell], driver: '580.95.05', isOpen: false });
  expect(closed.says).toMatchObject({ driver: 'replace 580', 'kernel-module': 'replace open' });
});

it('Fabric Manager is of exactly the driver, where there are switches', () => {
  const node = { cards: [hopper], hasSwitches: true, driver: '580.95.05', isOpen: true };
  expect(choose({ ...node, fabricManager: '580.95.05' }).says['fabric-manager']).toBe('adopt 580.95.05');
  expect(choose({ ...node, fabricManager: '580.82.07' }).says['fabric-manager']).toBe('replace 580.95.05');
  expect(choose({ cards: [hopper] }).says['fabric-manager']).toBeUndefined();
});

it('every reason has words in both languages, and a source', () => {
  const nodes: Node[] = [{ cards: [hopper] }, { cards: [pascal, blackwell] }, { cards: [volta], driver: '595.71.05' }];
  for (const { choices } of nodes.map(choose)) {
    for (const { reason, source } of choices) {
      const key = reason.key.replace('compatibility.', '');
      expect([key, source.length > 5, en.compatibility[key as 'title'], zh.compatibility[key as 'title']]).toEqual([
        key,
        true,
        expect.any(String),
        expect.any(String),
      ]);
    }
  }
});

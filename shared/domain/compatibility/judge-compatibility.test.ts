import { describe, expect, it } from 'vitest';
import en from '../../i18n/en/index';
import zh from '../../i18n/zh-CN/index';
import { compatibilityCatalogue, gpuCatalogue } from '../../knowledge/catalogs/catalogues';
import type { NodeFacts } from '../facts/index';
import type { PythonEnvironment } from '../facts/software';
import type { Message } from '../text';
import { judgeCompatibility } from './judge-compatibility';
import type { CompatibilityReport, CompatibilityRow, Verdict } from './report';

interface Node {
  driver?: string | null;
  gpus?: readonly string[] | null;
  hasAmd?: boolean;
  isOpen?: boolean | null;
  libraries?: readonly string[];
  installed?: string | null;
  toolkits?: readonly string[];
  torch?: readonly PythonEnvironment[];
  packages?: ReadonlyArray<readonly [string, string]>;
  fabricManager?: string | null;
  fabricState?: string | null;
  containerToolkit?: string | null;
  cdiDriver?: string | null;
  docker?: Partial<NonNullable<NodeFacts['docker']>> | null;
  /** On the bus, as lspci names them, and the driver that has each. */
  onBus?: ReadonlyArray<readonly [name: string, driver: string | null]>;
  cudaTold?: string;
  unreadableHomes?: number;
  architecture?: string;
  os?: readonly [id: string, version: string, kernel: string];
  kernels?: ReadonlyArray<readonly [string, boolean]>;
}

/** Facts of a node as the probes would give them, as far as the judgement looks at them. */
function facts(node: Node): NodeFacts {
  const { driver = null, gpus = [], os = ['ubuntu', '22.04', '5.15.0-122-generic'] } = node;
  const gpu = (name: string) => ({
    name,
    brand: null,
    architecture: node.architecture ?? null,
    pciBusId: null,
    fabric: { state: node.fabricState ?? null, status: null },
  });
  const device = ([name, owner]: readonly [string, string | null], at: number) => ({
    kind: 'gpu',
    vendorId: '10de',
    deviceId: 'ffff',
    pciBusId: `0000:${at + 1}b:00.0`,
    name: `NVIDIA Corporation ${name}`,
    driver: owner,
  });
  const found = {
    os: { id: os[0], versionId: os[1], kernelRelease: os[2], prettyName: 'Test OS' },
    ...(gpus === null
      ? {}
      : { gpu: { driverVersion: driver, cudaVersion: node.cudaTold ?? null, gpus: gpus.map(gpu) } }),
    ...(node.onBus ? { 'gpu-devices': { devices: node.onBus.map(device) } } : {}),
    ...(node.hasAmd ? { 'amd-gpu': { gpus: [{}] } } : {}),
    'gpu-driver': {
      kernelModuleVersion: driver,
      isOpenKernelModule: node.isOpen ?? null,
      installedModuleVersion: node.installed ?? null,
      userLibraries: (node.libraries ?? []).map((version) => ({ path: `/usr/lib/libcuda.so.${version}`, version })),
      loadedModules: [],
      parameters: {},
      gccVersion: null,
      moduleBuild: null,
    },
    cuda: {
      toolkits: (node.toolkits ?? []).map((version) => ({ path: `/usr/local/cuda-${version}`, version })),
      nvccVersion: null,
      libraries: [],
    },
    packages: {
      manager: 'dpkg',
      installedCount: 1,
      held: [],
      packages: (node.packages ?? []).map(([name, version]) => ({ name, version, architecture: 'amd64' })),
    },
    services: { services: [], failedUnits: [], fabricManagerVersion: node.fabricManager ?? null, dcgmVersion: null },
    ...(node.containerToolkit == null
      ? {}
      : {
          'nvidia-container-toolkit': {
            version: node.containerToolkit,
            cdiDevices: [],
            cdiFiles:
              node.cdiDriver == null
                ? []
                : [
                    {
                      path: '/var/run/cdi/nvidia.yaml',
                      kind: 'nvidia.com/gpu',
                      cdiVersion: '0.5.0',
                      driverVersion: node.cdiDriver,
                    },
                  ],
          },
        }),
    ...(node.docker == null
      ? {}
      : {
          docker: {
            serverVersion: '27.5.1',
            runtimes: ['nvidia', 'runc'],
            cdiSpecDirs: [],
            containers: [],
            ...node.docker,
          },
        }),
    'python-environments': {
      systemPython: null,
      environments: node.torch ?? [],
      unreadableHomes: node.unreadableHomes ?? 0,
    },
    'pending-changes': {
      isRebootRequired: null,
      rebootPackages: [],
      runningKernel: os[2],
      installedKernels: (node.kernels ?? []).map(([release, hasNvidiaModule]) => ({ release, hasNvidiaModule })),
      upgradable: null,
      upgradableCount: null,
    },
  };
  return found as unknown as NodeFacts;
}

function judge(node: Node, month = '2026-08'): CompatibilityReport {
  const report = judgeCompatibility(facts(node), {
    catalogue: compatibilityCatalogue(),
    gpuModels: gpuCatalogue(),
    month,
  });
  for (const message of messagesOf(report)) expect(wordsFor(message)).toEqual([true, true]);
  for (const row of report.rows) expect(row.source).toMatch(/\w{4}/);
  return report;
}

/** Whether both languages have the words, with each of its parameters given. */
function wordsFor({ key, params }: Message): boolean[] {
  const [, name = ''] = key.split('.');
  return [en.compatibility, zh.compatibility].map((area) => {
    const words: unknown = (area as Record<string, unknown>)[name];
    if (typeof words !== 'string') return false;
    return [...words.matchAll(/\{\{(\w+)\}\}/g)].every(([, parameter]) => params?.[parameter ?? ''] !== undefined);
  });
}

function messagesOf({ rows, withReboot, withoutReboot, absence }: CompatibilityReport): Message[] {
  const choices = [withReboot, withoutReboot].flatMap((each) => Object.values(each));
  return [
    ...rows.flatMap(({ subject, reason }) => [subject, reason]),
    ...choices.flatMap((choice) => (choice ? [choice.reason] : [])),
    ...(absence ? [absence] : []),
  ];
}

const rowOf = (report: CompatibilityReport, id: string): CompatibilityRow | undefined =>
  report.rows.find((row) => row.id === id || row.id.startsWith(`${id}:`));

const verdictOf = (node: Node, id: string): [Verdict, string] | null => {
  const row = rowOf(judge(node), id);
  return row ? [row.verdict, row.reason.key.replace('compatibility.', '')] : null;
};

const h100 = 'NVIDIA H100 80GB HBM3';
const v100 = 'Tesla V100-SXM2-32GB';
const b200 = 'NVIDIA B200';
const rtx5090 = 'NVIDIA GeForce RTX 5090';
const rtx4090 = 'NVIDIA GeForce RTX 4090';
const a100 = 'NVIDIA A100-SXM4-80GB';

const environment = (
  version: string,
  cudaVersion: string | null,
  packages: PythonEnvironment['packages'] = [],
): PythonEnvironment => ({
  prefix: '/opt/conda/envs/train',
  name: 'train',
  kind: 'conda',
  pythonVersion: '3.11.9',
  torch: { version, cudaVersion, hipVersion: null },
  packages,
});

describe('driver against GPU', () => {
  it.each<[string, string, Verdict, string]>([
    [v100, '590.48.01', 'does-not-fit', 'gpuDropped'],
    [v100, '580.95.05', 'fits', 'gpuSupportedLast'],
    [b200, '560.35.03', 'does-not-fit', 'gpuTooNew'],
    [b200, '570.26', 'fits', 'gpuSupported'],
    [h100, '470.256.02', 'does-not-fit', 'gpuTooNew'],
    [h100, '550.127.08', 'fits', 'gpuSupported'],
    [rtx5090, '565.77', 'does-not-fit', 'gpuTooNew'],
    [a100, '450.80.02', 'fits', 'gpuSupported'],
    [a100, '418.226.00', 'does-not-fit', 'gpuTooNew'],
    ['NVIDIA Frobnicator 9000', '580.95.05', 'unknown', 'unknownGpu'],
  ])('%s on %s: %s', (gpu, driver, verdict, reason) => {
    expect(verdictOf({ driver, gpus: [gpu] }, 'driver-gpu')).toEqual([verdict, reason]);
  });

  it('says nothing of a driver that it does not know', () => {
    expect(verdictOf({ driver: null, gpus: [h100] }, 'driver-gpu')).toEqual(['unknown', 'noDriver']);
  });

  it.each<[string, boolean | null, Verdict, string]>([
    [b200, false, 'does-not-fit', 'moduleOpen'],
    [b200, true, 'fits', 'moduleOpen'],
    [rtx5090, false, 'does-not-fit', 'moduleOpen'],
    [v100, true, 'does-not-fit', 'moduleProprietary'],
    [v100, false, 'fits', 'moduleProprietary'],
    [h100, false, 'fits', 'moduleEither'],
    ['NVIDIA GH200 480GB', false, 'does-not-fit', 'moduleOpen'],
    [b200, null, 'unknown', 'moduleUnknown'],
  ])('%s with open module %s: %s', (gpu, isOpen, verdict, reason) => {
    expect(verdictOf({ driver: '580.95.05', gpus: [gpu], isOpen }, 'module-gpu')).toEqual([verdict, reason]);
  });
});

describe('what has to be of one version with the driver', () => {
  it.each<[readonly string[], Verdict, string]>([
    [['550.127.08', '550.127.08'], 'fits', 'librariesSame'],
    [['550.144.03'], 'does-not-fit', 'librariesDiffer'],
    [['550.127.08', '535.183.01'], 'limits', 'librariesSeveral'],
  ])('libraries %j with 550.127.08: %s', (libraries, verdict, reason) => {
    expect(verdictOf({ driver: '550.127.08', gpus: [h100], libraries }, 'driver-libraries')).toEqual([verdict, reason]);
  });

  it('tells a driver that waits for the next boot', () => {
    expect(verdictOf({ driver: '550.90.07', gpus: [h100], installed: '550.127.08' }, 'driver-pending')).toEqual([
      'limits',
      'driverPending',
    ]);
    expect(
      rowOf(judge({ driver: '550.90.07', gpus: [h100], installed: '550.90.07' }), 'driver-pending'),
    ).toBeUndefined();
  });

  it.each<[string | null, Verdict, string]>([
    ['550.127.08', 'fits', 'fabricManagerSame'],
    ['550.127.05', 'does-not-fit', 'fabricManagerDiffers'],
    [null, 'unknown', 'fabricManagerUnknown'],
  ])('Fabric Manager %s with 550.127.08: %s', (fabricManager, verdict, reason) => {
    const node = { driver: '550.127.08', gpus: [h100], fabricManager, fabricState: 'Completed' };
    expect(verdictOf(node, 'fabric-manager')).toEqual([verdict, reason]);
  });

  it('holds NSCQ and IMEX to the driver’s version, too (rule R7)', () => {
    const packages = [
      ['libnvidia-nscq-550', '550.127.08-1'],
      ['nvidia-imex', '550.90.07-1'],
    ] as const;
    const { rows } = judge({ driver: '550.127.08', gpus: [h100], packages });
    expect(
      rows.filter(({ id }) => id.startsWith('of-driver')).map((row) => [row.verdict, row.found, row.needed]),
    ).toEqual([
      ['fits', '550.127.08', '= 550.127.08'],
      ['does-not-fit', '550.90.07', '= 550.127.08'],
    ]);
  });

  it('reads the version of Fabric Manager from its package where the binary said none', () => {
    const packages = [['nvidia-fabricmanager-550', '550.127.05-0ubuntu0.22.04.1']] as const;
    expect(rowOf(judge({ driver: '550.127.08', gpus: [h100], packages }), 'fabric-manager')).toMatchObject({
      verdict: 'does-not-fit',
      found: '550.127.05',
      needed: '= 550.127.08',
      ruleId: 'R7',
      evidence: { probeId: 'packages', factPath: 'packages.0.version' },
    });
  });
});

describe('a GPU that nvidia-smi does not list', () => {
  const fresh = { driver: null, gpus: null };

  it.each<[string, string | null, string]>([
    ['GH100 [H100 SXM5 80GB]', null, 'driverNotLoaded'],
    ['GA102 [GeForce RTX 3090]', 'nouveau', 'driverOther'],
  ])('%s with driver %s needs NVIDIA’s', (name, owner, reason) => {
    const report = judge({ ...fresh, onBus: [[name, owner]] });
    expect(rowOf(report, 'driver-gpu')).toMatchObject({
      verdict: 'does-not-fit',
      found: owner,
      needed: 'nvidia',
      reason: { key: `compatibility.${reason}` },
      evidence: { probeId: 'gpu-devices', factPath: 'devices.0.driver' },
    });
    expect(report.absence).toBeNull();
  });

  it('has newest software to be had with a restart, on a node that has no driver yet', () => {
    const { withReboot, withoutReboot } = judge({ ...fresh, onBus: [['GV100GL [Tesla V100 SXM2 32GB]', 'nouveau']] });
    expect(withReboot.driver?.version).toBe('580');
    expect(withReboot.cudaToolkit?.version).toBe('12.9.1');
    expect(withoutReboot.driver).toBeNull();
  });

  it('is told as dropped where the driver runs and has left it out', () => {
    const node = { driver: '590.48.01', gpus: [h100], onBus: [['GV100GL [Tesla V100 SXM2 32GB]', null]] as const };
    expect(
      judge(node)
        .rows.filter(({ id }) => id.startsWith('driver-gpu'))
        .map(({ verdict, reason }) => [verdict, reason.key]),
    ).toEqual([
      ['fits', 'compatibility.gpuSupported'],
      ['does-not-fit', 'compatibility.gpuDropped'],
    ]);
  });

  it('is no matter of this system where a virtual machine has it', () => {
    expect(judge({ ...fresh, onBus: [['GH100 [H100 SXM5 80GB]', 'vfio-pci']] })).toMatchObject({
      rows: [],
      absence: { key: 'compatibility.absentNoGpu' },
    });
  });

  it('knows every NVIDIA chip of the recorded lists by its generation', () => {
    const of = (name: string) => judge({ driver: '580.95.05', gpus: null, onBus: [[name, null]] }).rows[0]?.needed;
    expect([of('GA102GL [A10]'), of('GA100 [A100 SXM4 80GB]'), of('AD102GL [RTX 6000 Ada Generation]')]).toEqual([
      '≥ 450',
      '≥ 450',
      '≥ 520',
    ]);
    expect(of('GB202 [GeForce RTX 5090]')).toBe('≥ 570');
    expect(of('Device 9999')).toBeNull();
  });
});

it('knows the capability of a generation that has only one, of models that are in no list', () => {
  const node = { driver: '550.127.08', gpus: ['NVIDIA L2'], torch: [environment('2.5.1+cu124', '12.4')] };
  expect(verdictOf({ ...node, architecture: 'Ada Lovelace' }, 'torch')).toEqual(['fits', 'torchFits']);
  expect(verdictOf({ ...node, architecture: 'Ampere' }, 'torch')).toEqual(['unknown', 'torchUnknownGpu']);
});

describe('what was not read', () => {
  it('is told in its group, so that silence is not taken for nothing wrong', () => {
    const reason = { key: 'probes.timeout', params: { seconds: 15 } };
    const { rows } = judgeCompatibility(
      facts({ driver: '580.95.05', gpus: [h100] }),
      { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '2026-08' },
      [
        { probeId: 'python-environments', reason },
        { probeId: 'tape', reason },
      ],
    );
    expect(rows.filter(({ id }) => id.startsWith('unread'))).toMatchObject([
      { group: 'python', verdict: 'unknown', reason, evidence: { probeId: 'python-environments' } },
    ]);
  });

  it('counts homes that may not be looked into', () => {
    expect(verdictOf({ driver: '580.95.05', gpus: [h100], unreadableHomes: 3 }, 'homes')).toEqual([
      'unknown',
      'homesUnreadable',
    ]);
  });
});

describe('how long a branch is looked after', () => {
  it('names the branches that are, beside the one that runs', () => {
    const pair = (driver: string, gpu: string) => {
      const row = rowOf(judge({ driver, gpus: [gpu] }, '2026-11'), 'driver-branch');
      return [row?.verdict, row?.found, row?.needed];
    };
    expect(pair('550.127.08', h100)).toEqual(['limits', '550', '580 | 595']);
    expect(pair('580.95.05', h100)).toEqual(['fits', '580', '580 | 595']);
    expect(pair('550.127.08', v100)).toEqual(['limits', '550', '580']);
    expect(pair('700.10', h100)).toEqual(['unknown', '700', '580 | 595']);
  });

  it.each<[string, string, Verdict, string]>([
    ['535.183.01', '2026-06', 'fits', 'branchSupported'],
    ['535.183.01', '2026-07', 'limits', 'branchEnded'],
    ['560.35.03', '2026-01', 'limits', 'branchEndedUndated'],
    ['615.10.01', '2026-08', 'unknown', 'branchUndated'],
    ['555.42.06', '2026-08', 'unknown', 'branchUnlisted'],
  ])('%s in %s: %s', (driver, month, verdict, reason) => {
    const row = rowOf(judge({ driver, gpus: [h100] }, month), 'driver-branch');
    expect([row?.verdict, row?.reason.key]).toEqual([verdict, `compatibility.${reason}`]);
  });
});

describe('CUDA toolkit against driver', () => {
  it.each<[string, string, string, Verdict, string]>([
    // The banner says 13.0, and that is the most this driver runs, not a fault of an older toolkit (rules R1, R5).
    ['12.4.1', '580.95.05', h100, 'fits', 'cudaOlder'],
    ['11.8.0', '580.95.05', h100, 'fits', 'cudaOlder'],
    ['10.2', '580.95.05', a100, 'does-not-fit', 'cudaBeforeGpu'],
    ['12.4.1', '550.54.15', h100, 'fits', 'cudaFits'],
    ['12.4.1', '550.54.14', h100, 'limits', 'cudaMinor'],
    ['12.8', '570.9', h100, 'limits', 'cudaMinor'],
    ['12.8', '570.26', h100, 'fits', 'cudaFits'],
    ['12.2', '535.54.03', h100, 'fits', 'cudaFits'],
    ['12.6', '525.60.13', h100, 'limits', 'cudaMinor'],
    ['12.6', '525.60.11', h100, 'does-not-fit', 'cudaTooOldCompat'],
    ['13.0', '570.133.20', h100, 'does-not-fit', 'cudaTooOldCompat'],
    ['13.0', '570.133.20', rtx4090, 'does-not-fit', 'cudaTooOldGeForce'],
    ['13.0', '580.95.05', v100, 'does-not-fit', 'cudaDropsGpu'],
    ['12.6', '570.133.20', b200, 'does-not-fit', 'cudaBeforeGpu'],
    // Older than the tables: the first listed driver runs it; of an older one nothing is said.
    ['10.0', '418.226.00', 'Tesla T4', 'unknown', 'cudaBeforeTables'],
    ['10.0', '450.80.02', 'Tesla T4', 'fits', 'cudaOlder'],
    ['14.0', '620.10', h100, 'unknown', 'cudaUnlisted'],
  ])('CUDA %s on %s with %s: %s', (cuda, driver, gpu, verdict, reason) => {
    expect(verdictOf({ driver, gpus: [gpu], toolkits: [cuda] }, 'cuda')).toEqual([verdict, reason]);
  });

  it('lets the compatibility package bridge a major version on data-centre GPUs, and never on GeForce', () => {
    const packages = [['cuda-compat-13-0', '580.95.05-1']] as const;
    const node = { driver: '570.133.20', toolkits: ['13.0'], packages };
    expect(verdictOf({ ...node, gpus: [h100] }, 'cuda')).toEqual(['limits', 'cudaCompat']);
    expect(verdictOf({ ...node, gpus: [rtx4090] }, 'cuda')).toEqual(['does-not-fit', 'cudaTooOldGeForce']);
  });

  it('takes the driver’s own word for CUDA versions that are not in the tables (rule R5)', () => {
    const node = { driver: '700.10', gpus: [h100], toolkits: ['14.0'] };
    expect(verdictOf({ ...node, cudaTold: '14.1' }, 'cuda')).toEqual(['fits', 'cudaToldByDriver']);
    expect(verdictOf({ ...node, cudaTold: '13.9' }, 'cuda')).toEqual(['unknown', 'cudaUnlisted']);
    const old = { driver: '384.111', gpus: ['Tesla V100-SXM2-16GB'], toolkits: ['9.0'] };
    expect(verdictOf({ ...old, cudaTold: '9.0' }, 'cuda')).toEqual(['fits', 'cudaToldByDriver']);
    expect(verdictOf({ ...old, toolkits: ['10.1'], cudaTold: '9.0' }, 'cuda')).toEqual(['unknown', 'cudaBeforeTables']);
  });

  it('takes the compatibility package for enough only from branches that it is made for (rule R4)', () => {
    const packages = [['cuda-compat-13-0', '580.95.05-1']] as const;
    const verdict = (driver: string) => verdictOf({ driver, gpus: [h100], toolkits: ['13.0'], packages }, 'cuda');
    expect(verdict('535.183.01')).toEqual(['limits', 'cudaCompat']);
    expect(verdict('560.35.03')).toEqual(['does-not-fit', 'cudaCompatBranch']);
    expect(verdict('565.57.01')).toEqual(['unknown', 'cudaCompatUnknown']);
  });

  it('judges NCCL and cuDNN by the CUDA version that their packages name', () => {
    const packages = [
      ['libnccl2', '2.27.3-1+cuda13.0'],
      ['libcudnn9-cuda-12', '9.1.0.70-1'],
      ['libcudnn9-dev-cuda-12', '9.1.0.70-1'],
    ] as const;
    const { rows } = judge({ driver: '570.133.20', gpus: [h100], packages });
    expect(rows.filter(({ id }) => id.startsWith('library:')).map(({ id, verdict }) => [id, verdict])).toEqual([
      ['library:libnccl2', 'does-not-fit'],
      ['library:libcudnn9-cuda-12', 'fits'],
    ]);
  });
});

describe('PyTorch of an environment', () => {
  it.each<[string, string | null, string, string, Verdict, string]>([
    ['2.5.1+cu124', '12.4', '550.127.08', h100, 'fits', 'torchFits'],
    // A wheel brings its CUDA along: a driver older than that toolkit's own is enough (rules R3, R6).
    ['2.8.0+cu129', '12.9', '525.60.13', h100, 'fits', 'torchFits'],
    ['2.9.1+cu130', '13.0', '570.133.20', h100, 'does-not-fit', 'cudaTooOldCompat'],
    ['2.5.1+cu121', '12.1', '570.133.20', rtx5090, 'does-not-fit', 'torchLacksCode'],
    ['2.7.1+cu128', '12.8', '570.133.20', rtx5090, 'fits', 'torchFits'],
    ['2.7.1+cu126', '12.6', '570.133.20', b200, 'does-not-fit', 'torchLacksCode'],
    ['2.12.0+cu126', '12.6', '580.95.05', b200, 'does-not-fit', 'torchLacksCode'],
    ['2.12.0+cu130', '13.0', '580.95.05', rtx5090, 'fits', 'torchFits'],
    ['2.12.0+cu126', '12.6', '580.95.05', v100, 'fits', 'torchFits'],
    ['2.12.0+cu130', '13.0', '580.95.05', v100, 'does-not-fit', 'torchLacksCode'],
    ['2.10.0+cu128', '12.8', '580.95.05', v100, 'unknown', 'torchCodeUnknown'],
    ['2.0.1', '11.7', '550.127.08', h100, 'does-not-fit', 'torchLacksCode'],
    ['2.6.0a0+df5bbc09d1.nv24.12', '12.6', '560.35.05', h100, 'unknown', 'torchOwnBuild'],
    ['2.5.1+cu124', '12.4', '550.127.08', 'NVIDIA Frobnicator 9000', 'unknown', 'torchUnknownGpu'],
    ['2.7.1+cpu', null, '570.133.20', h100, 'limits', 'torchCpuOnly'],
  ])('%s (CUDA %s) on %s with %s: %s', (version, cuda, driver, gpu, verdict, reason) => {
    expect(verdictOf({ driver, gpus: [gpu], torch: [environment(version, cuda)] }, 'torch')).toEqual([verdict, reason]);
  });

  it('takes the worst of several GPU models', () => {
    const node = { driver: '570.133.20', gpus: [h100, rtx5090], torch: [environment('2.5.1+cu124', '12.4')] };
    expect(rowOf(judge(node), 'torch')).toMatchObject({
      verdict: 'does-not-fit',
      reason: { params: { gpu: rtx5090, capability: 'sm_120' } },
      evidence: { probeId: 'python-environments', factPath: 'environments.0.torch.version' },
    });
  });

  it('names packages that break an old PyTorch, by where it was installed from', () => {
    const packages = (torchSource: 'conda' | 'pip', mkl: string, numpy: string): PythonEnvironment['packages'] => [
      { name: 'mkl', version: mkl, source: 'conda' },
      { name: 'numpy', version: numpy, source: 'conda' },
      { name: torchSource === 'conda' ? 'pytorch' : 'torch', version: '2.0.1', source: torchSource },
    ];
    const verdict = (found: PythonEnvironment['packages']) =>
      verdictOf({ driver: '550.127.08', gpus: [a100], torch: [environment('2.0.1', '11.8', found)] }, 'torch');
    expect(verdict(packages('conda', '2024.1.0', '1.26.4'))).toEqual(['does-not-fit', 'torchConflict']);
    expect(verdict(packages('pip', '2024.1.0', '1.26.4'))).toEqual(['fits', 'torchFits']);
    expect(verdict(packages('conda', '2023.1.0', '2.1.0'))).toEqual(['limits', 'torchConflict']);
    expect(verdict(packages('conda', '2023.1.0', '1.26.4'))).toEqual(['fits', 'torchFits']);
  });

  it('names a torchvision of another release, and a DeepSpeed of other PyTorch releases', () => {
    const row = (version: string, packages: PythonEnvironment['packages']) => {
      const node = { driver: '550.127.08', gpus: [a100], torch: [environment(version, '11.8', packages)] };
      const { verdict, found, needed } = rowOf(judge(node), 'torch') as CompatibilityRow;
      return [verdict, found, needed];
    };
    expect(row('2.5.1', [{ name: 'torchvision', version: '0.19.1', source: 'pip' }])).toEqual([
      'limits',
      'torchvision 0.19.1',
      'torchvision 0.20.x',
    ]);
    expect(row('2.5.1', [{ name: 'torchvision', version: '0.20.1+cu118', source: 'pip' }])[0]).toBe('fits');
    expect(row('2.5.1', [{ name: 'deepspeed', version: '0.9.5', source: 'pip' }])).toEqual([
      'limits',
      'PyTorch 2.5.1',
      'PyTorch ≥ 1.9, ≤ 2.0',
    ]);
    expect(row('2.5.1', [{ name: 'deepspeed', version: '0.19.6', source: 'pip' }])[0]).toBe('fits');
  });

  it('puts two values of one kind beside each other', () => {
    const pair = (version: string, cuda: string | null, gpu: string) => {
      const row = rowOf(judge({ driver: '570.133.20', gpus: [gpu], torch: [environment(version, cuda)] }), 'torch');
      return [row?.found, row?.needed];
    };
    expect(pair('2.9.1+cu130', '13.0', h100)).toEqual(['570.133.20', '≥ 580.65.06']);
    expect(pair('2.5.1+cu121', '12.1', rtx5090)).toEqual([
      'PyTorch 2.5.1+cu121, CUDA 12.1',
      'PyTorch ≥ 2.7, CUDA ≥ 12.8',
    ]);
    expect(pair('2.12.0+cu126', '12.6', b200)).toEqual(['sm_50, sm_60, sm_70, sm_75, sm_80, sm_86, sm_90', 'sm_100']);
    expect(pair('2.7.1+cpu', null, h100)).toEqual(['CPU', 'CUDA']);
  });

  it('tells each thing that is wrong, the worst first, so that none hides another', () => {
    const packages: PythonEnvironment['packages'] = [
      { name: 'mkl', version: '2024.1.0', source: 'conda' },
      { name: 'numpy', version: '2.1.0', source: 'conda' },
      { name: 'pytorch', version: '2.0.1', source: 'conda' },
    ];
    const { rows } = judge({
      ...{ driver: '570.133.20', gpus: [rtx5090], containerToolkit: '1.9.0' },
      torch: [environment('2.0.1', '11.8', packages)],
    });
    const of = (id: string) => rows.filter((row) => row.id === id || row.id.startsWith(`${id}:`));
    expect(of('torch:/opt/conda/envs/train').map((row) => [row.id.slice(27), row.verdict, row.found])).toEqual([
      ['', 'does-not-fit', 'PyTorch 2.0.1, CUDA 11.8'],
      [':1', 'does-not-fit', 'mkl 2024.1.0'],
      [':2', 'limits', 'numpy 2.1.0'],
    ]);
    // What can be broken out of is not hidden by what can not be written.
    expect(of('container-toolkit').map(({ reason }) => reason.key)).toEqual([
      'compatibility.toolkitWithoutCdi',
      'compatibility.toolkitUnsafe',
    ]);
  });

  it('tells a build for AMD on NVIDIA GPUs', () => {
    const hip = {
      ...environment('2.6.0+rocm6.2', null),
      torch: { version: '2.6.0+rocm6.2', cudaVersion: null, hipVersion: '6.2.4' },
    };
    expect(verdictOf({ driver: '570.133.20', gpus: [h100], torch: [hip] }, 'torch')).toEqual([
      'does-not-fit',
      'torchForAmd',
    ]);
    expect(verdictOf({ driver: null, gpus: null, torch: [hip] }, 'torch')).toBeNull();
    expect(verdictOf({ driver: null, gpus: null, hasAmd: true, torch: [hip] }, 'torch')).toEqual([
      'unknown',
      'torchAmdUntold',
    ]);
    const cuda = environment('2.5.1+cu124', '12.4');
    expect(verdictOf({ driver: null, gpus: null, hasAmd: true, torch: [cuda] }, 'torch')).toEqual([
      'does-not-fit',
      'torchForNvidia',
    ]);
    expect(verdictOf({ driver: null, gpus: null, torch: [cuda] }, 'torch')).toEqual(['unknown', 'torchNoGpu']);
  });
});

describe('containers', () => {
  it.each<[string, Verdict, string]>([
    ['1.16.2', 'limits', 'toolkitUnsafe'],
    ['1.17.8', 'fits', 'toolkitFits'],
    ['1.18.1', 'fits', 'toolkitRefreshes'],
    ['1.9.0', 'limits', 'toolkitWithoutCdi'],
  ])('toolkit %s: %s', (containerToolkit, verdict, reason) => {
    expect(verdictOf({ driver: '580.95.05', gpus: [h100], containerToolkit }, 'container-toolkit')).toEqual([
      verdict,
      reason,
    ]);
  });

  it.each<[Partial<NonNullable<NodeFacts['docker']>>, Verdict, string]>([
    [{}, 'fits', 'dockerRuntime'],
    [{ runtimes: ['runc'] }, 'does-not-fit', 'dockerWithoutGpus'],
    [{ runtimes: ['runc'], serverVersion: '20.10.24' }, 'does-not-fit', 'dockerWithoutGpus'],
    [{ serverVersion: '20.10.24' }, 'limits', 'dockerOld'],
  ])('docker %j: %s', (docker, verdict, reason) => {
    expect(verdictOf({ driver: '580.95.05', gpus: [h100], docker }, 'docker')).toEqual([verdict, reason]);
  });

  it('finds a CDI file of before an update of the driver', () => {
    const node = { driver: '580.95.05', gpus: [h100], containerToolkit: '1.17.8' };
    expect(verdictOf({ ...node, cdiDriver: '570.133.20' }, 'cdi')).toEqual(['does-not-fit', 'cdiStale']);
    expect(verdictOf({ ...node, cdiDriver: '580.95.05' }, 'cdi')).toEqual(['fits', 'cdiSame']);
  });

  it.each<[string, string, string, Verdict]>([
    ['nvidia/cuda:11.8.0-base-ubuntu22.04', '580.95.05', h100, 'fits'],
    ['nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3', '580.95.05', h100, 'fits'],
    ['nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3', '570.133.20', h100, 'limits'],
    ['nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3', '570.133.20', rtx4090, 'does-not-fit'],
    ['nvcr.io/nvidia/tritonserver:26.07-trtllm-python-py3', '580.95.05', v100, 'does-not-fit'],
    ['nvcr.io/nvidia/tritonserver:25.02-py3', '535.183.01', h100, 'fits'],
    ['pytorch/pytorch:2.9.1-cuda13.0-cudnn9-runtime', '570.133.20', rtx4090, 'does-not-fit'],
    ['vllm/vllm-openai:v0.8.4', '570.133.20', h100, 'unknown'],
    ['vllm/vllm-openai:v0.11.0-cu130', '570.133.20', h100, 'does-not-fit'],
    ['vllm/vllm-openai:v0.11.0-cu129', '570.133.20', h100, 'fits'],
    ['registry.local:5000/lmsysorg/sglang:v0.4.1.post4-cu124@sha256:0a1b', '470.256.02', a100, 'does-not-fit'],
    ['nvcr.io/nvidia/tritonserver:25.02-py3', '470.256.02', a100, 'limits'],
    ['nvcr.io/nvidia/tritonserver:26.07-py3', '580.95.05', v100, 'does-not-fit'],
    ['nvcr.io/nvidia/tritonserver:25.02-py3', '570.133.20', b200, 'fits'],
    ['rocm/vllm:rocm6.4.1_vllm_0.9.1', '570.133.20', h100, 'does-not-fit'],
  ])('image %s on %s with %s: %s', (image, driver, gpu, verdict) => {
    const container = { id: 'a1', name: 'llm', image, state: 'running', status: null, command: null, ports: null };
    const node = { driver, gpus: [gpu], docker: { containers: [container] } };
    expect(rowOf(judge(node), 'image')?.verdict).toBe(verdict);
  });

  it('says what the tag of a model server does tell, and where its CUDA can be read', () => {
    const container = { id: 'a1', name: 'llm', image: 'vllm/vllm-openai:v0.8.4', state: 'running' };
    const docker = { containers: [container] } as unknown as NonNullable<Node['docker']>;
    expect(rowOf(judge({ driver: '580.95.05', gpus: [h100], docker }), 'image')?.reason).toEqual({
      key: 'compatibility.imageReleaseOnly',
      params: { image: 'vllm/vllm-openai:v0.8.4', release: '0.8.4' },
    });
  });

  it('reads the CUDA of an image from the environment of its program, where the tag does not tell', () => {
    const id = '51700ffae43f8c3f365e97e07ea7adbedfcbc794ee06a2dc5d986d5509d4f3f5';
    const container = { id, name: 'llm', image: 'vllm/vllm-openai:v0.8.4', state: 'running' };
    const docker = { containers: [container] } as unknown as NonNullable<NodeFacts['docker']>;
    const verdict = (cuda: string, cgroup: string) => {
      const node = {
        ...facts({ driver: '550.127.08', gpus: [h100], docker }),
        processes: { processes: [{ pid: 4242, cgroup }], loggedInUsers: null },
        'gpu-process-environment': { processes: [{ pid: 4242, variables: { CUDA_VERSION: cuda } }], isComplete: true },
      } as unknown as NodeFacts;
      const knowledge = { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '2026-08' };
      return rowOf(judgeCompatibility(node, knowledge), 'image')?.verdict;
    };
    const cgroup = `0::/system.slice/docker-${id}.scope`;
    expect([verdict('12.4.1', cgroup), verdict('13.0.1.012', cgroup)]).toEqual(['fits', 'does-not-fit']);
    expect([verdict('12.4.1', '0::/user.slice'), verdict('nonsense', cgroup)]).toEqual(['unknown', 'unknown']);
  });

  it('says so where docker did not tell what it runs', () => {
    expect(verdictOf({ driver: '580.95.05', gpus: [h100], docker: { containers: null } }, 'images')).toEqual([
      'unknown',
      'imagesUnread',
    ]);
  });

  it('has no row for an image that has nothing to do with GPUs', () => {
    const container = {
      id: 'a1',
      name: 'web',
      image: 'nginx:1.27',
      state: 'running',
      status: null,
      command: null,
      ports: null,
    };
    expect(
      rowOf(judge({ driver: '580.95.05', gpus: [h100], docker: { containers: [container] } }), 'image'),
    ).toBeUndefined();
  });
});

describe('kernel', () => {
  it.each<[readonly [string, string, string], Verdict, string]>([
    [['ubuntu', '22.04', '5.15.0-122-generic'], 'fits', 'kernelFits'],
    [['rocky', '9.5', '5.14.0-503.11.1.el9_5.x86_64'], 'fits', 'kernelFits'],
    [['ubuntu', '22.04', '7.1.0-3-generic'], 'unknown', 'kernelUnlisted'],
    [['arch', '2026', '7.1.2-arch1-1'], 'unknown', 'kernelOfUnknownSystem'],
  ])('%j: %s', (os, verdict, reason) => {
    expect(verdictOf({ driver: '580.95.05', gpus: [h100], os }, 'kernel-driver')).toEqual([verdict, reason]);
  });

  it('sees a next kernel without a module, and what keeps one from being built', () => {
    const node = {
      driver: '580.95.05',
      gpus: [h100],
      kernels: [
        ['6.8.0-101-generic', false],
        ['5.15.0-122-generic', true],
      ] as const,
    };
    expect(verdictOf(node, 'kernel-next')).toEqual(['does-not-fit', 'nextKernelNeedsCompiler']);
    expect(verdictOf({ ...node, packages: [['gcc-12', '12.3.0']] }, 'kernel-next')).toEqual([
      'does-not-fit',
      'nextKernelWithoutModule',
    ]);
    expect(verdictOf({ ...node, kernels: [['6.8.0-101-generic', true]] }, 'kernel-next')).toEqual([
      'fits',
      'nextKernelHasModule',
    ]);
    // Another flavour is not what starts next.
    expect(
      verdictOf(
        {
          ...node,
          kernels: [
            ['6.8.0-1030-nvidia', false],
            ['5.15.0-122-generic', true],
          ],
        },
        'kernel-next',
      ),
    ).toBeNull();
  });

  it('finds a driver whose module is not loaded', () => {
    expect(verdictOf({ driver: null, gpus: null, libraries: ['580.95.05'] }, 'kernel-driver')).toEqual([
      'does-not-fit',
      'moduleNotLoaded',
    ]);
  });
});

describe('the newest that a node can have', () => {
  const versions = (newest: CompatibilityReport['withReboot']) =>
    Object.fromEntries(Object.entries(newest).map(([name, choice]) => [name, choice?.version ?? null]));

  it('keeps the driver without a reboot, and takes the newest maintained branch with one', () => {
    const report = judge({ driver: '550.127.08', gpus: [h100] });
    expect(versions(report.withoutReboot)).toEqual({
      driver: '550.127.08',
      cudaToolkit: '12.4.1',
      pytorch: '2.13 (cu126)',
      triton: '25.10-trtllm-python-py3',
    });
    expect(versions(report.withReboot)).toEqual({
      driver: '595',
      cudaToolkit: '13.2.2',
      pytorch: '2.13 (cu132)',
      triton: '26.07-vllm-python-py3',
    });
    expect(report.withReboot.driver?.reason).toMatchObject({ key: 'compatibility.newestDriverPackaged' });
  });

  it('stops where the oldest GPU of the node stops', () => {
    const { withReboot } = judge({ driver: '535.183.01', gpus: [v100, h100] });
    expect(versions(withReboot)).toMatchObject({ driver: '580', cudaToolkit: '12.9.1', pytorch: '2.13 (cu126)' });
    expect(withReboot.triton?.version).toBe('25.10-trtllm-python-py3');
  });

  it('does not go back from a newer branch that runs already', () => {
    const { withReboot } = judge({ driver: '610.43.02', gpus: [h100] });
    expect(withReboot.driver).toMatchObject({
      version: '610.43.02',
      reason: { key: 'compatibility.newestDriverNewer', params: { branch: 595 } },
    });
    expect(versions(withReboot)).toMatchObject({ cudaToolkit: '13.3.1' });
  });

  it('says up to which CUDA programs run with limits (rule R3)', () => {
    const { withoutReboot } = judge({ driver: '550.127.08', gpus: [h100] });
    expect(withoutReboot.cudaToolkit?.reason).toMatchObject({
      key: 'compatibility.newestCudaLimited',
      params: { limited: '12.9.1' },
    });
  });

  it('takes no packages of NVIDIA’s repository for those of Red Hat', () => {
    const { withReboot } = judge({
      driver: null,
      gpus: null,
      onBus: [['GV100GL [Tesla V100]', null]],
      os: ['rocky', '9.5', '5.14.0-503.el9'],
    });
    expect(withReboot.driver).toMatchObject({
      version: '580',
      reason: { key: 'compatibility.newestDriverRepository' },
    });
  });

  it('names the repository where the system itself has no such packages', () => {
    const { withReboot } = judge({ driver: '535.183.01', gpus: [h100], os: ['debian', '12', '6.1.0-28-amd64'] });
    expect(withReboot.driver?.reason).toMatchObject({
      key: 'compatibility.newestDriverRepository',
      params: { repository: 'debian12', system: 'Debian 12' },
    });
  });

  it('does not guess for GPUs that it does not know', () => {
    const { withReboot, withoutReboot } = judge({ driver: '550.127.08', gpus: [h100, 'NVIDIA Frobnicator 9000'] });
    expect(versions(withReboot)).toEqual({ driver: null, cudaToolkit: null, pytorch: null, triton: null });
    expect(versions(withoutReboot)).toEqual({ driver: '550.127.08', cudaToolkit: null, pytorch: null, triton: null });
  });
});

describe('nothing to judge', () => {
  it('says why', () => {
    expect(judge({ gpus: [] })).toMatchObject({ rows: [], absence: { key: 'compatibility.absentNoGpu' } });
    expect(judge({ gpus: null })).toMatchObject({ rows: [], absence: { key: 'compatibility.absentNoDriver' } });
  });
});

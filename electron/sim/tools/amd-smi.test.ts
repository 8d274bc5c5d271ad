import { describe, expect, it } from 'vitest';
import { gpuConcerns } from '#shared/domain/gpu-concerns';
import { amdGpuProbe } from '../../engine/probes/amd-gpu/amd-gpu-probe';
import { gpuConfidentialComputingProbe } from '../../engine/probes/gpu-confidential-computing/gpu-confidential-computing-probe';
import { nvlinkProbe } from '../../engine/probes/nvlink/nvlink-probe';
import { factsOf } from '../../engine/probes/testing/check';
import { clearFault, injectFault } from '../model/apply-fault';
import { NodeModel } from '../model/node-model';
import { a100Mig, amdMi300x, dgxH100, workstationRtx6000Ada } from '../profiles';
import type { NodeProfile } from '../profiles/profile';
import { renderTool } from '.';

const modelOf = (profile: NodeProfile): NodeModel =>
  new NodeModel({ profile, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
const say = (model: NodeModel, ...argv: string[]): string => String(renderTool(model, argv).stdout);

describe('an AMD node', () => {
  const model = modelOf(amdMi300x);
  const amdSmi = {
    'amd-smi': say(model, 'amd-smi', 'static', '--json'),
    'amd-smi-metric': say(model, 'amd-smi', 'metric', '--json'),
    'amd-smi-xgmi': say(model, 'amd-smi', 'xgmi', '--json'),
  };

  it('tells its eight GPUs through amd-smi', () => {
    const { gpus, ...node } = factsOf(amdGpuProbe, amdSmi);
    expect(node).toEqual({ tool: 'amd-smi', driverVersion: '6.10.5' });
    expect(gpus.map(({ pciBusId }) => pciBusId?.slice(9, 11))).toEqual([
      '05',
      '26',
      '46',
      '68',
      '85',
      'a6',
      'c6',
      'e5',
    ]);
    expect(gpus[0]).toMatchObject({
      name: 'AMD Instinct MI300X',
      target: 'gfx942',
      memory: { totalBytes: 196_592 * 2 ** 20, kind: 'HBM3' },
      power: { limitW: 750 },
      pcie: { generation: 5, width: 16 },
      xgmi: { peers: 7, bitRateGbps: 32 },
      ecc: { corrected: 0, uncorrected: 0 },
    });
    expect(new Set(gpus.map(({ serial }) => serial)).size).toBe(8);
  });

  it('tells the same through rocm-smi', () => {
    const rocm = factsOf(amdGpuProbe, { 'rocm-smi': say(model, 'rocm-smi', '--showallinfo', '--json') }).gpus;
    const amd = factsOf(amdGpuProbe, amdSmi).gpus;
    const common = ({ pciBusId, serial, name, memory, clocks, pcie }: (typeof amd)[number]) => [
      pciBusId,
      serial,
      name,
      memory.usedBytes,
      clocks.graphicsMHz,
      pcie.generation,
    ];
    expect(rocm.map(common)).toEqual(amd.map(common));
  });

  it('has no nvidia-smi', () => {
    expect(renderTool(model, ['nvidia-smi', '-L']).exitCode).toBe(127);
  });
});

describe('NVLink of simulated nodes', () => {
  const supportOf = (profile: NodeProfile) => {
    const model = modelOf(profile);
    const outputs = {
      status: say(model, 'nvidia-smi', 'nvlink', '-s'),
      errors: say(model, 'nvidia-smi', 'nvlink', '-e'),
    };
    return factsOf(nvlinkProbe, outputs).gpus;
  };

  it('has eighteen links a GPU behind NVSwitches, with their errors', () => {
    const gpus = supportOf(dgxH100);
    expect(gpus.map(({ links }) => links.filter(({ isActive }) => isActive).length)).toEqual(Array(8).fill(18));
    expect(gpus.flatMap(({ links }) => links).every(({ crcErrors }) => crcErrors !== null)).toBe(true);
  });

  it('has none on PCIe workstation cards, links that sleep without a bridge, and hides them behind MIG', () => {
    expect(supportOf(workstationRtx6000Ada).map(({ support }) => support)).toEqual(Array(4).fill('none'));
    const [whole, sliced] = supportOf(a100Mig);
    expect([whole?.support, whole?.links.some(({ isActive }) => isActive), sliced?.support]).toEqual([
      'links',
      false,
      'hidden',
    ]);
  });
});

it('a GPU that has lost links says which, and needs a look', () => {
  const model = modelOf(dgxH100);
  injectFault(model, 'nvlink-down', { gpu: 2 });
  const read = () =>
    factsOf(nvlinkProbe, {
      status: say(model, 'nvidia-smi', 'nvlink', '-s'),
      errors: say(model, 'nvidia-smi', 'nvlink', '-e'),
    });
  expect(
    read().gpus[2]?.links.flatMap(({ link, isActive, crcErrors }) => (isActive ? [] : [[link, crcErrors]])),
  ).toEqual([
    [16, 428],
    [17, 428],
  ]);
  expect(gpuConcerns({ nvlink: read() })).toEqual([
    { key: 'inventory.attentionNvlinkDown', params: { index: 2, active: 16, total: 18 } },
  ]);
  clearFault(model, 'nvlink-down');
  expect(gpuConcerns({ nvlink: read() })).toEqual([]);
});

it('a simulated node says that confidential computing is off, and whether its GPUs could', () => {
  const factsOn = (profile: NodeProfile) =>
    factsOf(gpuConfidentialComputingProbe, { query: say(modelOf(profile), 'nvidia-smi', 'conf-compute', '-q') });
  expect(factsOn(dgxH100)).toMatchObject({ isSupported: true, isOn: false, gpuCapability: 'CC Capable' });
  expect(factsOn(workstationRtx6000Ada)).toMatchObject({ isSupported: false, isOn: false });
});

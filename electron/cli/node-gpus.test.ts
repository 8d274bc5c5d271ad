import { describe, expect, it } from 'vitest';
import { amdGpuProbe } from '../engine/probes/amd-gpu/amd-gpu-probe';
import { gpuProbe } from '../engine/probes/gpu/gpu-probe';
import { nvlinkProbe } from '../engine/probes/nvlink/nvlink-probe';
import { factsOf } from '../engine/probes/testing/check';
import { NodeModel } from '../sim/model/node-model';
import { a100Mig, amdMi300x, dgxH100 } from '../sim/profiles';
import type { NodeProfile } from '../sim/profiles/profile';
import { renderTool } from '../sim/tools';
import { gpuSections } from './node-gpus';

const nodeOf = (profile: NodeProfile) => {
  const model = new NodeModel({ profile, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
  return (...argv: string[]) => String(renderTool(model, argv).stdout);
};
const text = (cell: unknown) => (typeof cell === 'object' && cell !== null && 'text' in cell ? cell.text : cell);

describe('the GPUs of a node on a terminal', () => {
  it('are told with identity, errors and links', () => {
    const say = nodeOf(dgxH100);
    const [readings, identities, states, slices, guests, modes, links, others] = gpuSections({
      gpu: factsOf(gpuProbe, { query: say('nvidia-smi', '-q', '-x') }),
      nvlink: factsOf(nvlinkProbe, {
        status: say('nvidia-smi', 'nvlink', '-s'),
        errors: say('nvidia-smi', 'nvlink', '-e'),
      }),
    }).map(([, rows]) => rows.map((row) => row.map(text)));
    const tables = [readings, identities, states, slices, guests, modes, links, others];
    expect(tables.map((rows) => rows?.length)).toEqual([8, 8, 8, 0, 0, 0, 8, 0]);
    expect(states?.[0]?.[1]).toMatch(/^GPU-/);
    expect(states?.[0]?.slice(2)).toEqual([
      '692-2G520-0200-000',
      '550.127.08',
      expect.stringMatching(/^\d+ °C$/),
      expect.any(String),
      'None',
      'Completed, Success',
    ]);
    expect(readings?.[0]?.slice(0, 2)).toEqual([0, 'NVIDIA H100 80GB HBM3']);
    expect(identities?.[0]?.slice(2)).toEqual([
      '96.00.89.00.01',
      'G520.0200.00.05',
      'Enabled',
      '0',
      '0',
      null,
      'Disabled',
      'gen 5 x16',
    ]);
    expect(links?.[0]?.[1]).toBe('18 / 18');
  });

  it('are told slice by slice, with the mode of their memory and their guests', () => {
    const say = nodeOf(a100Mig);
    const tables = gpuSections({
      gpu: factsOf(gpuProbe, { query: say('nvidia-smi', '-q', '-x'), list: say('nvidia-smi', '-L') }),
      'gpu-confidential-computing': {
        isSupported: true,
        isOn: true,
        multiGpuMode: 'None',
        cpuCapability: 'AMD SEV-SNP',
        gpuCapability: 'CC Capable',
        readyState: 'Ready',
        isDevToolsModeOn: false,
        environment: null,
      },
    });
    const [, slices = []] = tables.find(([head]) => head[1] === 'MIG') ?? [];
    expect(slices.length).toBeGreaterThan(0);
    expect(text(slices[0]?.[2])).toMatch(/^\dg\.\d+gb$/);
    expect(text(slices[0]?.[5])).toMatch(/^MIG-/);
    expect(tables.find(([head]) => head[0] === 'CONFIDENTIAL COMPUTING')?.[1]).toEqual([
      ['on', 'CC Capable', 'AMD SEV-SNP', 'None'],
    ]);
  });

  it('may be AMD’s', () => {
    const say = nodeOf(amdMi300x);
    const [readings, identities] = gpuSections({
      'amd-gpu': factsOf(amdGpuProbe, {
        'amd-smi': say('amd-smi', 'static', '--json'),
        'amd-smi-metric': say('amd-smi', 'metric', '--json'),
      }),
    }).map(([, rows]) => rows.map((row) => row.map(text)));
    expect(readings?.map(([index, name]) => [index, name])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => [index, 'AMD Instinct MI300X']),
    );
    expect(identities?.[0]?.slice(2)).toEqual([
      '022.040.003.043.000001',
      null,
      'Enabled',
      '0',
      null,
      null,
      'SPX/NPS1',
      'gen 5 x16',
    ]);
  });
});

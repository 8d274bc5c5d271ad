import type { FactsOf, NodeFacts } from '#shared/domain/facts/index';
import { dgxH100, NodeModel, renderTool } from '../../../sim/index';
import { parseRecorded } from '../../probes/parse-recorded';

/** What the GPU probe reads of a simulated DGX H100. */
export function dgxGpuFacts(seed = 1): FactsOf<'gpu'> {
  const model = new NodeModel({ profile: dgxH100, name: 'dgx01', seed, now: () => 1_700_000_000_000 });
  const { stdout } = renderTool(model, ['nvidia-smi', '-q', '-x']);
  const text = typeof stdout === 'string' ? stdout : new TextDecoder().decode(stdout);
  return parseRecorded('gpu', text, {}).facts as FactsOf<'gpu'>;
}

export function osFacts(values: Partial<FactsOf<'os'>> = {}): FactsOf<'os'> {
  return {
    hostname: 'dgx01',
    id: 'ubuntu',
    versionId: '22.04',
    prettyName: 'Ubuntu 22.04.5 LTS',
    kernelRelease: '5.15.0-1053-nvidia',
    architecture: 'x86_64',
    kernelCommandLine: null,
    uptimeSeconds: 10,
    loadAverages: [],
    bootId: null,
    clockOffsetMs: null,
    virtualization: 'none',
    vendor: 'NVIDIA',
    product: 'DGXH100',
    biosVersion: '1.01.03',
    ...values,
  };
}

/** The facts of a DGX, with the GPU at a position changed; null: pulled out. */
export function dgxFacts(index?: number, change?: Partial<FactsOf<'gpu'>['gpus'][number]> | null): NodeFacts {
  const gpu = dgxGpuFacts();
  const gpus = gpu.gpus.flatMap((one, at) => {
    if (at !== index) return [one];
    return change === null ? [] : [{ ...one, ...change }];
  });
  return { os: osFacts(), gpu: { ...gpu, gpus } };
}

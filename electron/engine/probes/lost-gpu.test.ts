import { describe, expect, it } from 'vitest';
import type { CommandOutput } from '#shared/domain/command';
import { procFiles } from '../../sim/files/proc';
import { injectFault } from '../../sim/model/apply-fault';
import { NodeModel } from '../../sim/model/node-model';
import { dgxH100 } from '../../sim/profiles';
import { renderTool } from '../../sim/tools';
import { gpuProbe } from './gpu/gpu-probe';
import { gpuListProbe, informationCommand, listCommand } from './gpu-list/gpu-list-probe';
import { gpuProcessesProbe } from './gpu-processes/gpu-processes-probe';
import type { Probe } from './probe';
import { printed } from './testing/recordings';

const lostBusId = '00000000:c3:00.0';

/** What the commands of a probe print on a node that has lost GPU 5. */
function outputsOf(probe: Probe, style: 'fields' | 'handle'): Record<string, CommandOutput> {
  const model = new NodeModel({ profile: dgxH100, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
  injectFault(model, 'xid-79-gpu-lost', { gpu: 5, style });
  const information = procFiles(model)
    .filter(([path]) => path.endsWith('/information'))
    .map(([path, text]) => String(text).replace(/^(?=.)/gm, `${path}:`))
    .join('');
  return Object.fromEntries(
    probe.commands.map(({ id, argv }) => {
      if (id === informationCommand.id) return [id, printed(information)];
      const { stdout, exitCode } = renderTool(model, argv, { user: 'ops', uid: 1000 });
      return [id, printed(String(stdout), exitCode)];
    }),
  );
}

describe.each(['fields', 'handle'] as const)('a node that has lost a GPU and says so by %s', (style) => {
  it('still lists the seven others, and the lost one by its bus id', () => {
    const result = gpuListProbe.parse(outputsOf(gpuListProbe, style));
    expect(result).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.gpuHandle', params: { pciBusId: '0000:c3:00.0' } },
      facts: { lost: [{ pciBusId: lostBusId }] },
    });
    const { gpus } = result.state === 'ok' ? result.facts : { gpus: [] };
    expect(gpus.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(new Set(gpus.map(({ name }) => name))).toEqual(new Set(['NVIDIA H100 80GB HBM3']));
  });

  it('has all eight in the inventory, one of them lost', () => {
    const result = gpuProbe.parse(outputsOf(gpuProbe, style));
    const gpus = result.state === 'ok' ? result.facts.gpus : [];
    expect(gpus.map(({ index, state }) => [index, state])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => [index, index === 5 ? 'lost' : 'present']),
    );
    expect(gpus[5]?.pciBusId).toBe(lostBusId);
    expect(gpus.filter(({ uuid }) => uuid !== null).length).toBeGreaterThanOrEqual(7);
    // Where nvidia-smi answers for the others, so do their facts.
    expect(gpus.filter(({ memory }) => memory.usedBytes !== null)).toHaveLength(style === 'fields' ? 7 : 0);
  });

  it('has the processes of the others where nvidia-smi lists them', () => {
    const result = gpuProcessesProbe.parse(outputsOf(gpuProcessesProbe, style));
    expect([result.state, result.reason?.key]).toEqual(
      style === 'fields' ? ['ok', undefined] : ['failed', 'probes.gpuHandle'],
    );
  });
});

describe('the list of GPUs', () => {
  it('costs a node with a hung driver no more than ten seconds', () => {
    expect(listCommand.timeoutMs).toBeLessThanOrEqual(10_000);
  });
});

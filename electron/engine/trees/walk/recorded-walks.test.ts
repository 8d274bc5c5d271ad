import { describe, expect, it } from 'vitest';
import { gpuMemory } from '#shared/domain/gpu-memory';
import { recommendPlacement } from '#shared/domain/gpu-placement';
import type { ProbeResult } from '#shared/domain/probe';
import { gpuProbe } from '../../probes/gpu/gpu-probe';
import { parseTopology } from '../../probes/gpu-topology/gpu-topology-probe';
import { hasRecordings, printed, recording, recordingNames } from '../../probes/testing/recordings';
import { builtInTrees, compileTrees } from '../compile/tree-library';
import { walk } from './walk';

const { trees } = compileTrees(builtInTrees());
const commandId = gpuProbe.commands[0]?.id ?? '';

function result(probeId: string, facts: unknown): ProbeResult {
  return { hostId: 'h', probeId, state: 'ok', reason: null, facts, observedAtMs: 1, durationMs: 1, commands: [] };
}

describe.skipIf(!hasRecordings)('the trees on what real nodes printed', () => {
  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-qx__/))('walks on %s to an end or a question', (name) => {
    const parsed = gpuProbe.parse({ [commandId]: printed(recording(name)) });
    expect(parsed.state).toBe('ok');
    if (parsed.state !== 'ok') return;
    for (const tree of trees.values()) {
      const basis = {
        hostId: 'h',
        runId: 'r',
        results: [result('gpu', parsed.facts)],
        // One reading is all that a recording has.
        again: Object.fromEntries([...tree.steps.keys()].map((id) => [id, []])),
        answers: {},
        forced: {},
        nowMs: 1,
      };
      const walked = walk(tree, basis, { treeById: (id) => trees.get(id), probeInfo: [] });
      expect(walked.path.length).toBeGreaterThan(1);
      expect(walked.question !== null || walked.findings.length > 0).toBe(true);
    }
  });

  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-topo-m__/))('recommends GPUs for every job size on %s', (name) => {
    const topology = parseTopology(recording(name));
    expect(topology).not.toBeNull();
    if (topology === null) return;
    const indexes = topology.devices.flatMap(({ gpuIndex }) => gpuIndex ?? []);
    const gpus = gpuMemory({
      gpu: {
        driverVersion: null,
        cudaVersion: null,
        gpus: indexes.map((index) => ({ index, uuid: `GPU-${index}`, state: 'present' }) as never),
      },
      gpuProcesses: null,
      processes: null,
      holders: null,
      processesAtMs: null,
    });
    for (const gpuCount of indexes.map((_, at) => at + 1)) {
      const place = recommendPlacement({ gpus, topology, gpuCount, neededBytes: null });
      expect(place?.indexes.length).toBe(gpuCount);
      expect(place?.areLinksKnown).toBe(true);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { gpusOfGres, readKubernetesNode } from './scheduler-node';

describe('GPUs that Slurm knows of', () => {
  it.each([
    ['gpu:h100:8(S:0-1)', 8],
    ['gpu:8', 8],
    ['gpu:a100:4(S:0,1),shard:a100:16(S:0,1)', 4],
    ['gpu:a100_3g.20gb:2,gpu:a100:1', 3],
    ['shard:16', null],
    ['', null],
  ])('%s: %s', (gres, count) => expect(gpusOfGres(gres)).toBe(count));
});

describe('a node as Kubernetes tells it', () => {
  const node = (more: object) =>
    JSON.stringify({ kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [], ...more } });

  it('is read with its conditions, taints and GPUs', () => {
    const text = JSON.stringify({
      kind: 'Node',
      metadata: { name: 'n1' },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
          { key: 'maintenance', effect: 'NoExecute' },
          { key: 'soft', effect: 'PreferNoSchedule' },
        ],
      },
      status: {
        conditions: [
          { type: 'DiskPressure', status: 'True' },
          { type: 'PIDPressure', status: 'False' },
          { type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' },
        ],
        allocatable: { 'nvidia.com/gpu': '7', cpu: '64' },
        capacity: { 'nvidia.com/gpu': '8' },
      },
    });
    expect(readKubernetesNode(text)).toEqual({
      name: 'n1',
      isReady: false,
      readyMessage: 'Kubelet stopped posting node status.',
      isCordoned: true,
      pressures: ['DiskPressure'],
      taints: ['maintenance:NoExecute'],
      allocatableGpus: 7,
      capacityGpus: 8,
    });
  });

  it('is not known where the text is something else, and what it leaves out is not made up', () => {
    for (const text of ['', 'NAME STATUS', '[]', '{"kind":"Pod"}', '{"kind":"Node","metadata":{"name":1},"status":{}}'])
      expect(readKubernetesNode(text)).toBeNull();
    expect(readKubernetesNode(node({}))).toMatchObject({ isReady: null, allocatableGpus: null, isCordoned: false });
  });
});

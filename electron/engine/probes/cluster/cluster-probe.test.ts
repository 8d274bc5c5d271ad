import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { clusterProbe } from './cluster-probe';

const membership =
  '== slurmd slurm 23.11.4 \n== kubelet Kubernetes v1.30.2 \n-- cgroupDriver systemd\n-- clusterDomain cluster.local\n== done\n';
const node =
  'NodeName=dgx01 Arch=x86_64 CoresPerSocket=56 CPUAlloc=24 CPUEfctv=224 CPUTot=224 CPULoad=18.41 AvailableFeatures=h100 Gres=gpu:h100:8(S:0-1) NodeAddr=dgx01 NodeHostName=dgx01 Version=23.11.4 OS=Linux 5.15.0 #54 SMP Thu RealMemory=2064125 AllocMem=98304 State=MIXED+DRAIN ThreadsPerCore=2 Partitions=train,debug BootTime=2025-09-02T10:00:00 CfgTRES=cpu=224,mem=2064125M,gres/gpu=8 AllocTRES=cpu=24,mem=96G,gres/gpu=3 Reason=NHC: check_fs failed [root@2025-11-02T10:11:12]\n';

describe('cluster probe', () => {
  it('reads what the controller knows of the node, and the kubelet', () => {
    expect(factsOf(clusterProbe, { membership, 'slurm-node': node })).toEqual({
      slurm: {
        slurmdVersion: '23.11.4',
        nodes: [
          {
            name: 'dgx01',
            state: 'mixed+drain',
            reason: 'NHC: check_fs failed',
            partitions: ['train', 'debug'],
            cpus: 224,
            allocatedCpus: 24,
            memoryMib: 2_064_125,
            gres: 'gpu:h100:8(S:0-1)',
            allocatedGres: '3',
            version: '23.11.4',
          },
        ],
      },
      kubernetes: {
        distribution: 'kubelet',
        version: '1.30.2',
        clusterDomain: 'cluster.local',
        cgroupDriver: 'systemd',
      },
    });
  });

  it('knows a node that is in no cluster, and one whose controller is away', () => {
    expect(clusterProbe.parse({ membership: printed('== done\n') })).toEqual({
      state: 'ok',
      facts: { slurm: null, kubernetes: null },
    });
    const away = printed('', 1, 'slurm_load_node error: Unable to contact slurm controller (connect failure)\n');
    expect(
      clusterProbe.parse({ membership: printed('== slurmd slurm 23.11.4 \n== done\n'), 'slurm-node': away }),
    ).toEqual({
      state: 'ok',
      facts: { slurm: { slurmdVersion: '23.11.4', nodes: [] }, kubernetes: null },
      reason: { key: 'probes.slurmSilent' },
    });
    expect(
      factsOf(clusterProbe, { membership: '== k3s k3s version v1.30.2+k3s1\n== done\n' }).kubernetes,
    ).toMatchObject({
      distribution: 'k3s',
      version: '1.30.2+k3s1',
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(clusterProbe, { membership, 'slurm-node': node });
  });

  it.skipIf(!hasRecordings)('software/slurm-rest-nodes__gpu: three nodes, two of them drained', () => {
    const { slurm } = factsOf(clusterProbe, { 'slurm-node': recording('software/slurm-rest-nodes__gpu.json') });
    const same = { partitions: ['atlas'], cpus: 36, gres: null, allocatedGres: null, version: '22.05.9' };
    const drained = { ...same, state: 'idle+drain', reason: 'Kill task failed', allocatedCpus: 0, memoryMib: 94_791 };
    expect(slurm).toEqual({
      slurmdVersion: null,
      nodes: [
        { name: 'naboo145', ...drained },
        { name: 'naboo146', ...drained },
        { name: 'naboo147', ...same, state: 'allocated', reason: null, allocatedCpus: 36, memoryMib: 94_793 },
      ],
    });
  });
});

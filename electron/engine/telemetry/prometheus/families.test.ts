import { describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { LatestValues } from '../latest-values';
import { exposition } from './exposition';
import { familiesOf } from './families';
import type { ServedNode } from './served-nodes';

const node: ServedNode = {
  hostId: 'h1',
  instance: 'dgx01',
  hostname: 'dgx01.lab',
  isConnected: true,
  gpus: new Map([['GPU-1', { index: 0, model: 'NVIDIA H100 80GB HBM3', device: 'nvidia0' }]]),
};

function frame(subject: Frame['subject'], values: Partial<Record<MetricId, number>>, atMs = 1000): Frame {
  return { subject, layout: Object.keys(values) as MetricId[], atMs, values: Object.values(values) };
}

/** What is served, without the lines about it. */
function served(frames: readonly Frame[], nowMs = 1000, nodes: readonly ServedNode[] = [node]): string[] {
  const latest = new LatestValues();
  for (const one of frames) latest.take('h1', [one]);
  return [...exposition(familiesOf(nodes, latest.measured(), nowMs))]
    .join('')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('gantry_node_up'));
}

const gpu = { kind: 'gpu', id: 'GPU-1' } as const;
const whole = { kind: 'node', id: '' } as const;

describe('what Prometheus is served', () => {
  it('has the names, labels and units of dcgm-exporter', () => {
    const labels =
      'gpu="0",UUID="GPU-1",device="nvidia0",modelName="NVIDIA H100 80GB HBM3",hostname="dgx01.lab",instance="dgx01"';
    expect(served([frame(gpu, { 'gpu.memoryUsedBytes': 3 * 1024 * 1024, 'gpu.temperatureC': 61 })])).toEqual([
      `DCGM_FI_DEV_FB_USED{${labels}} 3`,
      `DCGM_FI_DEV_GPU_TEMP{${labels}} 61`,
    ]);
  });

  it('has the names and labels of node_exporter', () => {
    const frames = [
      frame(whole, { 'node.load': 1.5 }),
      frame({ kind: 'disk', id: 'nvme0n1' }, { 'disk.readBytes': 4096 }),
      frame({ kind: 'rdma', id: 'mlx5_0/1' }, { 'rdma.linkDowned': 2 }),
    ];
    expect(served(frames)).toEqual([
      'node_load1{instance="dgx01"} 1.5',
      'node_disk_read_bytes_total{device="nvme0n1",instance="dgx01"} 4096',
      'node_infiniband_link_downed_total{device="mlx5_0",port="1",instance="dgx01"} 2',
    ]);
  });

  it('has counters as they stand, from their first sample on', () => {
    const disk = { kind: 'disk', id: 'sda' } as const;
    expect(served([frame(disk, { 'disk.reads': 100 })])).toEqual([
      'node_disk_reads_completed_total{device="sda",instance="dgx01"} 100',
    ]);
    expect(served([frame(disk, { 'disk.reads': 100 }), frame(disk, { 'disk.reads': 175 }, 2000)], 2000)).toEqual([
      'node_disk_reads_completed_total{device="sda",instance="dgx01"} 175',
    ]);
  });

  it('has nothing of what is unknown, stale, or of a node that is not connected', () => {
    const frames = [frame(whole, { 'node.load': 1, 'node.cpuBusyPercent': Number.NaN })];
    expect(served(frames)).toEqual(['node_load1{instance="dgx01"} 1']);
    expect(served(frames, 40_000)).toEqual([]);
    expect(served(frames, 1000, [{ ...node, isConnected: false }])).toEqual([]);
    expect(served(frames, 1000, [])).toEqual([]);
  });

  it('waits longer for counters that come every tenth round', () => {
    expect(served([frame({ kind: 'rdma', id: 'mlx5_0/1' }, { 'rdma.linkDowned': 2 })], 150_000)).toHaveLength(1);
  });

  it('says of each node whether it is connected', () => {
    const nodes = [node, { ...node, hostId: 'h2', instance: 'dgx02', hostname: null, isConnected: false }];
    expect([...exposition(familiesOf(nodes, [], 0))].join('').split('\n').slice(1)).toEqual([
      '# TYPE gantry_node_up gauge',
      'gantry_node_up{instance="dgx01",hostname="dgx01.lab"} 1',
      'gantry_node_up{instance="dgx02"} 0',
      '',
    ]);
  });

  it('keeps whatever a node prints inside its label', () => {
    const model = 'a"} 1\nevil_metric{x="\\ \u001b[31m\u0000\ud800';
    const hostile = { ...node, hostname: null, gpus: new Map([['GPU-1', { index: 0, model, device: null }]]) };
    const [line] = served([frame(gpu, { 'gpu.temperatureC': 50 })], 1000, [hostile]);
    expect(Buffer.from(line ?? '').toString()).toBe(
      'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",modelName="a\\"} 1\\nevil_metric{x=\\"\\\\ \ufffd\ufffd",hostname="dgx01",instance="dgx01"} 50',
    );
  });

  it('serves one of two devices whose names can’t be told apart as text', () => {
    const frames = ['a\u0001', 'a\u0002'].map((id) => frame({ kind: 'network', id }, { 'network.sentBytes': 1 }));
    expect(served(frames)).toEqual(['node_network_transmit_bytes_total{device="a\ufffd",instance="dgx01"} 1']);
  });
});

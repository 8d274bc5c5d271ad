import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Frame, type Subject, subjectKey } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { LocalHost } from '../../hosts/local-host';
import { freePort } from '../../hosts/testing/sshd';
import { parseExposition } from '../../probes/lib/parse-exposition';
import { ToldSamples } from '../watch/told-samples';
import { EndpointWatch } from './endpoint-watch';
import type { ExporterContext } from './exporter';
import { nodeExporter } from './node-exporter';

const context: ExporterContext = { place: ':9100', gpus: [], told: new Set(), isTold: () => false };

function shown(frames: readonly Frame[]): Record<string, Partial<Record<MetricId, number>>> {
  return Object.fromEntries(
    frames.map(({ subject, layout, values }) => [
      subjectKey(subject),
      Object.fromEntries(layout.map((metric, index) => [metric, values[index]])),
    ]),
  );
}
const read = (lines: readonly string[], more: Partial<ExporterContext> = {}) =>
  shown(nodeExporter.create({ ...context, ...more }).read(parseExposition(lines.join('\n')), 0));

describe('node_exporter', () => {
  it('tells the node, and of its devices those that are watched without it', () => {
    const found = read([
      'node_load1 1.5',
      'node_memory_SwapTotal_bytes 4096',
      'node_memory_SwapFree_bytes 1024',
      'node_edac_correctable_errors_total{controller="0"} 3',
      'node_edac_correctable_errors_total{controller="1"} 4',
      'node_disk_read_bytes_total{device="nvme0n1"} 5e+09',
      'node_disk_read_bytes_total{device="nvme0n1p1"} 4e+09',
      'node_disk_read_bytes_total{device="loop0"} 1',
      'node_network_receive_bytes_total{device="eth0"} 7',
      'node_network_receive_bytes_total{device="veth12ab"} 7',
      'node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 8',
      'node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 8',
      'node_filesystem_readonly{device="files:/home",fstype="nfs4",mountpoint="/home"} 1',
      'node_infiniband_port_data_received_bytes_total{device="mlx5_0",port="1"} 400',
      'node_hwmon_temp_celsius{chip="x"} 40',
    ]);
    expect(found).toEqual({
      node: { 'node.load': 1.5, 'node.swapUsedBytes': 3072, 'node.memoryErrorsCorrected': 7 },
      'disk nvme0n1': { 'disk.readBytes': 5e9 },
      'network eth0': { 'network.receivedBytes': 7 },
      'fileSystem /': { 'fileSystem.availableBytes': 8 },
      'rdma mlx5_0/1': { 'rdma.receivedBytes': 400 },
    });
  });

  it('tells how busy processors were between two answers, and not after one was taken out', () => {
    const reader = nodeExporter.create(context);
    const answer = (user: number, idle: number, iowait: number) =>
      parseExposition(
        [
          `node_cpu_seconds_total{cpu="0",mode="user"} ${user}`,
          `node_cpu_seconds_total{cpu="0",mode="idle"} ${idle}`,
          `node_cpu_seconds_total{cpu="0",mode="iowait"} ${iowait}`,
          'node_cpu_guest_seconds_total{cpu="0",mode="user"} 99',
        ].join('\n'),
      );
    expect(reader.read(answer(10, 90, 0), 0)).toEqual([]);
    const second = shown(reader.read(answer(13, 96, 1), 10_000));
    expect(second.node).toEqual({ 'node.cpuBusyPercent': 30, 'node.cpuWaitPercent': 10 });
    expect(reader.read(answer(5, 40, 0), 20_000)).toEqual([]);
  });

  it('leaves out what another source tells, until that one falls silent', () => {
    const told = new ToldSamples();
    const node: Subject = { kind: 'node', id: '' };
    told.take([{ subject: node, layout: ['node.load', 'node.clockOffsetSeconds'], atMs: 0, values: [2, Number.NaN] }]);
    let nowMs = 1000;
    const isTold = (subject: Subject, metric: MetricId) => told.isTold(subject, metric, nowMs, 1000);
    const lines = ['node_load1 1.5', 'node_timex_offset_seconds 0.002'];
    expect(read(lines, { isTold })).toEqual({ node: { 'node.clockOffsetSeconds': 0.002 } });
    nowMs = 36_000;
    expect(read(lines, { isTold })).toEqual({ node: { 'node.load': 1.5, 'node.clockOffsetSeconds': 0.002 } });
  });
});

describe('the node_exporter of Debian', () => {
  let exporter: ChildProcess | null = null;
  afterEach(() => void exporter?.kill());

  it('is read on its own node where the login runs nothing else, and nowhere else', async () => {
    const port = await freePort();
    exporter = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}/metrics`;
    const isUp = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) await pause(100);
    const named = [url];
    let nowMs = 1_000_000;
    const frames: Frame[] = [];
    const watch = new EndpointWatch({
      named: () => named,
      nowMs: () => nowMs,
      onFrames: (more) => frames.push(...more),
      onBytes: () => {},
      onStop: () => {},
      onGap: () => {},
    });
    const asked = { gpus: [], told: new Set<never>(), isTold: () => false };
    const { signal } = new AbortController();
    const host = new LocalHost({ id: 'here' });
    for (let round = 0; round < 2; round += 1) {
      await watch.round(host, asked, 10_000, signal);
      nowMs += 10_000;
    }
    expect(watch.states.find((one) => one.url === url)).toMatchObject({
      exporters: ['node-exporter'],
      state: 'reading',
    });
    const values = shown(frames).node ?? {};
    expect(Object.keys(values)).toEqual(
      expect.arrayContaining(['node.cpuBusyPercent', 'node.load', 'node.memoryAvailableBytes', 'node.swapUsedBytes']),
    );
    expect(values['node.memoryAvailableBytes']).toBeLessThan(values['node.memoryTotalBytes'] ?? 0);
    expect(Object.keys(shown(frames)).some((key) => key.startsWith('network '))).toBe(true);
  });

  it('is not taken for this node where it is another machine’s', async () => {
    const host = {
      exec: async () => ({ state: 'exited', exitCode: 1, stdout: new Uint8Array() }),
      forward: async () => {
        const { PassThrough, Duplex } = await import('node:stream');
        const answer = new PassThrough();
        answer.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nnode_load1 1\n');
        return Duplex.from({ readable: answer, writable: new PassThrough().resume() });
      },
    } as unknown as LocalHost;
    const frames: Frame[] = [];
    const watch = new EndpointWatch({
      named: () => ['http://10.0.0.7:9100/metrics'],
      nowMs: () => 0,
      onFrames: (more) => frames.push(...more),
      onBytes: () => {},
      onStop: () => {},
      onGap: () => {},
    });
    const asked = { gpus: [], told: new Set<never>(), isTold: () => false };
    await watch.round(host, asked, 10_000, new AbortController().signal);
    expect(watch.states).toMatchObject([
      { state: 'failed', exporters: [], detail: expect.stringMatching(/own node only/) },
    ]);
    expect(frames).toEqual([]);
  });
});

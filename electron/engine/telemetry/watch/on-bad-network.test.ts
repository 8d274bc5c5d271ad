import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import { createDirectoryBench, type DirectoryBench } from '../../hosts/testing/directory-bench';
import { type Sshd, sshdMissing, startSshd } from '../../hosts/testing/sshd';
import { startTcpProxy, type TcpProxy } from '../../hosts/testing/tcp-proxy';
import { system } from '../collectors/system/system';
import { HostWatch } from './host-watch';

describe.skipIf(sshdMissing !== null)('streams of a real sshd', () => {
  let server: Sshd;
  let proxy: TcpProxy;
  let bench: DirectoryBench;
  beforeAll(async () => {
    server = await startSshd();
    proxy = await startTcpProxy(server);
    bench = createDirectoryBench();
  });
  afterAll(async () => {
    await bench?.close();
    await proxy?.close();
    await server?.stop();
  });

  it('resume after a cut and a stall: nothing comes twice, and the time of which nothing is known is told', async () => {
    const hostId = bench.add(server, { port: proxy.port });
    const frames: Frame[] = [];
    const gaps: Array<readonly [fromMs: number, toMs: number]> = [];
    const watch = new HostWatch({
      hostId,
      open: (signal) => bench.directory.open(hostId, { signal }),
      gpus: () => Promise.resolve({ nvidiaGpus: [], gpuByBusId: new Map(), amdGpus: new Map(), amdTool: null }),
      nowMs: Date.now,
      onFrames: (more) => frames.push(...more),
      onEvent: ({ atMs, untilMs, body }) => {
        if (body.kind === 'gap' && untilMs !== null) gaps.push([atMs, untilMs]);
      },
      collectors: [system],
      slowCollectors: [],
      retryMs: 100,
    });
    const wait = (check: () => void) =>
      vi.waitFor(
        async () => {
          await watch.setPace(1000);
          check();
        },
        { timeout: 60_000, interval: 100 },
      );
    const rounds = () => new Set(frames.map(({ atMs }) => atMs)).size;
    const streaming = () => {
      const before = rounds();
      return wait(() => expect(rounds()).toBeGreaterThan(before + 1));
    };
    try {
      await streaming();
      proxy.cut();
      await wait(() => expect(proxy.connections).toBeGreaterThan(1));
      await streaming();

      // What was under way comes when nobody waits for it any more.
      const told = gaps.length;
      proxy.freeze();
      await wait(() => expect(bench.directory.status(hostId).connection).not.toBe('connected'));
      proxy.thaw();
      await streaming();
      await wait(() => expect(gaps.length).toBeGreaterThan(told));
      for (const [fromMs, toMs] of gaps) {
        expect(frames.filter(({ atMs }) => atMs > fromMs && atMs < toMs)).toEqual([]);
      }

      const times = new Map<string, number[]>();
      for (const { subject, layout, atMs } of frames) {
        const series = `${subjectKey(subject)} ${layout.join()}`;
        times.set(series, [...(times.get(series) ?? []), atMs]);
      }
      expect(times.size).toBeGreaterThan(0);
      for (const series of times.values()) expect(series).toEqual([...new Set(series)].sort((a, b) => a - b));
    } finally {
      await watch.setPace(null);
    }
  }, 240_000);
});

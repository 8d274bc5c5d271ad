import { expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import { paces } from '#shared/domain/telemetry/pace';
import { type BatchOptions, type CommandResult, type Host, HostUnavailableError } from '../../hosts/host';
import type { WatchedNode } from '../collectors/collector';
import { allSlowCollectors } from '../collectors/slow/all-slow';
import { SlowRounds } from './slow-rounds';

type Answer = Partial<Pick<CommandResult, 'state' | 'exitCode'>> & { stdout?: string; stderr?: string };

const node: WatchedNode = {
  nvidiaGpus: [],
  queryFields: new Set(),
  gpuByBusId: new Map(),
  amdGpus: new Map(),
  amdTool: null,
  dcgm: null,
};
const absent: Answer = { state: 'missing-tool', exitCode: 127 };

/** A node whose commands answer as `answers` says by their ids, and that lacks all others. */
function start(answers: Record<string, Answer>) {
  const asked: string[][] = [];
  const frames: Frame[] = [];
  let timeMs = 0;
  let isCut = false;
  const batch = async function* (specs: readonly CommandSpec[], options: BatchOptions): AsyncGenerator<CommandResult> {
    asked.push(specs.map(({ id }) => id));
    if (isCut) throw new HostUnavailableError('node', { code: 'connection-lost' } as never);
    options.onClockOffset?.(-250);
    for (const spec of specs) {
      const { stdout = '', stderr = '', ...rest } = answers[spec.id] ?? absent;
      yield {
        spec,
        privilege: 'user',
        state: 'exited',
        exitCode: 0,
        startedAtMs: timeMs,
        durationMs: 5,
        stdout: Buffer.from(stdout),
        stderr: Buffer.from(stderr),
        isTruncated: false,
        ...rest,
      };
    }
    options.onCost?.({ roundTrips: 1, bytesReceived: 100, nodeCpuMs: 40 });
  };
  const rounds = new SlowRounds({
    collectors: allSlowCollectors,
    nowMs: () => timeMs,
    onFrames: (taken) => frames.push(...taken),
    onBytes: () => {},
  });
  return {
    asked,
    frames,
    rounds,
    cut: (is: boolean) => {
      isCut = is;
    },
    at: async (atMs: number, intervalMs: number = paces.shown) => {
      timeMs = atMs;
      await rounds.ask({ batch } as unknown as Host, node, intervalMs, new AbortController().signal);
    },
  };
}

const chrony = '0A000001,10.0.0.1,2,1760000000.0,0.000250000,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,Normal\n';
const upsStatus = 'ups:nut\n==> rack\nups.status: OB LB\nbattery.charge: 12\ndriver.name: usbhid-ups\n<== 0\n';

it('asks in one round trip for all that is due, each as often as it wants, and seldom for what is not there', async () => {
  const { asked, frames, at } = start({ chrony: { stdout: chrony }, upsc: { stdout: upsStatus } });
  await at(0);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toEqual(
    expect.arrayContaining(['df', 'chrony', 'edac', 'upsc', 'status', 'ipmi-power', 'smartctl']),
  );
  expect(asked[0]).not.toContain('rocm-smi');
  expect(frames.map(({ subject, atMs }) => [subjectKey(subject), atMs])).toEqual([
    ['node', 0],
    ['ups rack', 0],
  ]);
  expect(frames[0]?.values).toEqual([-0.00025, -0.25, 1]);
  expect(frames[1]?.values.slice(0, 5)).toEqual([1, 1, 0, 0, 12]);
  await at(15_000);
  expect(asked).toHaveLength(1);
  await at(30_000);
  expect(asked[1]).toEqual(['upsc']);
  await at(60_000);
  expect(asked[2]).toEqual(expect.arrayContaining(['chrony', 'upsc']));
  expect(asked[2]).not.toContain('status');
  await at(1_800_000);
  expect(asked[3]).toContain('status');
});

it('goes on asking for what stopped answering and says so; what a node never told is none of its troubles', async () => {
  const answers: Record<string, Answer> = {
    upsc: { stdout: upsStatus },
    'ipmi-power': { state: 'denied', exitCode: 1, stderr: 'sudo: a password is required\n' },
  };
  const { asked, rounds, at } = start(answers);
  await at(0);
  const state = (id: string) => [...rounds.states].find((each) => each.id === id);
  expect(state('ups')).toMatchObject({ state: 'running' });
  expect(state('bmc-power')).toBeUndefined();
  expect(state('ups')?.cost?.cpuPercent).toBeGreaterThan(0);
  answers.upsc = { exitCode: 1, stderr: 'Error: Connection failure\n' };
  await at(30_000);
  expect(state('ups')).toMatchObject({ state: 'stopped', end: { lastWords: 'Error: Connection failure' } });
  await at(60_000);
  expect(asked[2]).toContain('upsc');
});

it('has everything still due after a connection that was lost', async () => {
  const { asked, frames, at, cut } = start({ upsc: { stdout: upsStatus } });
  cut(true);
  await at(0);
  cut(false);
  await at(15_000);
  expect(asked[1]).toEqual(asked[0]);
  expect(frames.map(({ subject }) => subject.kind)).toContain('ups');
});

it('asks half as often while nobody has the app before them, and at once again for what is due when somebody has', async () => {
  const { asked, at } = start({ chrony: { stdout: chrony }, upsc: { stdout: upsStatus } });
  await at(0, paces.hidden);
  await at(30_000, paces.hidden);
  expect(asked).toHaveLength(1);
  await at(60_000, paces.hidden);
  expect(asked[1]).toEqual(['upsc']);
  await at(61_000, paces.shown);
  expect(asked[2]).toContain('chrony');
  expect(asked[2]).not.toContain('upsc');
});

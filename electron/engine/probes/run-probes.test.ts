import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CommandSpec, lanes } from '#shared/domain/command';
import type { FactsOf } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { realPaceMs } from '../../sim/tools/pace';
import { LocalHost } from '../hosts/local-host';
import { allProbes, probeById } from './all';
import { commandsOf, runProbes } from './run-probes';
import { ScriptedHost } from './testing/scripted-host';

const probes = (...ids: string[]) => ids.flatMap((id) => probeById(id) ?? []);
const list = 'GPU 0: NVIDIA L4 (UUID: GPU-4c1a0000-0000-0000-0000-000000000001)\n';

async function collect(host: ScriptedHost, ids: string[], kept: string[] = [], user = 'ops'): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  const keep = (result: { spec: { id: string } }) => {
    kept.push(result.spec.id);
    return `evidence of ${result.spec.id}`;
  };
  for await (const result of runProbes(host, probes(...ids), { keep, user })) results.push(result);
  return results;
}

describe('runProbes', () => {
  it('asks everything in one batch and yields each probe when its last command is in', async () => {
    const host = new ScriptedHost('node', {
      meminfo: { stdout: 'MemTotal: 8 kB\nMemFree: 4 kB\n' },
      'os-release': { stdout: 'ID=debian\n' },
    });
    const results = await collect(host, ['memory', 'os']);
    expect(host.batches).toHaveLength(1);
    expect(results).toMatchObject([
      {
        hostId: 'node',
        probeId: 'memory',
        state: 'ok',
        reason: null,
        facts: { totalBytes: 8192 },
        observedAtMs: 1000,
        durationMs: 5,
        commands: [
          {
            commandId: 'meminfo',
            argv: ['cat', '/proc/meminfo'],
            exitCode: 0,
            stdoutBytes: 29,
            evidenceId: 'evidence of meminfo',
          },
          { commandId: 'huge-pages', state: 'missing-tool' },
        ],
      },
      { probeId: 'os', state: 'ok', facts: { id: 'debian', clockOffsetMs: 250 } },
    ]);
  });

  it('runs a command of two probes once and keeps its output once', async () => {
    const kept: string[] = [];
    const host = new ScriptedHost('node', { list: { stdout: list } });
    const results = await collect(host, ['gpu', 'gpu-list'], kept);
    // The short one first: should nvidia-smi hang, it is known after 10 s and not after 30.
    expect(kept).toEqual(['list', 'query', 'information']);
    expect(results.map((result) => [result.probeId, result.state])).toEqual([
      ['gpu', 'missing-tool'],
      ['gpu-list', 'ok'],
    ]);
    expect(results[0]?.commands[1]?.evidenceId).toBe(results[1]?.commands[0]?.evidenceId);
  });

  it('says of each command with which privilege it ran', async () => {
    const answers = { info: { stdout: '{"ServerVersion":"27.0.3"}', privilege: 'root' as const }, meminfo: {} };
    const results = await collect(new ScriptedHost('node', answers), ['docker', 'memory']);
    const said = results.flatMap(({ commands }) => commands.map(({ commandId, privilege }) => [commandId, privilege]));
    expect(said).toEqual([
      ['info', 'root'],
      ['containers', 'user'],
      ['settings', 'user'],
      ['units-loaded', 'user'],
      ['meminfo', 'user'],
      ['huge-pages', 'user'],
    ]);
  });

  it('names the login in the sudoers line of what was denied', async () => {
    const denied = { state: 'denied' as const, exitCode: null };
    const host = new ScriptedHost('node', { fuser: denied, descriptors: denied });
    const [result] = await collect(host, ['gpu-holders']);
    expect(result).toMatchObject({ state: 'denied', reason: { key: 'probes.denied' } });
    expect(result?.reason?.params?.sudoers).toMatch(
      /^ops ALL=\(root\) NOPASSWD: \/usr\/bin\/fuser -v \/dev\/nvidiactl /,
    );
  });

  it('lets bytes that are no UTF-8 harm their own probe only', async () => {
    const host = new ScriptedHost('node', {
      meminfo: { stdout: '\uffff\u0000\u001b[2J' },
      'os-release': { stdout: 'ID=debian\n' },
    });
    expect((await collect(host, ['memory', 'os'])).map((result) => result.state)).toEqual(['unparsable', 'ok']);
  });

  it.runIf(process.platform === 'linux')('reads names of processes that are not ASCII as they are', async () => {
    const name = '训练-modèle';
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)', name], { stdio: 'ignore' });
    try {
      await new Promise((resolve) => child.once('spawn', resolve));
      const host = new LocalHost({ id: 'local' });
      const results: ProbeResult[] = [];
      for await (const result of runProbes(host, probes('processes'), { keep: () => 'kept' })) results.push(result);
      await host.close();
      const facts = results[0]?.facts as FactsOf<'processes'> | undefined;
      expect(facts?.processes.find(({ pid }) => pid === child.pid)?.commandLine).toContain(name);
    } finally {
      child.kill();
    }
  });

  it.runIf(process.platform === 'linux')('collects this machine for real', async () => {
    const host = new LocalHost({ id: 'local' });
    const results: ProbeResult[] = [];
    for await (const result of runProbes(host, allProbes, { keep: () => 'kept' })) results.push(result);
    await host.close();
    expect(results.map((result) => result.probeId).sort()).toEqual(allProbes.map((probe) => probe.id).sort());
    const states = new Map(results.map((result) => [result.probeId, result.state]));
    for (const id of ['os', 'cpu', 'memory', 'processes', 'file-systems', 'network'])
      expect([id, states.get(id)]).toEqual([id, 'ok']);
    const facts = results.find((result) => result.probeId === 'processes')?.facts as FactsOf<'processes'> | undefined;
    expect(facts?.processes.map((one) => one.pid)).toContain(process.pid);
  });
});

describe('the list of probes', () => {
  it('names a command for every fact, and each command once within its probe', () => {
    for (const { id, commands, sources } of allProbes) {
      const ids = commands.map((command) => command.id);
      expect([id, new Set(ids).size]).toEqual([id, ids.length]);
      const covered = '' in sources || Object.keys(sources).length === ids.length;
      expect([
        id,
        covered,
        Object.values(sources).filter((source) => source.split('|').some((id) => !ids.includes(id))),
      ]).toEqual([id, true, []]);
    }
  });

  it('never has two nvidia-smi or two ipmitool run at once, and bounds each command in time', () => {
    for (const { argv, lane, timeoutMs } of commandsOf(allProbes)) {
      if (argv[0] === 'nvidia-smi') expect([argv.join(' '), lane]).toEqual([argv.join(' '), 'nvml']);
      if (argv[0] === 'ipmitool') expect([argv.join(' '), lane]).toEqual([argv.join(' '), 'bmc']);
      // A BMC is slow, a RAID controller as well: nothing else may take a minute.
      expect(timeoutMs ?? 3000).toBeLessThanOrEqual(lane === 'bmc' ? 60_000 : 40_000);
    }
  });

  it('takes, all together, little longer than the slowest probe does alone, at the pace of real tools', () => {
    // Lanes run beside each other, and the commands of one follow each other. What only some nodes have is asked only there.
    const laneMs = (commands: readonly CommandSpec[]) =>
      Math.max(
        ...lanes.map((lane) =>
          commands
            .filter((command) => command.lane === lane && command.onlyWhere === undefined)
            .reduce((sum, command) => sum + paceMs(command), 0),
        ),
      );
    const paceMs = ({ argv: [tool, ...args] }: CommandSpec) => {
      const [called = tool, ...rest] = /\bexec (nvidia-smi [^;\n]*)/.exec(args[1] ?? '')?.[1]?.split(' ') ?? [];
      return called === tool ? realPaceMs(tool, args) : realPaceMs(called, rest);
    };
    const slowestMs = Math.max(...allProbes.map(({ commands }) => laneMs(commands)));
    expect(slowestMs).toBeGreaterThan(1000);
    expect(laneMs(commandsOf(allProbes)) / slowestMs).toBeLessThan(1.2);
  });
});

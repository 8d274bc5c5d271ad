import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromEngineProcess, ToEngineProcess } from '#shared/contract/engine-process';
import type { EngineState } from '#shared/contract/native';
import { type EngineProcess, EngineSupervisor } from './engine-supervisor';

class FakeProcess implements EngineProcess<string> {
  posted: [ToEngineProcess, string[] | undefined][] = [];
  isKilled = false;
  #onMessage: (message: FromEngineProcess) => void = () => {};
  #onExit: ((code: number) => void)[] = [];

  post(message: ToEngineProcess, ports?: string[]): void {
    this.posted.push([message, ports]);
  }
  onMessage(listener: (message: FromEngineProcess) => void): void {
    this.#onMessage = listener;
  }
  onExit(listener: (code: number) => void): void {
    this.#onExit.push(listener);
  }
  kill(): void {
    this.isKilled = true;
    this.exit(9);
  }
  say(message: FromEngineProcess): void {
    this.#onMessage(message);
  }
  exit(code: number): void {
    for (const listener of this.#onExit) listener(code);
  }
}

describe('EngineSupervisor', () => {
  let processes: FakeProcess[];
  let states: EngineState[];
  let supervisor: EngineSupervisor<string>;
  const latest = () => processes.at(-1) as FakeProcess;

  beforeEach(() => {
    vi.useFakeTimers();
    processes = [];
    states = [];
    supervisor = new EngineSupervisor({
      spawn: () => {
        processes.push(new FakeProcess());
        return latest();
      },
      dataDir: '/data',
      createWorkstationPort: () => 'secrets',
      random: () => 1,
    });
    supervisor.onDidChangeState((state) => states.push(state));
    supervisor.start();
  });
  afterEach(() => vi.useRealTimers());

  it('starts the engine with its data folder and the keychain, and is running once it says so', () => {
    expect(latest().posted).toEqual([[{ kind: 'start', dataDir: '/data' }, ['secrets']]]);
    latest().say({ kind: 'ready' });
    expect(states).toEqual([{ kind: 'starting', problem: null }, { kind: 'running' }]);
  });

  it('says why the data could not be opened until an engine can open it', () => {
    const problem = { reason: 'full' as const, path: '/data/gantry.db', disk: '/data', detail: 'disk I/O error' };
    latest().say({ kind: 'failed', reason: 'disk I/O error', problem });
    latest().exit(1);
    vi.advanceTimersByTime(500);
    latest().say({ kind: 'ready' });
    latest().exit(9);
    expect(states.map((state) => [state.kind, 'problem' in state && state.problem])).toEqual([
      ['starting', null],
      ['restarting', problem],
      ['starting', problem],
      ['running', false],
      ['restarting', null],
    ]);
  });

  it('starts a new process after a crash, says why, and tells that ports are wanted', () => {
    const onSpawn = vi.fn();
    supervisor.onDidSpawn(onSpawn);
    latest().say({ kind: 'ready' });
    latest().exit(139);
    expect(supervisor.state).toEqual({
      kind: 'restarting',
      attempt: 1,
      delayMs: 500,
      reason: 'it ended with code 139',
      problem: null,
    });
    expect(supervisor.connect(() => 'port')).toBe(false);
    vi.advanceTimersByTime(500);
    expect(processes).toHaveLength(2);
    expect(onSpawn).toHaveBeenCalledOnce();
    expect(supervisor.connect(() => 'port')).toBe(true);
    expect(latest().posted.at(-1)).toEqual([{ kind: 'connect' }, ['port']]);
  });

  it('waits longer after each crash in a row, then gives up with the last reason', () => {
    const delays: number[] = [];
    for (let crash = 1; crash <= 7; crash += 1) {
      latest().say({ kind: 'failed', reason: `crash ${crash}`, problem: null });
      latest().exit(1);
      if (supervisor.state.kind !== 'restarting') break;
      delays.push(supervisor.state.delayMs);
      vi.advanceTimersByTime(supervisor.state.delayMs);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000]);
    expect(supervisor.state).toEqual({ kind: 'failed', reason: 'crash 7', problem: null });
    vi.advanceTimersByTime(600_000);
    expect(processes).toHaveLength(7);
  });

  it('counts from the start again once an engine ran for a while', () => {
    latest().exit(1);
    vi.advanceTimersByTime(500);
    latest().exit(1);
    vi.advanceTimersByTime(1000 + 61_000);
    latest().exit(1);
    expect(supervisor.state).toMatchObject({ kind: 'restarting', attempt: 1 });
  });

  it('restarts on demand without counting it as a crash', async () => {
    const first = latest();
    const restarted = supervisor.restart();
    expect(first.posted.at(-1)).toEqual([{ kind: 'stop' }, undefined]);
    first.exit(0);
    await restarted;
    expect(processes).toHaveLength(2);
    expect(supervisor.state).toEqual({ kind: 'starting', problem: null });
  });

  it('ends an engine that does not stop by itself', async () => {
    const stopped = supervisor.stop();
    await vi.advanceTimersByTimeAsync(4000);
    await stopped;
    expect(latest().isKilled).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes).toHaveLength(1);
  });

  it('does not wait for ever for one that never tells that it ended', async () => {
    vi.spyOn(latest(), 'kill').mockImplementation(() => undefined);
    const stopped = supervisor.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await expect(stopped).resolves.toBeUndefined();
  });
});

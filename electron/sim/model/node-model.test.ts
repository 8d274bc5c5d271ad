import { describe, expect, it } from 'vitest';
import { canBreak } from '../fault-targets';
import { faultNames } from '../faults';
import { a100Mig, dgxH100, nodeProfiles, workstationRtx6000Ada } from '../profiles';
import type { NodeProfile } from '../profiles/profile';
import { clearFault, injectFault } from './apply-fault';
import { NodeModel } from './node-model';
import { isSimPid } from './process';

function modelOf(profile: NodeProfile, seed = 1): { model: NodeModel; pass(seconds: number): void } {
  let nowMs = Date.UTC(2026, 0, 5, 8, 0, 0);
  const model = new NodeModel({ profile, name: 'node', seed, now: () => nowMs });
  return {
    model,
    pass(seconds) {
      nowMs += seconds * 1000;
      model.advance();
    },
  };
}

const root = { uid: 0 };

describe('NodeModel', () => {
  it('is the same for the same seed and another one for another', () => {
    const uuids = (seed: number): string[] => modelOf(dgxH100, seed).model.gpus.map((gpu) => gpu.uuid);
    expect(uuids(5)).toEqual(uuids(5));
    expect(uuids(6)).not.toEqual(uuids(5));
    expect(new Set(uuids(5)).size).toBe(8);
  });

  it('starts warm: busy cards are hot and the idle one is not', () => {
    const { model } = modelOf(dgxH100);
    expect(model.gpus[4]?.heat.temperatureC).toBeGreaterThan(55);
    expect(model.gpus[7]?.heat.temperatureC).toBeLessThan(40);
    expect(model.gpus[4]?.utilizationPercent).toBeGreaterThan(85);
    expect(model.gpus[7]?.utilizationPercent).toBe(0);
  });

  it('counts the memory of holders once and never more than there is', () => {
    const { model } = modelOf(workstationRtx6000Ada);
    const gpu = model.gpus[3];
    if (!gpu) throw new Error('no such GPU');
    expect(model.memoryUsedMib(gpu)).toBe(4);
    injectFault(model, 'memory-held-by-orphan', { gpu: 3, memoryMib: 10_000 });
    expect(model.memoryUsedMib(gpu)).toBe(10_004);
    injectFault(model, 'memory-held-by-orphan', { gpu: 3, memoryMib: 999_999 });
    expect(model.memoryUsedMib(gpu)).toBe(gpu.slot.card.memoryTotalMib - gpu.slot.card.memoryReservedMib);
    clearFault(model, 'memory-held-by-orphan');
    expect(model.memoryUsedMib(gpu)).toBe(4);
  });

  it('ends a process some time after TERM, at once after KILL, and only for its owner or root', () => {
    const { model, pass } = modelOf(workstationRtx6000Ada);
    const [first, second] = model.holdersOf(0).concat(model.holdersOf(2));
    if (!first || !second) throw new Error('no holders');
    expect(model.signal(first.pid, 'TERM', { uid: 4242 })).toBe('not-permitted');
    expect(model.signal(first.pid, '0', root)).toBe('delivered');
    expect(model.signal(first.pid, 'TERM', { uid: first.uid })).toBe('delivered');
    pass(0.3);
    expect(model.processes.has(first.pid)).toBe(true);
    pass(1);
    expect(model.processes.has(first.pid)).toBe(false);
    expect(model.signal(second.pid, 'KILL', root)).toBe('delivered');
    expect(model.processes.has(second.pid)).toBe(false);
    expect(model.signal(second.pid, 'TERM', root)).toBe('no-such-process');
    pass(5);
    expect(model.gpus[0]?.utilizationPercent).toBe(0);
  });

  it('hands the children of an ended process to init', () => {
    const { model } = modelOf(dgxH100);
    const job = model.holdersOf(4)[0];
    if (!job) throw new Error('no job');
    expect(model.processes.get(job.ppid)?.executable).toBe('-bash');
    model.signal(job.ppid, 'KILL', root);
    expect(job.ppid).toBe(1);
  });

  it('gives processes pids that no process of this machine can have', () => {
    for (const profile of nodeProfiles) {
      const pids = [...modelOf(profile).model.processes.keys()].filter((pid) => pid !== 1);
      expect(pids.every(isSimPid)).toBe(true);
    }
  });
});

describe('faults', () => {
  it('can be injected and cleared in any combination without leaving a trace', () => {
    const { model, pass } = modelOf(a100Mig);
    const state = (): unknown =>
      structuredClone({
        gpus: model.gpus.map(({ isLost, cooling, leakedMib, isBar1Exhausted, dramUncorrected, isRemapPending }) => ({
          isLost,
          cooling,
          leakedMib,
          isBar1Exhausted,
          dramUncorrected,
          isRemapPending,
        })),
        pids: [...model.processes.keys()].sort(),
        links: [...model.downLinks],
      });
    const before = state();
    const possible = faultNames.filter((fault) => canBreak(model, fault));
    expect(possible.length).toBeGreaterThan(25);
    for (const fault of possible) injectFault(model, fault, {});
    expect([...model.faults.keys()]).toEqual(possible);
    expect(state()).not.toEqual(before);
    pass(10);
    for (const fault of possible) clearFault(model, fault);
    expect(model.faults.size).toBe(0);
    expect(state()).toEqual(before);
  });

  it('keep an overheated card throttled until the cooling is back', () => {
    for (const profile of [dgxH100, workstationRtx6000Ada, a100Mig]) {
      const { model, pass } = modelOf(profile);
      injectFault(model, 'overheat', {});
      const hot = model.gpus.find((gpu) => gpu.cooling < 1);
      if (!hot) throw new Error('none is hot');
      for (const seconds of [1, 60, 1800]) {
        pass(seconds);
        expect(hot.heat.throttle.hardwareThermal || hot.heat.throttle.softwareThermal).toBe(true);
        expect(hot.heat.clockShare).toBeLessThan(0.7);
      }
      expect(hot.hardwareThermalUs).toBeGreaterThan(0);
      clearFault(model, 'overheat');
      pass(300);
      expect(hot.heat.throttle.hardwareThermal).toBe(false);
      expect(hot.heat.clockShare).toBeGreaterThan(0.9);
    }
  });

  it('say what they can not do on this node', () => {
    const { model } = modelOf(workstationRtx6000Ada);
    expect(() => injectFault(model, 'xid-79-gpu-lost', { gpu: 9 })).toThrow('has no GPU 9');
    expect(() => injectFault(model, 'mig-slice-small', {})).toThrow('no MIG instance');
    expect(() => injectFault(model, 'link-down', { device: 'nope' })).toThrow('no network device nope');
    expect(model.faults.size).toBe(0);
  });
});

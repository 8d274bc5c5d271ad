import { describe, expect, it } from 'vitest';
import type { GpuKernelLogFacts } from './facts/gpu';
import type { EdacFacts, MemoryModulesFacts } from './facts/platform';
import type { PressureFacts } from './facts/pressure';
import type { MemoryFacts, NumaFacts } from './facts/system';
import {
  idleHugePages,
  memoryErrors,
  numaShortages,
  oomKills,
  stealPercent,
  throttledGroups,
} from './host-memory-states';

const log = (...texts: string[]) =>
  ({
    lines: texts.map((text) => ({ atMs: 5, kind: 'oom', pid: 7, processName: 'python3', text })),
  }) as unknown as GpuKernelLogFacts;

describe('processes that were killed for memory', () => {
  it.each([
    ['group', 'oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/docker/abc,task=python3,pid=7'],
    ['node', 'oom-kill:constraint=CONSTRAINT_NONE,task=python3,pid=7'],
    ['policy', 'oom-kill:constraint=CONSTRAINT_CPUSET,task=python3,pid=7'],
    ['group', 'Memory cgroup out of memory: Killed process 7 (python3)'],
    ['node', 'Out of memory: Killed process 7 (python3)'],
  ])('are told by what ran out: %s', (ranOut, text) => {
    expect(oomKills(log(text), null)).toMatchObject([{ ranOut, pid: 7, task: 'python3' }]);
  });

  it('are counted once, since boot, and the reaper is none', () => {
    const both = log(
      'python3 invoked oom-killer: gfp_mask=0x100cca',
      'oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/docker/abc,task=python3,pid=7',
      'Memory cgroup out of memory: Killed process 7 (python3)',
      'oom_reaper: reaped process 7 (python3)',
    );
    expect(oomKills(both, 1)).toMatchObject([{ group: '/docker/abc' }]);
    expect(oomKills(both, 6)).toEqual([]);
  });
});

describe('NUMA nodes', () => {
  const node = (id: number, free: number | null, cpus = '0-3') => ({
    id,
    cpus,
    memoryTotalBytes: 100,
    memoryFreeBytes: free,
  });
  const shortages = (...nodes: object[]) => numaShortages({ nodes } as unknown as NumaFacts);

  it('are short when another has plenty, without those that have no processors', () => {
    expect(shortages(node(0, 40), node(1, 2))).toEqual([{ id: 1, freePercent: 2, otherId: 0, otherFreePercent: 40 }]);
    expect(shortages(node(0, 20), node(1, 2))).toEqual([]);
    expect(shortages(node(0, 40), node(1, 0, ''))).toEqual([]);
  });

  it('that do not tell their memory leave it open', () => {
    expect(shortages(node(0, 40), node(1, null))).toBeNull();
  });
});

describe('counters of processors', () => {
  const at = (...facts: object[]) => facts.map((one, index) => ({ observedAtMs: index, facts: one as PressureFacts }));
  const group = (periods: number, throttledPeriods: number) => ({
    groups: [{ path: '/a', periods, throttledPeriods }],
  });
  const ticks = (total: number, steal: number) => ({ cpuTicks: { total, idle: 0, steal } });

  it('tell of quotas between readings only', () => {
    expect(throttledGroups(at(group(10, 5), group(20, 10)))).toEqual([
      { path: '/a', periods: 10, throttled: 5, percent: 50 },
    ]);
    expect(throttledGroups(at(group(10, 5), group(4, 1)))).toEqual([]);
    expect(throttledGroups(at(group(10, 5)))).toBeNull();
  });

  it('tell what a hypervisor took, and nothing after a restart', () => {
    expect(stealPercent(at(ticks(100, 5), ticks(200, 15)))).toBe(10);
    expect(stealPercent(at(ticks(200, 15), ticks(100, 5)))).toBeNull();
    expect(stealPercent(at(ticks(100, 5)))).toBeNull();
  });
});

describe('huge pages', () => {
  it('are summed over their sizes, and not known when one is not', () => {
    const memory = (pools: object[]) => ({ hugePagePools: pools }) as unknown as MemoryFacts;
    expect(
      idleHugePages(
        memory([
          { sizeBytes: 2, total: 10, free: 4 },
          { sizeBytes: 1000, total: 1, free: 1 },
        ]),
      ),
    ).toEqual({
      freeBytes: 1008,
      totalBytes: 1020,
    });
    expect(idleHugePages(memory([{ sizeBytes: 2, total: null, free: 4 }]))).toBeNull();
  });
});

describe('memory errors', () => {
  it('are told by module where that is known, with their rate since the counts began', () => {
    const controller = {
      name: 'mc0',
      secondsSinceReset: 7200,
      correctedErrors: 4,
      uncorrectedErrors: 0,
      modules: [{ name: 'dimm0', label: null, correctedErrors: 4, uncorrectedErrors: 0 }],
    };
    const errors = (...controllers: object[]) => memoryErrors({ controllers } as unknown as EdacFacts);
    expect(errors(controller)).toEqual([
      { name: 'mc0 dimm0', slot: null, uncorrected: 0, corrected: 4, correctedPerHour: 2 },
    ]);
    expect(errors({ ...controller, modules: [], secondsSinceReset: null })).toEqual([
      { name: 'mc0', slot: null, uncorrected: 0, corrected: 4, correctedPerHour: null },
    ]);
    expect(errors({ ...controller, modules: [], correctedErrors: 0 })).toEqual([]);
  });

  it.each<[string, string | null, string[], string | null]>([
    ['as the driver is told by the firmware', 'CPU1 DIMM_A1', ['DIMM_A1', 'DIMM_A10', 'DIMM_B1'], 'DIMM_A1'],
    ['with blanks for underscores', 'CPU_SrcID#0_P0_CHANNEL_A', ['P0 CHANNEL A', 'P0 CHANNEL B'], 'P0 CHANNEL A'],
    ['not by channel and rank', 'CPU_SrcID#0_MC#1_Chan#0_DIMM#0', ['DIMM_A1', 'DIMM_B1'], null],
    ['not by a name that two slots share', 'CPU1 DIMM_A1', ['DIMM_A1', 'CPU1 DIMM_A1'], null],
    ['not without a label', null, ['DIMM_A1'], null],
  ])('leads to the slot of a module %s', (_, label, locators, slot) => {
    const modules = [{ name: 'dimm0', label, correctedErrors: 1, uncorrectedErrors: 0 }];
    const slots = { modules: locators.map((locator) => ({ locator, isEmpty: false })), isEmulated: false };
    const found = memoryErrors(
      { controllers: [{ name: 'mc0', secondsSinceReset: null, modules }] } as unknown as EdacFacts,
      slots as unknown as MemoryModulesFacts,
    );
    expect(found.map((one) => one.slot)).toEqual([slot]);
  });
});

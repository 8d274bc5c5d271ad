import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { pressureProbe } from './pressure-probe';

const good = {
  pressure: `psi:cpu some avg10=61.20 avg60=40.00 avg300=12.00 total=812
psi:cpu full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi:memory some avg10=0.00 avg60=0.12 avg300=0.08 total=81
psi:memory full avg10=7.50 avg60=1.00 avg300=0.00 total=10
oom_kill:3
stat:cpu  100 0 50 800 40 0 0 10 7 0
disk:259 0 nvme0n1 31 0 1984 3 62 0 2790 31 0 7 31 0 0 0 0
disk:259 1 nvme0n1p1 31 0 1984 3 62 0 2790 31 0 7 31
disk:7 0 loop0 1 0 2 0 0 0 0 0 0 0 0
disk:253 0 dm-0 5 0 80 9 0 0 0 0 0 9 9
sys:vm/max_map_count 65530
sys:fs/file-nr 9216	0	9223372
sys:kernel/numa_balancing 1
/sys/fs/cgroup/kubepods.slice/pod:1/cpu.stat:nr_periods 900
/sys/fs/cgroup/kubepods.slice/pod:1/cpu.stat:nr_throttled 450
/sys/fs/cgroup/kubepods.slice/pod:1/memory.max:8589934592
/sys/fs/cgroup/kubepods.slice/pod:1/memory.current:8489934592
/sys/fs/cgroup/kubepods.slice/pod:1/memory.events:oom_kill 2
/sys/fs/cgroup/system.slice/memory.current:12345
/sys/fs/cgroup/user.slice/cpu.stat:nr_periods 20
pressure:end
`,
};

describe('pressure probe', () => {
  it('reads stalls, limits, disks and the groups that are held', () => {
    const facts = factsOf(pressureProbe, good);
    expect(facts).toMatchObject({
      cpu: { someAvg10: 61.2, someAvg60: 40, fullAvg10: null },
      memory: { someAvg10: 0, fullAvg10: 7.5 },
      io: null,
      oomKills: 3,
      cpuTicks: { total: 1000, idle: 840, steal: 10 },
      maxMapCount: 65530,
      fileHandlesUsed: 9216,
      fileHandlesMax: 9223372,
      isNumaBalancingOn: true,
    });
    expect(facts.disks.map(({ name }) => name)).toEqual(['nvme0n1', 'dm-0']);
    expect(facts.disks[0]).toMatchObject({ reads: 31, readBytes: 1984 * 512, readMs: 3, writes: 62, writeMs: 31 });
    expect(facts.groups).toEqual([
      {
        path: '/kubepods.slice/pod:1',
        periods: 900,
        throttledPeriods: 450,
        memoryLimitBytes: 8589934592,
        memoryUsedBytes: 8489934592,
        oomKills: 2,
      },
      expect.objectContaining({ path: '/user.slice', periods: 20, throttledPeriods: 0 }),
    ]);
  });

  it('knows nothing where the kernel shows nothing, which is not zero', () => {
    expect(factsOf(pressureProbe, { pressure: 'pressure:end\n' })).toEqual({
      cpu: null,
      memory: null,
      io: null,
      oomKills: null,
      cpuTicks: null,
      disks: [],
      maxMapCount: null,
      fileHandlesUsed: null,
      fileHandlesMax: null,
      isNumaBalancingOn: null,
      groups: [],
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(pressureProbe, good);
  });
});

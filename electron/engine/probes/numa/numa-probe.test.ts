import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { numaProbe, toCpuList } from './numa-probe';

const sysfs = `/sys/devices/system/node/node0/cpulist:0-31
/sys/devices/system/node/node1/cpulist:32-63
/sys/devices/system/node/node0/distance:10 32
/sys/devices/system/node/node1/distance:32 10
/sys/devices/system/node/node0/meminfo:Node 0 MemTotal:       1000 kB
/sys/devices/system/node/node0/meminfo:Node 0 MemFree:         400 kB
/sys/devices/system/node/node1/meminfo:Node 1 MemTotal:       2000 kB
numa:end
`;

describe('numa probe', () => {
  it('reads nodes, their memory and distances', () => {
    expect(factsOf(numaProbe, { 'numa-nodes': sysfs }).nodes).toEqual([
      { id: 0, cpus: '0-31', memoryTotalBytes: 1_024_000, memoryFreeBytes: 409_600, distances: [10, 32] },
      { id: 1, cpus: '32-63', memoryTotalBytes: 2_048_000, memoryFreeBytes: null, distances: [32, 10] },
    ]);
  });

  it('tells a node without NUMA from output that ends early', () => {
    expect(factsOf(numaProbe, { 'numa-nodes': 'numa:none\n' }).nodes).toEqual([]);
    expect(numaProbe.parse({ 'numa-nodes': printed(sysfs.slice(0, 120)) })).toMatchObject({ state: 'unparsable' });
  });

  it('writes CPU lists as the kernel does', () => {
    expect(toCpuList([3, 0, 1, 2, 8, 10, 11])).toBe('0-3,8,10-11');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(numaProbe, { 'numa-nodes': sysfs });
  });

  it.skipIf(!hasRecordings)('reads numactl -H', () => {
    const text = recording('host/numactl-H__asus-esc8000a-rtx6000ada-x4.txt');
    const mib = 1024 ** 2;
    expect(factsOf(numaProbe, { 'numa-nodes': text }).nodes).toEqual([
      { id: 0, cpus: '0-31', memoryTotalBytes: 193_129 * mib, memoryFreeBytes: 186_031 * mib, distances: [10, 32] },
      { id: 1, cpus: '32-63', memoryTotalBytes: 193_477 * mib, memoryFreeBytes: 186_364 * mib, distances: [32, 10] },
    ]);
  });
});

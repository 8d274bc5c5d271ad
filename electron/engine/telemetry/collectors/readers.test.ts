import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRecordings, recording } from '../../probes/testing/recordings';
import type { LineReader, NodeFrame } from './collector';
import { numberOf } from './number-of';
import { dmonReader } from './nvidia-dmon/dmon-reader';
import { planQuery, queryReader, readQueryFields } from './nvidia-gpu/query-reader';
import { systemReader } from './system/system-reader';

const all = (reader: LineReader, text: string): NodeFrame[] =>
  text.split('\n').flatMap((line) => [...reader.read(line)]);
const valuesOf = (frame: NodeFrame | undefined) =>
  Object.fromEntries((frame?.layout ?? []).map((metric, index) => [metric, frame?.values[index]]));

describe('the query of NVIDIA GPUs', () => {
  const known = new Set(['timestamp', 'uuid', 'temperature.gpu', 'power.draw', 'memory.used', 'remapped_rows.pending']);

  it('asks only for what the driver knows', () => {
    const help =
      'List of valid properties:\n\n"temperature.gpu"\nCore GPU temperature.\n\n"clocks.sm" or "clocks.current.sm"\nText with "quotes" in it.\n';
    const plan = planQuery(readQueryFields(help));
    expect(plan.fields).toEqual(['timestamp', 'uuid', 'temperature.gpu', 'clocks.current.sm']);
    expect(plan.layout).toEqual(['gpu.temperatureC', 'gpu.smClockMhz']);
  });

  it('takes a cell without a number as unknown, never as 0', () => {
    const reader = queryReader(planQuery(known));
    const [frame] = reader.read('2026/07/14 08:12:53.353, GPU-aaaa0000-0000, 1024, [N/A], [GPU is lost], [N/A]');
    expect(frame?.nodeMs).toBe(Date.UTC(2026, 6, 14, 8, 12, 53, 353));
    expect(valuesOf(frame)).toEqual({
      'gpu.memoryUsedBytes': 1024 ** 3,
      'gpu.temperatureC': Number.NaN,
      'gpu.powerW': Number.NaN,
      'gpu.remapPending': Number.NaN,
    });
  });

  it('takes no line for a sample that has other columns or no GPU', () => {
    const reader = queryReader(planQuery(known));
    expect(reader.read('Unable to determine the device handle for GPU0000:1B:00.0: GPU is lost.')).toEqual([]);
    expect(reader.read('2026/07/14 08:12:53.353, GPU-aaaa0000-0000, 1, 2, 3, 4, 5')).toEqual([]);
    expect(reader.read('2026/07/14 08:12:53.353, [GPU is lost], 1, 2, 3, 4')).toEqual([]);
  });

  // Expected values were read off the recordings by eye.
  it.skipIf(!hasRecordings).each([
    [
      'h100-sxm-590.48.01-load',
      {
        nodeMs: Date.UTC(2026, 6, 14, 8, 12, 53, 353),
        'gpu.utilizationPercent': 100,
        'gpu.memoryBusyPercent': 11,
        'gpu.memoryUsedBytes': 19818 * 1024 ** 2,
        'gpu.memoryReservedBytes': 479 * 1024 ** 2,
        'gpu.temperatureC': 59,
        'gpu.temperatureMarginC': 26,
        'gpu.memoryTemperatureC': 54,
        'gpu.powerW': 631.95,
        'gpu.powerLimitW': 700,
        'gpu.smClockMhz': 1980,
        'gpu.memoryClockMhz': 2619,
        'gpu.throttleReasons': 0,
        'gpu.pcieGeneration': 5,
        'gpu.pcieWidth': 16,
        'gpu.fanPercent': Number.NaN,
        'gpu.eccUncorrected': 0,
        'gpu.remapPending': 0,
        'gpu.fabricHealthy': 1,
      },
    ],
    [
      'h100-mig-590.48.01-load',
      {
        'gpu.utilizationPercent': Number.NaN,
        'gpu.memoryBusyPercent': Number.NaN,
        'gpu.temperatureMarginC': 24,
        'gpu.powerW': 433.78,
        'gpu.remappedRows': Number.NaN,
        'gpu.remapFailed': Number.NaN,
      },
    ],
    [
      'l40s-595.80-load',
      {
        'gpu.utilizationPercent': 9,
        'gpu.memoryTemperatureC': Number.NaN,
        'gpu.powerThrottleSeconds': 204.642816,
        'gpu.thermalThrottleSeconds': 0,
        'gpu.fabricHealthy': Number.NaN,
        'gpu.remappedRows': 0,
      },
    ],
    [
      'rtx4080super-595.71.05-load',
      {
        'gpu.smClockMaxMhz': 3165,
        'gpu.temperatureMarginC': Number.NaN,
        'gpu.fanPercent': 0,
        'gpu.eccCorrected': Number.NaN,
      },
    ],
  ])('reads what %s printed', (name, { nodeMs, ...expected }: Record<string, number>) => {
    const [header = '', line = ''] = recording(`gpu-nvidia/nvidia-smi-query-gpu-all__${name}.csv`).split('\n');
    const names = header.split(', ').map((field) => field.replace(/ \[.*/, ''));
    const plan = planQuery(new Set(names));
    const cells = line.split(', ');
    const asked = plan.fields.map((field) => cells[names.indexOf(field)]).join(', ');
    const [frame] = queryReader(plan).read(asked);
    expect(valuesOf(frame)).toMatchObject(expected);
    if (nodeMs !== undefined) expect(frame?.nodeMs).toBe(nodeMs);
  });
});

describe('dmon', () => {
  const text = `# gpu  rxpci  txpci  sbecc  dbecc    pci
# Idx   MB/s   MB/s   errs   errs   errs
    0   1204    310      0      0      2
    1      -      5      -      -      0
    7      1      1      0      0      0
`;
  it('is read by the names of its columns, in bytes a second', () => {
    const frames = all(dmonReader(['GPU-a', 'GPU-b']), text);
    expect(frames.map(({ subject }) => subject.id)).toEqual(['GPU-a', 'GPU-b']);
    expect(valuesOf(frames[0])).toEqual({
      'gpu.pcieSentBytesPerSecond': 310e6,
      'gpu.pcieReceivedBytesPerSecond': 1204e6,
      'gpu.pcieReplays': 2,
    });
    expect(valuesOf(frames[1])['gpu.pcieReceivedBytesPerSecond']).toBeNaN();
  });

  it('keeps one layout when the header comes again', () => {
    const frames = all(dmonReader(['GPU-a', 'GPU-b']), text + text);
    expect(frames[3]?.layout).toBe(frames[0]?.layout);
  });

  it('says nothing before a header', () => {
    expect(all(dmonReader(['GPU-a']), '    0   1204    310      0      0      2\n')).toEqual([]);
  });
});

describe('the system loop', () => {
  const round = (uptime: string, user: number, idle: number): string => `= ${uptime}
/proc/stat:cpu  ${user} 0 100 ${idle} 50 0 0 0 0 0
/proc/meminfo:MemTotal:       1048576 kB
/proc/meminfo:MemAvailable:    524288 kB
/proc/meminfo:SwapTotal:         2048 kB
/proc/meminfo:SwapFree:          1024 kB
/proc/pressure/memory:full avg10=0.00 avg60=0.00 avg300=0.00 total=2500000
/proc/vmstat:oom_kill 3
/proc/loadavg:1.50 1.00 0.50 2/400 1234
/proc/diskstats: 259       0 nvme0n1 100 5 2000 300 200 6 4000 500 0 700 800 0 0 0 0 1 2
/proc/diskstats: 259       1 nvme0n1p1 100 5 2000 300 200 6 4000 500 0 700 800
/proc/diskstats:   7       0 loop0 1 1 1 1 1 1 1 1 1 1 1
/proc/net/dev:    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0
/proc/net/dev:enp65s0f0np0: 1000 10 1 2 0 0 0 0 3000 20 4 5 0 0 0 0
/sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data:25
/sys/class/infiniband/mlx5_0/ports/1/counters/link_downed:1
.
`;
  const frames = (text: string) => all(systemReader(), text);
  const of = (all: readonly NodeFrame[], kind: string) => all.filter(({ subject }) => subject.kind === kind);

  it('reads node, disks, network and RDMA ports of a round', () => {
    const read = frames(round('100.25', 1000, 5000));
    expect(read.every(({ nodeMs }) => nodeMs === 100_250)).toBe(true);
    expect(valuesOf(of(read, 'node')[0])).toMatchObject({
      'node.cpuBusyPercent': Number.NaN,
      'node.load': 1.5,
      'node.memoryTotalBytes': 1024 ** 3,
      'node.memoryAvailableBytes': 1024 ** 3 / 2,
      'node.swapUsedBytes': 1024 ** 2,
      'node.outOfMemoryKills': 3,
      'node.memoryStallSeconds': 2.5,
      'node.ioStallSeconds': Number.NaN,
    });
    expect(of(read, 'disk').map(({ subject }) => subject.id)).toEqual(['nvme0n1']);
    expect(valuesOf(of(read, 'disk')[0])).toMatchObject({
      'disk.reads': 100,
      'disk.readBytes': 2000 * 512,
      'disk.readSeconds': 0.3,
      'disk.writtenBytes': 4000 * 512,
      'disk.busySeconds': 0.7,
    });
    expect(of(read, 'network').map(({ subject }) => subject.id)).toEqual(['enp65s0f0np0']);
    expect(valuesOf(of(read, 'network')[0])).toMatchObject({
      'network.receivedBytes': 1000,
      'network.receiveErrors': 1,
      'network.sentBytes': 3000,
      'network.sendDrops': 5,
    });
    expect(of(read, 'rdma').map(({ subject }) => subject.id)).toEqual(['mlx5_0/1']);
    expect(valuesOf(of(read, 'rdma')[0])).toMatchObject({
      'rdma.receivedBytes': 100,
      'rdma.linkDowned': 1,
      'rdma.sentBytes': Number.NaN,
    });
  });

  it('knows how busy the processors were from the second round on', () => {
    const read = of(frames(round('100.0', 1000, 5000) + round('101.0', 1030, 5070)), 'node');
    expect(valuesOf(read[0])['node.cpuBusyPercent']).toBeNaN();
    expect(valuesOf(read[1])).toMatchObject({ 'node.cpuBusyPercent': 30, 'node.cpuWaitPercent': 0 });
  });

  it('says nothing of a round that was cut off', () => {
    const [head = ''] = round('100.0', 1, 1).split('.\n');
    expect(frames(head)).toEqual([]);
  });
});

describe('a printed number', () => {
  it.each([
    ['0x000000000000000F', 15],
    ['631.95 W', 631.95],
    ['-5', -5],
    ['N/A', Number.NaN],
    ['[Not Supported]', Number.NaN],
    ['-', Number.NaN],
    ['9223372036854775794', Number.NaN],
    ['2147483632', Number.NaN],
    ['1e999', Number.NaN],
    ['', Number.NaN],
    ['12 34', Number.NaN],
  ])('%s is %d', (text, value) => {
    expect(numberOf(text)).toBe(value);
  });
});

it('no reader throws, whatever is printed', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('= 1.0', '.', '# gpu rxpci', '0 1', 'GPU-1,,', '/proc/stat:cpu  1 2 3', '/proc/net/dev:eth0: 1 2'),
  );
  fc.assert(
    fc.property(fc.array(line), (printed) => {
      const plan = planQuery(new Set(['temperature.gpu']));
      for (const reader of [systemReader(), dmonReader(['GPU-a']), queryReader(plan)]) {
        for (const each of printed) {
          for (const { values, layout } of reader.read(each)) expect(values).toHaveLength(layout.length);
        }
      }
    }),
  );
});

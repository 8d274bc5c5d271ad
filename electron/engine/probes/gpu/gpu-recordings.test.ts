import { describe, expect, it } from 'vitest';
import type { Gpu } from '#shared/domain/facts/gpu';
import { factsOf, nullPaths, outputsOf } from '../testing/check';
import { hasRecordings, recording, recordingNames } from '../testing/recordings';
import { gpuProbe } from './gpu-probe';

const mib = 1024 ** 2;

describe.skipIf(!hasRecordings)('gpu probe on recorded reports', () => {
  const names = recordingNames('gpu-nvidia', /^nvidia-smi-q(x__|__|-d)/);

  it.each(names)('reads %s', (name) => {
    const text = recording(name);
    const facts = factsOf(gpuProbe, { query: text });
    // Counted apart from the parser: one GPU a section, memory and temperature as the first such lines say.
    expect(facts.gpus).toHaveLength((text.match(/^GPU \d|<gpu id=/gm) ?? []).length);
    const totals = [...text.matchAll(/(?:<fb_memory_usage>|\n {4}FB Memory Usage)\s+(?:<total>|Total +: )(\d+) MiB/g)];
    const perGpu = facts.gpus.flatMap((gpu) => [
      ...gpu.migDevices.filter(() => text.startsWith('<?xml')).map((device) => device.memory.totalBytes),
      ...(gpu.memory.totalBytes === null ? [] : [gpu.memory.totalBytes]),
    ]);
    expect(perGpu).toEqual(totals.map((match) => Number(match[1]) * mib));
    const temperatures = [...text.matchAll(/(?:<gpu_temp>|GPU Current Temp +: )(\d+) C/g)].map((match) =>
      Number(match[1]),
    );
    expect(facts.gpus.flatMap((gpu) => gpu.temperature.gpuC ?? [])).toEqual(temperatures);
    const pids = [...text.matchAll(/(?:<pid>|Process ID +: )(\d+)/g)].map((match) => Number(match[1]));
    expect(facts.gpus.flatMap((gpu) => gpu.processes.map((process) => process.pid))).toEqual(pids);
    for (const gpu of facts.gpus) {
      expect(Object.keys(gpu.absences).sort()).toEqual(nullPaths(gpu).sort());
      expect(Object.values(gpu.absences)).not.toContain('unreadable');
    }
  });

  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-query-gpu(-all)?__/))('reads %s', (name) => {
    const [header = '', ...rows] = recording(name).trim().split('\n');
    const column = (title: string) => header.split(', ').indexOf(title);
    const { gpus } = factsOf(gpuProbe, { query: recording(name) });
    expect(gpus.map((gpu) => [gpu.name, gpu.pciBusId, gpu.memory.usedBytes])).toEqual(
      rows.map((row) => {
        const values = row.split(', ');
        const used = Number(values[column('memory.used [MiB]')]?.split(' ')[0]) * mib;
        return [values[column('name')], values[column('pci.bus_id')], used];
      }),
    );
    expect(gpus.flatMap((gpu) => Object.values(gpu.absences))).not.toContain('unreadable');
  });

  const tables = recordingNames('gpu-nvidia', /^nvidia-smi__.*\d/);
  it.each(tables.filter((name) => !/mismatch|unable/.test(name)))('reads the table of %s', (name) => {
    const text = recording(name);
    const { gpus, driverVersion } = factsOf(gpuProbe, { query: text });
    expect(driverVersion).toBe(/Driver Version: (\S+)/.exec(text)?.[1]);
    // Counted apart from the parser, by the one cell that has memory, and by the rows that end a process.
    const cells = [...text.matchAll(/(\d+)MiB \/ +(\d+)MiB \| +\S+ +\S+/g)].map((match) => [
      Number(match[1]),
      Number(match[2]),
    ]);
    expect(gpus.map(({ memory }) => [(memory.usedBytes ?? 0) / mib, (memory.totalBytes ?? 0) / mib])).toEqual(
      cells.slice(0, gpus.length),
    );
    expect(gpus).toHaveLength((text.match(/^\|\s+\d+\s+(NVIDIA|Tesla|A100|GeForce|Quadro|RTX).*0000:/gm) ?? []).length);
    expect(gpus.flatMap((gpu) => gpu.processes)).toHaveLength((text.match(/ (?:C|G|C\+G) .*MiB \|$/gm) ?? []).length);
    for (const gpu of gpus) {
      expect(Object.keys(gpu.absences).sort()).toEqual(nullPaths(gpu).sort());
      expect(Object.values(gpu.absences)).not.toContain('unreadable');
    }
  });

  const gpuOf = (name: string): Gpu => {
    const [gpu] = factsOf(gpuProbe, { query: recording(`gpu-nvidia/${name}`) }).gpus;
    if (!gpu) throw new Error(name);
    return gpu;
  };

  it('reads what driver 384.66 prints', () => {
    expect(gpuOf('nvidia-smi-qx__gtx1070-x2-384.66.xml')).toMatchObject({
      name: 'GeForce GTX 1070',
      memory: { totalBytes: 8112 * mib, reservedBytes: null, usedBytes: 2028 * mib, freeBytes: 6084 * mib },
      utilization: { gpuPercent: 100, memoryPercent: 99 },
      power: { drawW: 119.47, limitW: 180, minLimitW: 90, maxLimitW: 200 },
      temperature: { gpuC: 60, slowdownC: 96, shutdownC: 99 },
      pcie: { generation: 3, width: 1, maxWidth: 16 },
      clockEventReasons: [],
      processes: [
        { pid: 1357, kind: 'G', usedMemoryBytes: 99 * mib },
        { pid: 2384, kind: 'G', usedMemoryBytes: 79 * mib },
        { pid: 3093, kind: 'C', name: './ethminer', usedMemoryBytes: 2283 * mib },
      ],
      absences: { 'memory.reservedBytes': 'not-reported', 'ecc.volatile.corrected': 'not-available' },
    });
  });

  it('reads what driver 595.84 prints', () => {
    expect(gpuOf('nvidia-smi-qx__rtx4000sff-ada-595.84.xml')).toMatchObject({
      architecture: 'Ada Lovelace',
      addressingMode: 'HMM',
      memory: { totalBytes: 20475 * mib, reservedBytes: 460 * mib, usedBytes: 3534 * mib, freeBytes: 16482 * mib },
      bar1: { totalBytes: 32768 * mib, usedBytes: 3732 * mib },
      power: { drawW: 8.81, limitW: 70 },
      temperature: { gpuC: 38, marginC: 49, slowdownC: null },
      pcie: { generation: 1, maxGeneration: 4, hostMaxGeneration: 4 },
      remappedRows: { correctable: 0, uncorrectable: 0, isPending: false, hasFailed: false },
      recoveryAction: 'None',
      clockEventReasons: ['gpu_idle'],
    });
  });

  it('reads what the summary table shows', () => {
    expect(gpuOf('nvidia-smi__h100-mig-590.48.01-load.txt')).toMatchObject({
      name: 'NVIDIA H100 80GB HBM3',
      isPersistenceModeOn: true,
      performanceState: 'P0',
      mig: { current: 'Enabled', pending: null },
      memory: { usedBytes: 11125 * mib, totalBytes: 81559 * mib },
      temperature: { gpuC: 52 },
      power: { drawW: 432, limitW: 700 },
      utilization: { gpuPercent: null },
      processes: [
        { pid: 21180, kind: 'C', name: '/root/tools/memhog', gpuInstanceId: 2, usedMemoryBytes: 2296 * mib },
        { pid: 21181 },
        { pid: 21198 },
      ],
    });
  });

  it('names MIG slices by what nvidia-smi -L says of them', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-q__h100-mig-590.48.01-load.txt'),
      list: recording('gpu-nvidia/nvidia-smi-L__h100-mig-590.48.01.txt'),
    });
    expect(
      gpus[0]?.migDevices.map(({ profile, gpuInstanceId, memory }) => [profile, gpuInstanceId, memory.usedBytes]),
    ).toEqual([
      ['3g.40gb', 2, 11091 * mib],
      ['2g.20gb', 3, 17 * mib],
      ['1g.10gb', 9, 9 * mib],
      ['1g.10gb', 10, 9 * mib],
    ]);
    expect(gpus[0]).toMatchObject({
      mig: { current: 'Enabled' },
      power: { drawW: 432.21 },
      bar1: { usedBytes: 81081 * mib },
    });
  });

  it('finds the two GPUs that are slowed down among eight', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-q__h100-x8-535.183.01-slowdown-mixed.txt'),
    });
    const slowed = gpus.filter((gpu) => gpu.clockEventReasons?.some((reason) => reason.startsWith('hw_')));
    expect(slowed.map((gpu) => gpu.clockEventReasons)).toMatchInlineSnapshot(`
      [
        [
          "sw_power_cap",
          "hw_power_brake_slowdown",
          "sw_thermal_slowdown",
        ],
      ]
    `);
  });

  it.each([
    ['nvidia-smi__driver-library-version-mismatch.txt', 'probes.driverLibraryMismatch'],
    ['nvidia-smi__unable-to-determine-device-handle.txt', 'probes.gpuHandle'],
  ])('names what %s says', (name, key) => {
    expect(gpuProbe.parse(outputsOf({ query: recording(`gpu-nvidia/${name}`) }))).toMatchObject({
      state: 'failed',
      reason: { key },
    });
  });
});

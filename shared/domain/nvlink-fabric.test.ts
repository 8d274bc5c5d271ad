import { describe, expect, it } from 'vitest';
import type { GpuFacts } from './facts/gpu';
import type { NvlinkFacts } from './facts/gpu-system';
import { nvlinkEvents, nvlinkFabric, nvlinkGrowth, pairsWithoutNvlink, peersWithoutNvlink } from './nvlink-fabric';

const link = (counts: Partial<NvlinkFacts['gpus'][number]['links'][number]> = {}) => ({
  link: 0,
  isActive: true,
  speedGBps: 26.5,
  replayErrors: 0,
  recoveryErrors: 0,
  crcErrors: 0,
  otherCounters: {},
  ...counts,
});
const links = (...all: ReturnType<typeof link>[]): NvlinkFacts => ({
  gpus: [{ index: 0, name: 'A', uuid: 'GPU-a', support: 'links', said: null, links: all }],
});
const gpus = (...names: string[]) =>
  ({
    driverVersion: '550.127.08',
    cudaVersion: null,
    gpus: names.map((name, index) => ({ index, name, uuid: `GPU-${index}`, fabric: { state: null } })),
  }) as unknown as GpuFacts;
const fabric = (gpu: GpuFacts, nvlink: NvlinkFacts | null = null) =>
  nvlinkFabric({ gpu, nvlink, devices: null, services: null, packages: null });

describe('growth of NVLink counters', () => {
  it('is what came between the readings, per minute', () => {
    const readings = [
      { observedAtMs: 0, facts: links(link()) },
      { observedAtMs: 10_000, facts: links(link({ crcErrors: 3, otherCounters: { 'FEC Errors - 0': 900 } })) },
    ];
    expect(nvlinkGrowth(readings)).toEqual([{ gpuIndex: 0, link: 0, counter: 'CRC Errors', by: 3, perMinute: 18 }]);
  });

  it('counts the names of NVLink 5, and neither its corrected symbols nor its rates', () => {
    const counted = (value: number) =>
      links(
        link({
          replayErrors: null,
          recoveryErrors: null,
          crcErrors: null,
          otherCounters: {
            'Symbol Errors': value,
            'FEC Errors - 1': value,
            'Effective BER': value,
            'Tx packets': value,
          },
        }),
      );
    const growth = nvlinkGrowth([
      { observedAtMs: 0, facts: counted(0) },
      { observedAtMs: 60_000, facts: counted(2) },
    ]);
    expect(growth?.map(({ counter }) => counter)).toEqual(['Symbol Errors']);
  });

  it('can not be told by one reading, without counters, or after a reset', () => {
    expect(nvlinkGrowth([{ observedAtMs: 0, facts: links(link()) }])).toBeNull();
    const without = links(link({ replayErrors: null, recoveryErrors: null, crcErrors: null }));
    expect(
      nvlinkGrowth([
        { observedAtMs: 0, facts: without },
        { observedAtMs: 9, facts: without },
      ]),
    ).toBeNull();
    const before = links(link({ replayErrors: 5, recoveryErrors: 5, crcErrors: 5 }));
    expect(
      nvlinkGrowth([
        { observedAtMs: 0, facts: before },
        { observedAtMs: 9, facts: links(link()) },
      ]),
    ).toBeNull();
  });
});

describe('growth where the readings do not have the same', () => {
  const gpu = (uuid: string, one = link()) => ({ ...links(one).gpus[0], uuid }) as NvlinkFacts['gpus'][number];
  const growth = (before: NvlinkFacts['gpus'], now: NvlinkFacts['gpus']) =>
    nvlinkGrowth([
      { observedAtMs: 0, facts: { gpus: before } },
      { observedAtMs: 60_000, facts: { gpus: now } },
    ]);

  it('is not none where a GPU is gone, is new, or had its counters reset', () => {
    expect(growth([gpu('GPU-a'), gpu('GPU-b')], [gpu('GPU-a')])).toBeNull();
    expect(growth([gpu('GPU-a')], [gpu('GPU-a'), gpu('GPU-b')])).toBeNull();
    expect(
      growth([gpu('GPU-a'), gpu('GPU-b', link({ crcErrors: 5 }))], [gpu('GPU-a'), gpu('GPU-b', link())]),
    ).toBeNull();
  });

  it('is what is known to have grown all the same', () => {
    expect(growth([gpu('GPU-a'), gpu('GPU-b')], [gpu('GPU-a', link({ crcErrors: 2 }))])).toMatchObject([
      { gpuIndex: 0, counter: 'CRC Errors', by: 2 },
    ]);
  });
});

describe('a fabric', () => {
  it('of a Blackwell baseboard has its switches off the bus', () => {
    const eight = (name: string) => fabric(gpus(...Array.from({ length: 8 }, () => name))).hasHiddenSwitches;
    expect(['NVIDIA B200', 'NVIDIA GB200', 'NVIDIA H200', 'NVIDIA H100 80GB HBM3'].map(eight)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(fabric(gpus('NVIDIA B200', 'NVIDIA B200')).hasHiddenSwitches).toBe(false);
  });

  it('wants the switches and links of its baseboard only where all of it is here', () => {
    const eight = Array.from({ length: 8 }, () => 'NVIDIA H100 80GB HBM3');
    expect(fabric(gpus(...eight)).wantedSwitches).toBe(4);
    expect(fabric(gpus(...eight.slice(4))).wantedSwitches).toBe(0);
    const alone = fabric(gpus('NVIDIA H100 80GB HBM3'), {
      gpus: [{ ...links(link()).gpus[0], uuid: 'GPU-0' } as never],
    });
    expect(alone.gpus[0]).toMatchObject({ activeLinks: 1, isShort: false });
  });

  it('does not take cards for slots for modules of a baseboard', () => {
    for (const name of [
      'NVIDIA H100 PCIe',
      'NVIDIA H100 NVL',
      'NVIDIA H200 NVL',
      'NVIDIA A100-PCIE-40GB',
      'NVIDIA L40S',
    ])
      expect(fabric(gpus(...Array.from({ length: 8 }, () => name))).wantedSwitches).toBe(0);
  });

  it('knows nothing of what was not read', () => {
    expect(fabric(gpus('NVIDIA H200', 'NVIDIA H200'))).toMatchObject({ switches: null, managerState: null });
    expect(fabric(gpus('NVIDIA H200')).gpus[0]).toMatchObject({ support: 'unread', isShort: null, isRegistered: null });
  });
});

describe('what was logged of links', () => {
  const line = {
    atMs: 5,
    kind: 'xid' as const,
    xid: 145,
    pciBusId: 'a',
    pid: null,
    processName: null,
    text: 'Nonfatal',
  };

  it('is in order, since boot, and tells fatal from nonfatal', () => {
    const log = { lines: [{ ...line, atMs: 9, text: 'Fatal' }, line, { ...line, atMs: 1 }, { ...line, xid: 13 }] };
    expect(nvlinkEvents(log, 2).map(({ atMs, isFatal }) => [atMs, isFatal])).toEqual([
      [5, false],
      [9, true],
    ]);
  });
});

describe('pairs of GPUs', () => {
  it('are apart where the table has no NV', () => {
    const device = (label: string, kind: 'gpu' | 'nic') => ({ label, kind }) as never;
    const links2 = [
      ['X', 'NV18', 'PIX'],
      ['NV18', 'X', 'SYS'],
      ['PIX', 'SYS', 'X'],
    ];
    expect(
      pairsWithoutNvlink({
        devices: [device('GPU0', 'gpu'), device('GPU1', 'gpu'), device('NIC0', 'nic')],
        links: links2,
      }),
    ).toEqual([]);
    expect(pairsWithoutNvlink({ devices: [device('GPU0', 'gpu')], links: [['X']] })).toBeNull();
  });

  it('are read from a pasted table, and nothing from other text', () => {
    expect(peersWithoutNvlink(' \tGPU0\tGPU1\n GPU0\tX\tCNS\n GPU1\tCNS\tX\n\nLegend:\n  X = Self\n')).toEqual([
      'GPU0-GPU1 CNS',
    ]);
    expect(peersWithoutNvlink('GPU0 GPU1\nGPU0 X OK\n')).toBeNull();
    expect(peersWithoutNvlink('nvidia-smi: command not found')).toBeNull();
  });
});

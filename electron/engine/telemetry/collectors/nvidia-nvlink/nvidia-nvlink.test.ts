import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeModel } from '../../../../sim/model/node-model';
import { dgxH100 } from '../../../../sim/profiles';
import { renderTool } from '../../../../sim/tools';
import type { NodeFrame, WatchedNode } from '../collector';
import { nvidiaNvlink, nvlinkMetricsOf } from './nvidia-nvlink';
import { nvlinkErrors, nvlinkReader, nvlinkTraffic } from './nvlink-reader';

const gpu = 'GPU-aaaa0000-0000';
const all = new Set([...nvlinkTraffic, ...nvlinkErrors]);
const node = (more: Partial<WatchedNode>): WatchedNode => ({
  nvidiaGpus: [gpu],
  queryFields: new Set(['temperature.gpu']),
  gpuByBusId: new Map(),
  amdGpus: new Map(),
  amdTool: null,
  dcgm: null,
  countsNvlinks: true,
  ...more,
});
const valuesOf = (frames: readonly NodeFrame[]) =>
  Object.fromEntries(frames.flatMap(({ layout, values }) => layout.map((metric, at) => [metric, values[at]])));

/** A round of one GPU as the tool prints it. */
const round = (uptime: number, ...links: readonly string[]): string[] => [
  `= ${uptime.toFixed(2)}`,
  `GPU 0: NVIDIA A100-SXM4-80GB (UUID: ${gpu})`,
  ...links.map((link) => `\t Link ${link}`),
  '.',
];
const read = (lines: readonly string[], reader = nvlinkReader(all)) => lines.flatMap((line) => [...reader.read(line)]);

describe('nvidia-smi nvlink', () => {
  it('tells traffic as what all links carried between two rounds', () => {
    const reader = nvlinkReader(all);
    const first = round(100, '0: Data Tx: 1000 KiB', '0: Data Rx: 0 KiB', '1: Data Tx: 500 KiB', '1: Data Rx: 0 KiB');
    const second = round(110, '0: Data Tx: 3000 KiB', '0: Data Rx: 10 KiB', '1: Data Tx: 500 KiB', '1: Data Rx: 0 KiB');
    expect(read(first, reader)).toEqual([]);
    expect(read(second, reader)).toEqual([
      { subject: { kind: 'gpu', id: gpu }, layout: [...nvlinkTraffic], nodeMs: 110_000, values: [204_800, 1024] },
    ]);
  });

  it('knows no traffic of a link that is new, nor of a GPU whose counters began again', () => {
    const reader = nvlinkReader(all);
    read(round(100, '0: Data Tx: 1000 KiB'), reader);
    const grown = read(round(110, '0: Data Tx: 1010 KiB', '1: Data Tx: 9999999 KiB'), reader);
    expect(valuesOf(grown)['gpu.nvlinkSentBytesPerSecond']).toBe(1024);
    expect(read(round(120, '0: Data Tx: 5 KiB', '1: Data Tx: 9999999 KiB'), reader)).toEqual([]);
  });

  it('adds up errors of the links, and what NVLink 5 counts otherwise is unknown', () => {
    const errors = ['0: Replay Errors: 2', '0: Recovery Errors: 0', '0: CRC Errors: 4', '1: Replay Errors: 1'];
    expect(valuesOf(read(round(1, ...errors)))).toEqual({
      'gpu.nvlinkReplays': 3,
      'gpu.nvlinkRecoveries': 0,
      'gpu.nvlinkCrcErrors': 4,
    });
    expect(read(round(1, '0: Effective BER: 15e-254', '0: Link recovery events: 7'))).toEqual([]);
  });

  it('never throws and takes no line for another', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('= 1.5', '.', `GPU 0: x (UUID: ${gpu})`, '\t Link 0: Data Tx: 1 KiB'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { layout, values } of read(lines)) expect(values).toHaveLength(layout.length);
      }),
    );
  });
});

describe('who asks for the links', () => {
  const dcgm = (...fields: number[]) => ({ gpus: new Map([[0, gpu]]), profilingFields: new Set(fields) });

  it('is the driver’s tool without DCGM, and DCGM where it can profile', () => {
    expect([...nvlinkMetricsOf(node({}))].sort()).toEqual([...all].sort());
    expect([...nvlinkMetricsOf(node({ dcgm: dcgm() }))]).toEqual([...nvlinkTraffic]);
    expect(nvidiaNvlink.plan(node({ dcgm: dcgm(1009, 1010, 1011, 1012) }), 1000)).toBeNull();
    expect(nvidiaNvlink.plan(node({ countsNvlinks: false }), 1000)).toBeNull();
  });

  it('asks the tool at most every ten seconds', () => {
    expect(nvidiaNvlink.plan(node({}), 1000)?.argv.slice(4)).toEqual(['10', '3', '1']);
    expect(nvidiaNvlink.plan(node({}), 30_000)?.argv.slice(4)).toEqual(['30', '1', '1']);
  });
});

it('reads what the emulated tool prints', () => {
  let nowMs = 1e12;
  const model = new NodeModel({ profile: dgxH100, name: 'dgx', seed: 7, now: () => nowMs });
  const reader = nvlinkReader(all);
  const say = (atSec: number): NodeFrame[] => {
    const text = ['-gt d', '-e'].map((part) =>
      String(renderTool(model, ['nvidia-smi', 'nvlink', ...part.split(' ')]).stdout),
    );
    return read([`= ${atSec}.00`, ...text.join('').split('\n'), '.'], reader);
  };
  say(0);
  nowMs += 10_000;
  const frames = say(10);
  expect(new Set(frames.map(({ subject }) => subject.id))).toEqual(new Set(model.gpus.map(({ uuid }) => uuid)));
  const first = valuesOf(frames.filter(({ subject }) => subject.id === model.gpuOf(0).uuid));
  expect(Object.keys(first).sort()).toEqual([...all].sort());
  expect(first['gpu.nvlinkSentBytesPerSecond']).toBeGreaterThan(0);
});

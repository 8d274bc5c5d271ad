import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translatorOf } from '../../../i18n/translator';
import type { ValueFormat } from '../field-text';
import { type FleetFieldId, fieldOf } from '../fields';
import type { FleetNode } from '../fleet-node';
import { fleetNode } from '../testing/fleet-node';
import type { ExportFormat } from './export-formats';
import { exportNodes } from './export-nodes';

const format: ValueFormat = {
  number: String,
  bytes: (bytes) => `${bytes / 2 ** 30} GiB`,
  time: (atMs) => new Date(atMs).toISOString(),
  word: (word) => word,
};

function exported(as: ExportFormat, nodes: readonly FleetNode[], fields: readonly FleetFieldId[]): string {
  return exportNodes(as, { nodes, fields, format, filter: '', atMs: 0, context: { say: translatorOf('en') } });
}

const nodes = [
  fleetNode('gpu01', {
    tags: ['lab', 'rack, 4'],
    summary: {
      osName: 'Ubuntu "Jammy" 22.04',
      memoryTotalBytes: 2 ** 40,
      gpuPowerLimitsW: [700],
      maxGpuTemperatureC: -5,
      observedAtMs: Date.UTC(2026, 10, 22),
    },
  }),
  fleetNode('gpu02', { summary: null }),
];

describe('CSV', () => {
  it('has a head with units, numbers as numbers, quotes doubled, empty cells for what is not known', () => {
    const fields = ['name', 'tag', 'os', 'memory', 'gpu.power.limit', 'gpu.temperature', 'observed'] as const;
    expect(exported('csv', nodes, fields).split('\r\n')).toEqual([
      'name,tag,os,memory (bytes),gpu.power.limit (watts),gpu.temperature (celsius),observed',
      'gpu01,"lab; rack, 4","Ubuntu ""Jammy"" 22.04",1099511627776,700,-5,2026-11-22T00:00:00.000Z',
      'gpu02,,,,,,',
      '',
    ]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-rw-r--r--', "'-rw-r--r--"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\n=1"'],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ['=cmd|"/c calc"!A1', `"'=cmd|""/c calc""!A1"`],
    ['a;=1', '"a;=1"'],
    ['10.0.0.1', '10.0.0.1'],
  ])('does not let %j be taken for a formula', (name, cell) => {
    expect(exported('csv', [fleetNode(name)], ['name'])).toBe(`name\r\n${cell}\r\n`);
  });

  it('gives back every text, whatever is in it, and begins no cell as a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",; aＺ＝') }), (name) => {
        const text = exported('csv', [fleetNode(name || 'x', { tags: ['end'] })], ['name', 'tag']);
        const [, row] = parseCsv(text);
        expect(row).toHaveLength(2);
        expect(row?.[1]).toBe('end');
        expect(row?.[0]).not.toMatch(/^[\s]*[=+\-@＝＋－＠]/);
      }),
    );
  });
});

it('gives JSON with values as they are and what they are counted in', () => {
  expect(JSON.parse(exported('json', nodes, ['name', 'memory', 'tag']))).toEqual({
    exportedAt: '1970-01-01T00:00:00.000Z',
    filter: null,
    fields: [
      { id: 'name', label: 'Node', kind: 'text', isList: false, unit: null },
      { id: 'memory', label: 'Memory', kind: 'bytes', isList: false, unit: 'bytes' },
      { id: 'tag', label: 'Tags', kind: 'text', isList: true, unit: null },
    ],
    nodes: [
      { id: 'gpu01', name: 'gpu01', memory: 2 ** 40, tag: ['lab', 'rack, 4'] },
      { id: 'gpu02', name: 'gpu02', memory: null, tag: [] },
    ],
  });
});

it('gives a Markdown table in which nothing ends a cell or becomes markup', () => {
  const hostile = fleetNode('a|b', { tags: ['<img src=x>', '[x](http://y)', 'two\nlines'] });
  expect(exported('markdown', [hostile, ...nodes], ['name', 'tag', 'memory'])).toBe(
    [
      '| Node | Tags | Memory |',
      '| --- | --- | ---: |',
      '| a\\|b | \\<img src=x\\>, \\[x\\](http://y), two<br>lines | unknown |',
      '| gpu01 | lab, rack, 4 | 1024 GiB |',
      '| gpu02 | none | unknown |',
      '',
    ].join('\n'),
  );
});

it('exports every field of a node of which nothing is known', () => {
  for (const as of ['csv', 'json', 'markdown'] as const) {
    expect(exported(as, nodes, ['attention', 'attention.count', 'booted', 'gpu.memory.use'])).toBeTruthy();
  }
  expect(fieldOf('gpu.memory.use').read(nodes[1] as FleetNode, { say: () => '' })).toBeNull();
});

/** As RFC 4180 reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replace(/""/g, '"') ?? plain);
    if (end === '\r\n') rows.push([]);
    else if (end === '') break;
  }
  return rows;
}

import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { fleetNode } from '#shared/domain/fleet/testing/fleet-node';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { type Cell, table } from '../table';
import { registerInventoryList } from './inventory-list';

const h100 = [{ name: 'NVIDIA H100 80GB HBM3', count: 8 }];
const nodes = [
  fleetNode('dgx01', { tags: ['lab'], summary: { gpuModels: h100, driverVersion: '570.26', maxGpuTemperatureC: 61 } }),
  fleetNode('dgx02', { summary: { gpuModels: h100, driverVersion: '570.9', osName: '=cmd()' } }),
  fleetNode('cpu03', { summary: { gpuModels: [] } }),
  fleetNode('new04', { summary: null }),
];
const fleetViews: FleetView[] = [
  {
    name: 'H100 drivers',
    filter: 'gpu.model ~ H100',
    columns: [
      { field: 'driver', widthPx: null },
      { field: 'field.of.later', widthPx: 90 },
      { field: 'name', widthPx: 200 },
    ],
    sort: [{ field: 'driver', isDescending: true }],
    group: null,
    isDefault: false,
  },
];

afterEach(() => {
  vi.restoreAllMocks();
});

/** What `gantry inventory …` prints with these words, and what it notes in the audit log. */
async function inventory(...words: string[]) {
  const printed: string[] = [];
  const noted: unknown[] = [];
  const client = {
    hosts: { list: async () => nodes.map(({ host }) => host) },
    inventory: {
      list: async () => nodes.flatMap(({ summary }) => summary ?? []),
      noteExport: async (input: unknown) => noted.push(input),
    },
    system: { settings: async () => ({ fleetViews }) },
  } as unknown as EngineClient;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const context = {
    client: async () => client,
    say: translatorOf('en'),
    print: (text: string) => printed.push(`${text}\n`),
    table: (head: string[], rows: Cell[][]) => printed.push(`${table(head, rows)}\n`),
    json: (value: unknown) => printed.push(JSON.stringify(value)),
  } as unknown as CliContext;
  const noun = new Command();
  registerInventoryList(
    noun,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  await noun.parseAsync(words, { from: 'user' });
  return { text: printed.join(''), noted };
}

it('lists the nodes that a filter matches, with the fields and in the order asked for', async () => {
  const { text } = await inventory(
    'list',
    '--filter',
    'gpu.model ~ H100',
    '--columns',
    'name,driver',
    '--sort',
    'driver',
  );
  expect(text).toBe('NODE   DRIVER\ndgx02  570.9\ndgx01  570.26\n');
});

it('shows what is not known as a dash, and a node that was never heard of too', async () => {
  const { text } = await inventory(
    'list',
    '--columns',
    'name,gpu.count,gpu.temperature,tag',
    '--sort',
    '-gpu.temperature',
  );
  expect(text.split('\n')).toEqual([
    'NODE   GPU COUNT  MAX °C  TAGS',
    'dgx01          8   61 °C  lab',
    'dgx02          8       —  —',
    'cpu03          0       —  —',
    'new04          —       —  —',
    '',
  ]);
});

it('lists nodes in groups with what each comes to', async () => {
  const { text } = await inventory('list', '--group', 'gpu.model', '--columns', 'name');
  expect(text).toBe(
    [
      'none · 1 node\nNODE\ncpu03\n',
      '\nNVIDIA H100 80GB HBM3 · 2 nodes · 16 GPUs\nNODE\ndgx01\ndgx02\n',
      '\nunknown · 1 node\nNODE\nnew04\n',
    ].join(''),
  );
});

it('takes filter, columns and order from a saved view, and what is given beside it first', async () => {
  expect((await inventory('list', '--view', 'H100 drivers')).text).toBe('DRIVER  NODE\n570.26  dgx01\n570.9   dgx02\n');
  expect((await inventory('list', '--view', 'H100 drivers', '--filter', 'cpu03')).text).toBe(
    'DRIVER  NODE\n     —  cpu03\n',
  );
});

it('prints CSV that no spreadsheet takes for formulas, and notes the export', async () => {
  const { text, noted } = await inventory(
    'list',
    '--format',
    'csv',
    '--columns',
    'name,os,gpu.count',
    '--filter',
    'dgx',
  );
  expect(text).toBe("name,os,gpu.count\r\ndgx01,,8\r\ndgx02,'=cmd(),8\r\n");
  expect(noted).toEqual([{ format: 'csv', hosts: 2, fields: ['name', 'os', 'gpu.count'], filter: 'dgx' }]);
});

it('prints JSON and Markdown with the field that it is grouped by', async () => {
  const words = ['--columns', 'name', '--group', 'driver', '--filter', 'dgx'];
  expect(JSON.parse((await inventory('list', '--format', 'json', ...words)).text).nodes).toEqual([
    { id: 'dgx02', driver: '570.9', name: 'dgx02' },
    { id: 'dgx01', driver: '570.26', name: 'dgx01' },
  ]);
  expect((await inventory('list', '--format', 'markdown', ...words)).text).toBe(
    '| Driver | Node |\n| --- | --- |\n| 570.9 | dgx02 |\n| 570.26 | dgx01 |\n',
  );
});

it('lists the fields there are', async () => {
  expect((await inventory('fields')).text).toMatch(/^gpu\.vbios +version list +VBIOS$/m);
});

it.each([
  [
    ['--filter', 'gpu.model ~ a and drivr < 570'],
    'Column 19: There is no field drivr. Did you mean driver?\n  gpu.model ~ a and drivr < 570\n                    ^^^^^',
  ],
  [['--columns', 'name,wheels'], 'There is no field wheels.'],
  [['--sort', '-wheels'], 'There is no field wheels.'],
  [['--view', 'none'], 'There is no saved view none. There are: H100 drivers'],
])('refuses %j and says what is wrong', async (words, message) => {
  await expect(inventory('list', ...words)).rejects.toThrow(message);
});

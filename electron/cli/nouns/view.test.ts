import { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { fleetNode } from '#shared/domain/fleet/testing/fleet-node';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { registerHost } from './host';
import { registerView } from './view';

let fleetViews: FleetView[];
const nodes = [fleetNode('dgx01', { tags: ['lab'], summary: { driverVersion: '550.90' } }), fleetNode('new02')];
const tagged: unknown[] = [];
beforeEach(() => {
  fleetViews = [];
  tagged.length = 0;
});

async function gantry(...words: string[]): Promise<void> {
  const client = {
    hosts: {
      list: async () => nodes.map(({ host }) => host),
      tag: async (input: { hostIds: string[] }) => {
        tagged.push(input);
        return nodes.flatMap(({ host: { spec } }) => (input.hostIds.includes(spec.id) ? [spec] : []));
      },
    },
    inventory: { list: async () => nodes.flatMap(({ summary }) => summary ?? []) },
    system: {
      settings: async () => ({ fleetViews }),
      updateSettings: async (change: { fleetViews: FleetView[] }) => {
        ({ fleetViews } = change);
        return change;
      },
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    host: async (name: string) => nodes.find(({ id }) => id === name)?.host,
    say: translatorOf('en'),
    table: () => {},
  } as unknown as CliContext;
  const program = new Command();
  for (const register of [registerView, registerHost])
    register(
      program,
      (command) =>
        (...args) =>
          command(context, ...args),
    );
  await program.parseAsync(words, { from: 'user' });
}

it('a view that is saved again changes in what is given and keeps the rest', async () => {
  await gantry(
    'view',
    'save',
    'Old',
    '--filter',
    'driver < 570',
    '--columns',
    'name,driver',
    '--sort',
    '-driver',
    '--default',
  );
  await gantry('view', 'save', 'Other', '--group', 'os', '--default');
  await gantry('view', 'save', 'Old', '--columns', '');
  expect(fleetViews).toEqual([
    {
      name: 'Old',
      filter: 'driver < 570',
      columns: [],
      sort: [{ field: 'driver', isDescending: true }],
      group: null,
      isDefault: false,
    },
    { name: 'Other', filter: '', columns: [], sort: [], group: 'os', isDefault: true },
  ]);
  await gantry('view', 'rename', 'Old', 'Older');
  await gantry('view', 'remove', 'Other');
  expect(fleetViews.map(({ name }) => name)).toEqual(['Older']);
});

it('a view that would not work is not saved, and no name is taken twice', async () => {
  await gantry('view', 'save', 'One');
  await gantry('view', 'save', 'Two');
  await expect(gantry('view', 'save', 'x', '--filter', 'drivr < 5')).rejects.toThrow('Did you mean driver?');
  await expect(gantry('view', 'save', 'x', '--columns', 'nope')).rejects.toThrow('There is no field nope');
  await expect(gantry('view', 'save', ' ')).rejects.toThrow('A view needs a name');
  await expect(gantry('view', 'rename', 'One', 'Two')).rejects.toThrow('There is a view Two already');
  await expect(gantry('view', 'remove', 'Three')).rejects.toThrow('There are: One, Two');
  expect(fleetViews.map(({ name }) => name)).toEqual(['One', 'Two']);
});

it('tags are put on the hosts that a filter finds, and on none when nothing says which', async () => {
  await gantry('host', 'tag', '--filter', 'driver < 570', '--add', 'old', '--remove', 'lab');
  expect(tagged).toEqual([{ hostIds: ['dgx01'], add: ['old'], remove: ['lab'] }]);
  await gantry('host', 'tag', 'new02', '--add', 'x', '--dry-run');
  await gantry('host', 'tag', 'new02', '--filter', 'driver < 570', '--add', 'x');
  await expect(gantry('host', 'tag', '--add', 'x')).rejects.toThrow('Say which hosts');
  await expect(gantry('host', 'tag', 'dgx01')).rejects.toThrow('Say which tags');
  expect(tagged).toHaveLength(1);
});

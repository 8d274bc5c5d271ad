import type { Command } from 'commander';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { fleetViewSchema } from '#shared/domain/fleet/fleet-view-schema';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { fieldId, matcher, names, savedView, sortKeys } from '../fleet-nodes';
import type { Run } from '../run';

/** The saved views of the fleet, the same as in the app. */
export function registerView(program: Command, run: Run): void {
  const view = program
    .command('view')
    .description('Ways to look at the fleet that are saved under a name, in the app and here.')
    .addHelpText(
      'after',
      examples(
        'gantry view save "Old drivers" --filter "driver < 570" --columns name,driver --sort driver',
        'gantry inventory list --view "Old drivers"',
        'gantry view remove "Old drivers"',
      ),
    );

  view
    .command('list')
    .description('List saved views.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const { fleetViews } = await (await context.client()).system.settings();
        if (options.json) return context.json(fleetViews);
        context.table(
          ['NAME', 'FILTER', 'COLUMNS', 'SORT', 'GROUP', 'DEFAULT'],
          fleetViews.map(({ name, filter, columns, sort, group, isDefault }) => [
            name,
            filter,
            columns.map(({ field }) => field).join(','),
            sort.map(({ field, isDescending }) => (isDescending ? `-${field}` : field)).join(','),
            group,
            isDefault ? context.say({ key: 'fleet.yes' }) : '',
          ]),
        );
      }),
    );

  view
    .command('save')
    .description('Save a view; one of the same name changes in what is given, and keeps the rest.')
    .argument('<name>')
    .option('--filter <filter>', 'which nodes it shows; "" for all')
    .option('--columns <fields>', 'fields with commas between them; "" for the standard ones')
    .option('--sort <fields>', 'fields to sort by, -FIELD from the greatest down; "" for none')
    .option('--group <field>', 'nodes with the same value together; "" for none')
    .option('--default', 'the app opens with it')
    .option('--no-default', 'the app opens with what was shown last')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: SaveOptions) => {
        const saved = await change(context, (views) => {
          const before = views.find((one) => one.name === name.trim());
          const view = changed(context, before ?? blank(name), options);
          const others = views.map((one) => ({ ...one, isDefault: one.isDefault && !view.isDefault }));
          return before ? others.map((one) => (one.name === view.name ? view : one)) : [...others, view];
        });
        if (options.json) context.json(saved.find((one) => one.name === name.trim()));
      }),
    );

  view
    .command('rename')
    .description('Give a saved view another name.')
    .argument('<name>')
    .argument('<new name>')
    .action(
      run(async (context, name: string, given: string) => {
        const { name: next } = valid(context, { ...(await savedView(context, name)), name: given });
        await change(context, (views) => {
          if (next !== name && views.some((one) => one.name === next))
            throw new CliError(context.say({ key: 'fleet.viewTaken', params: { name: next } }));
          return views.map((one) => (one.name === name ? { ...one, name: next } : one));
        });
      }),
    );

  view
    .command('remove')
    .description('Forget a saved view.')
    .argument('<name>')
    .action(
      run(async (context, name: string) => {
        await savedView(context, name);
        await change(context, (views) => views.filter((one) => one.name !== name));
      }),
    );
}

interface SaveOptions {
  filter?: string;
  columns?: string;
  sort?: string;
  group?: string;
  default?: boolean;
  json?: boolean;
}

function blank(name: string): FleetView {
  return { name, filter: '', columns: [], sort: [], group: null, isDefault: false };
}

function changed(context: CliContext, view: FleetView, options: SaveOptions): FleetView {
  const { filter, columns, sort, group } = options;
  if (filter !== undefined) matcher(context, filter);
  const fields =
    columns === undefined ? null : columns === '' ? [] : names(columns).map((one) => fieldId(context, one));
  return valid(context, {
    ...view,
    ...(filter === undefined ? {} : { filter }),
    ...(fields === null ? {} : { columns: [...new Set(fields)].map((field) => ({ field, widthPx: null })) }),
    ...(sort === undefined ? {} : { sort: sort === '' ? [] : sortKeys(context, sort) }),
    ...(group === undefined ? {} : { group: group === '' ? null : fieldId(context, group) }),
    isDefault: options.default ?? view.isDefault,
  });
}

function valid(context: CliContext, view: FleetView): FleetView {
  const parsed = fleetViewSchema.safeParse(view);
  if (parsed.success) return parsed.data;
  const isName = parsed.error.issues.some(({ path }) => path[0] === 'name');
  throw new CliError(context.say({ key: isName ? 'fleet.viewName' : 'fleet.viewTooLong' }));
}

async function change(context: CliContext, edit: (views: FleetView[]) => FleetView[]): Promise<FleetView[]> {
  const client = await context.client();
  const { fleetViews } = await client.system.settings();
  return (await client.system.updateSettings({ fleetViews: edit(fleetViews) })).fleetViews;
}

import { type Command, Option } from 'commander';
import { groupNodes, type SortKey, sortNodes, totalsOf } from '#shared/domain/fleet/arrange';
import { type ExportFormat, exportFormats } from '#shared/domain/fleet/export/export-formats';
import { exportNodes } from '#shared/domain/fleet/export/export-nodes';
import type { FieldValue } from '#shared/domain/fleet/field';
import { fieldText, type ValueFormat } from '#shared/domain/fleet/field-text';
import {
  type FleetFieldId,
  fieldLabel,
  fieldOf,
  fleetFieldIds,
  isFleetFieldId,
  noticed,
} from '#shared/domain/fleet/fields';
import { compileFilter, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { type FleetView, knownParts } from '#shared/domain/fleet/fleet-view';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { age, bytes, clockTime } from '../format';
import type { Run } from '../run';
import { amount, type Cell } from '../table';

/** What is listed of each node when nothing else is asked for. */
const usualColumns = [
  'name',
  'os',
  'gpu.count',
  'gpu.model',
  'driver',
  'gpu.memory.total',
  'gpu.temperature',
  'observed',
  'attention',
] as const satisfies readonly FleetFieldId[];

interface ListOptions {
  filter?: string;
  view?: string;
  columns?: string;
  sort?: string;
  group?: string;
  format: 'table' | ExportFormat;
  json?: boolean;
}

export function registerInventoryList(inventory: Command, run: Run): void {
  inventory
    .command('list')
    .description('One line a node, from the last time each was asked.')
    .option('--filter <filter>', 'only nodes that match, such as "gpu.model ~ H100 and driver < 570"')
    .option('--view <name>', 'a view that was saved in the app; other options go before it')
    .option('--columns <fields>', 'fields with commas between them')
    .option('--sort <fields>', 'fields to sort by, -FIELD from the greatest down')
    .option('--group <field>', 'nodes with the same value together')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', ...exportFormats]).default('table'))
    .option('--json', 'print every summary as JSON')
    .addHelpText(
      'after',
      examples(
        'gantry inventory list --filter "gpu.model ~ H100 and driver < 570"',
        'gantry inventory list --columns name,driver,gpu.vbios --sort -driver,name',
        'gantry inventory list --group gpu.model --format markdown',
        'gantry inventory fields                   # what there is to filter by',
      ),
    )
    .action(
      run(async (context, options: ListOptions) => {
        const client = await context.client();
        const [hosts, summaries] = [await client.hosts.list(), await client.inventory.list()];
        const view = options.view === undefined ? null : await savedView(context, options.view);
        const known = new Map(summaries.map((summary) => [summary.hostId, summary]));
        const nodes = hosts.map((host): FleetNode => ({ id: host.spec.id, host, summary: known.get(host.spec.id) }));
        const filter = options.filter ?? view?.filter ?? '';
        const matching = nodes.filter(matcher(context, filter));
        if (options.json) return context.json(matching.flatMap(({ summary }) => summary ?? []));

        const parts = view ? knownParts(view) : null;
        const sort = options.sort === undefined ? (parts?.sort ?? []) : sortKeys(context, options.sort);
        const group = options.group === undefined ? (parts?.group ?? null) : fieldId(context, options.group);
        const fields =
          options.columns === undefined
            ? (parts?.columns ?? [...usualColumns])
            : names(options.columns).map((name) => fieldId(context, name));
        const sorted = sortNodes(matching, sort, context);
        const groups = group === null ? null : groupNodes(sorted, group, context);
        if (options.format === 'table') {
          if (group !== null && groups && groups.length > 0) printGroups(context, group, groups, fields);
          else printTable(context, sorted, fields);
          return;
        }
        const text = exportNodes(options.format, {
          nodes: groups?.flatMap((one) => one.nodes) ?? sorted,
          fields: group === null || fields.includes(group) ? fields : [group, ...fields],
          context,
          filter,
          atMs: Date.now(),
          format: valueFormat(context),
        });
        await client.inventory.noteExport({ format: options.format, hosts: sorted.length, fields, filter });
        process.stdout.write(text);
      }),
    );

  inventory
    .command('fields')
    .description('What nodes can be filtered, sorted and grouped by.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const fields = fleetFieldIds.map((id) => {
          const { kind, isList, unit } = fieldOf(id);
          return { id, label: context.say(fieldLabel(id)), kind, isList, unit };
        });
        if (options.json) return context.json(fields);
        context.table(
          ['FIELD', 'KIND', 'NAME'],
          fields.map(({ id, kind, isList, label }) => [id, isList ? `${kind} list` : kind, label]),
        );
      }),
    );
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function fieldId(context: CliContext, name: string): FleetFieldId {
  const id = name.trim().toLowerCase();
  if (!isFleetFieldId(id)) throw new CliError(context.say({ key: 'fleet.columnUnknown', params: { name } }));
  return id;
}

function sortKeys(context: CliContext, text: string): SortKey[] {
  return names(text).map((name) => {
    const isDescending = name.startsWith('-');
    return { field: fieldId(context, isDescending ? name.slice(1) : name), isDescending };
  });
}

async function savedView(context: CliContext, name: string): Promise<FleetView> {
  const { fleetViews } = await (await context.client()).system.settings();
  const view = fleetViews.find((one) => one.name === name);
  if (view) return view;
  const known = fleetViews.map((one) => one.name).join(', ');
  throw new CliError(
    context.say({ key: known ? 'fleet.viewUnknownOf' : 'fleet.viewUnknown', params: { name, known } }),
  );
}

/** A filter that makes no sense is shown with what is wrong under it. */
function matcher(context: CliContext, text: string): (node: FleetNode) => boolean {
  const { filter, error } = parseFilter(text);
  if (!error) return compileFilter(filter, matchContext(context.say, Date.now()));
  const { from, to, message } = error;
  const params = { column: from + 1, problem: context.say(message) };
  const marks = ' '.repeat(from) + '^'.repeat(Math.max(1, to - from));
  throw new CliError(`${context.say({ key: 'fleet.atColumn', params })}\n  ${text.replace(/\s/g, ' ')}\n  ${marks}`);
}

function valueFormat(context: CliContext): ValueFormat {
  return {
    number: (value) => String(Math.round(value * 10) / 10),
    bytes,
    time: clockTime,
    word: (word) => context.say({ key: `fleet.${word}` }),
  };
}

function printTable(context: CliContext, nodes: readonly FleetNode[], fields: readonly FleetFieldId[]): void {
  const format = valueFormat(context);
  context.table(
    fields.map((id) => context.say(fieldLabel(id)).toUpperCase()),
    nodes.map((node) => fields.map((id) => cell(context, id, node, format))),
  );
}

function cell(context: CliContext, id: FleetFieldId, node: FleetNode, format: ValueFormat): Cell {
  const field = fieldOf(id);
  if (id === 'attention') return noticed(node, context).join('; ');
  const value: FieldValue = field.read(node, context);
  if (value === null || (typeof value === 'object' && value.length === 0)) return null;
  if (field.kind === 'time') return amount(age(Number(value), Date.now()));
  const text = fieldText(field, value, format);
  return (field.kind === 'number' || field.kind === 'bytes') && !field.isList ? amount(text) : text;
}

function printGroups(
  context: CliContext,
  id: FleetFieldId,
  groups: ReturnType<typeof groupNodes>,
  fields: readonly FleetFieldId[],
): void {
  const format = valueFormat(context);
  for (const [index, { value, nodes }] of groups.entries()) {
    const { gpus, needAttention } = totalsOf(nodes, context);
    const say = (key: string, count: number) => context.say({ key: `fleet.${key}`, params: { count } });
    const parts = [
      say('nodes', nodes.length),
      ...(gpus ? [say('gpus', gpus)] : []),
      ...(needAttention > 0 ? [say('needAttention', needAttention)] : []),
    ];
    const heading = fieldText(fieldOf(id), value, format);
    context.print(`${index > 0 ? '\n' : ''}${heading} · ${parts.join(' · ')}`);
    printTable(context, nodes, fields);
  }
}

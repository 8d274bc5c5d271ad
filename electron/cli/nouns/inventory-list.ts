import { type Command, Option } from 'commander';
import { groupNodes, sortNodes, totalsOf } from '#shared/domain/fleet/arrange';
import { type ExportFormat, exportFormats } from '#shared/domain/fleet/export/export-formats';
import { exportNodes } from '#shared/domain/fleet/export/export-nodes';
import type { FieldValue } from '#shared/domain/fleet/field';
import { fieldText, type ValueFormat } from '#shared/domain/fleet/field-text';
import { type FleetFieldId, fieldLabel, fieldOf, fleetFieldIds, noticed } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { knownParts } from '#shared/domain/fleet/fleet-view';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { type ChosenBy, chosenNodes, fieldId, names, sortKeys, withFilter } from '../fleet-nodes';
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

interface ListOptions extends ChosenBy {
  columns?: string;
  sort?: string;
  group?: string;
  format: 'table' | ExportFormat;
  json?: boolean;
}

export function registerInventoryList(inventory: Command, run: Run): void {
  withFilter(
    inventory
      .command('list')
      .description('One line a node, from the last time each was asked, as a saved view shows it.'),
  )
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
        const { nodes: matching, view, filter } = await chosenNodes(context, options);
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
        const { inventory: service } = await context.client();
        await service.noteExport({ format: options.format, hosts: sorted.length, fields, filter });
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

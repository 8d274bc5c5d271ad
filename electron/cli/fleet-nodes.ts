import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import type { SortKey } from '#shared/domain/fleet/arrange';
import { type FleetFieldId, isFleetFieldId } from '#shared/domain/fleet/fields';
import { compileFilter, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import type { CliContext } from './context';
import { CliError } from './exit-codes';

export interface ChosenBy {
  filter?: string;
  view?: string;
}

/** The options by which nodes are chosen, wherever they can be. */
export function withFilter(command: Command): Command {
  return command
    .option('--filter <filter>', 'only nodes that match, such as "gpu.model ~ H100 and driver < 570"')
    .option('--view <name>', 'only those of a saved view; --filter goes before its filter');
}

export interface ChosenNodes {
  readonly nodes: readonly FleetNode[];
  readonly view: FleetView | null;
  /** What they were chosen by; empty: all. */
  readonly filter: string;
}

/** The nodes that a filter or a saved view lets through; all without either. */
export async function chosenNodes(context: CliContext, by: ChosenBy): Promise<ChosenNodes> {
  const client = await context.client();
  const [hosts, summaries] = [await client.hosts.list(), await client.inventory.list()];
  const view = by.view === undefined ? null : await savedView(context, by.view);
  const known = new Map(summaries.map((summary) => [summary.hostId, summary]));
  const nodes = hosts.map((host): FleetNode => ({ id: host.spec.id, host, summary: known.get(host.spec.id) }));
  const filter = by.filter ?? view?.filter ?? '';
  return { nodes: nodes.filter(matcher(context, filter)), view, filter };
}

/** The same as hosts; without a filter nothing but their list is read. */
export async function chosenHosts(context: CliContext, by: ChosenBy): Promise<HostView[]> {
  if (by.filter === undefined && by.view === undefined) return (await context.client()).hosts.list();
  return (await chosenNodes(context, by)).nodes.map(({ host }) => host);
}

/** A filter that makes no sense is shown with what is wrong under it. */
export function matcher(context: CliContext, text: string): (node: FleetNode) => boolean {
  const { filter, error } = parseFilter(text);
  if (!error) return compileFilter(filter, matchContext(context.say, Date.now()));
  const { from, to, message } = error;
  const params = { column: from + 1, problem: context.say(message) };
  const marks = ' '.repeat(from) + '^'.repeat(Math.max(1, to - from));
  throw new CliError(`${context.say({ key: 'fleet.atColumn', params })}\n  ${text.replace(/\s/g, ' ')}\n  ${marks}`);
}

export function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

export function fieldId(context: CliContext, name: string): FleetFieldId {
  const id = name.trim().toLowerCase();
  if (!isFleetFieldId(id)) throw new CliError(context.say({ key: 'fleet.columnUnknown', params: { name } }));
  return id;
}

/** `-driver,name`: from the newest driver down, then by name. */
export function sortKeys(context: CliContext, text: string): SortKey[] {
  return names(text).map((name) => {
    const isDescending = name.startsWith('-');
    return { field: fieldId(context, isDescending ? name.slice(1) : name), isDescending };
  });
}

export async function savedView(context: CliContext, name: string): Promise<FleetView> {
  const { fleetViews } = await (await context.client()).system.settings();
  const view = fleetViews.find((one) => one.name === name);
  if (view) return view;
  const known = fleetViews.map((one) => one.name).join(', ');
  throw new CliError(
    context.say({ key: known ? 'fleet.viewUnknownOf' : 'fleet.viewUnknown', params: { name, known } }),
  );
}

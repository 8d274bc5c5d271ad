import type { Parting, StrandGroup, Strands } from '#shared/domain/strands/strands';
import { printable } from '#shared/domain/text';
import { commandLine } from '../engine/hosts/quote';
import type { CliContext } from './context';

interface Names {
  nameOf: (hostId: string) => string;
  /** Of steps, by id. */
  titles: ReadonlyMap<string, string>;
}

/** More names than this say less than their number. */
const shownNames = 8;
const shownValues = 4;

/** Groups of nodes, the odd ones out first, and where and by which values their walks part. */
export function printStrands(context: CliContext, strands: Strands, names: Names): void {
  const { groups, partings } = strands;
  for (const group of groups) printGroup(context, group, strands, names);
  context.print(`\n${context.say({ key: 'strands.partings' })}:`);
  if (partings.length === 0) {
    const count = groups[0]?.hostIds.length ?? 0;
    context.print(`  ${context.say({ key: 'strands.noPartings', params: { count } })}`);
  }
  for (const parting of partings) printParting(context, parting, names);
  const rest = strands.strands.filter(({ groupId }) => groupId === null);
  if (rest.length === 0) return;
  context.print(`\n${context.say({ key: 'strands.notWalked', params: { count: rest.length } })}:`);
  for (const { hostId, state, error } of rest) {
    const why = error ? context.say(error) : context.say({ key: `diagnoseScreen.state.${state}` });
    context.print(`  ${names.nameOf(hostId)}: ${why}`);
  }
}

function printGroup(context: CliContext, group: StrandGroup, { strands }: Strands, { nameOf }: Names): void {
  context.print(`${group.id}  ${listed(context, group.hostIds, nameOf)}`);
  for (const { code, severity, state, title } of group.findings) {
    context.print(`   ${code} [${severity}, ${state}] ${context.text(title)}`);
  }
  if (group.isWaiting) context.print(`   ${context.say({ key: 'diagnoseScreen.state.waiting' })}`);
  const first = strands.find(({ hostId }) => hostId === group.hostIds[0]);
  if (first) context.print(`   > ${commandLine(['gantry', 'diagnose', 'show', first.runId])}`);
}

function printParting(context: CliContext, { stepId, ways, values }: Parting, { nameOf, titles }: Names): void {
  context.print(`\n  ${titles.get(stepId) ?? stepId} (${stepId})`);
  for (const { branchId, label, hostIds, groupIds, reasons } of ways) {
    const words = branchId === null ? context.say({ key: 'strands.waits' }) : context.text(label);
    context.print(`    ${groupIds.join(' ')}  ${words}: ${listed(context, hostIds, nameOf)}`);
    for (const { text } of reasons.slice(0, shownValues)) context.print(`         ${context.text(text)}`);
  }
  for (const { expression, ways: columns } of values) {
    const told = columns.flatMap((column, index) =>
      column.slice(0, shownValues).map(({ value, hostIds }) => {
        const who = listed(context, hostIds, nameOf);
        return `${ways[index]?.groupIds.join(' ')} ${printable(value)}${column.length > 1 ? ` (${who})` : ''}`;
      }),
    );
    context.print(`    ${expression}: ${told.join('; ')}`);
  }
}

function listed(context: CliContext, hostIds: readonly string[], nameOf: (hostId: string) => string): string {
  const count = context.say({ key: 'strands.nodes', params: { count: hostIds.length } });
  if (hostIds.length > shownNames) return `${hostIds.slice(0, shownNames).map(nameOf).join(' ')} … (${count})`;
  return hostIds.map(nameOf).join(' ');
}

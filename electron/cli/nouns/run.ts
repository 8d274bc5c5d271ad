import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunSource } from '#shared/contract/runs';
import { changeWords } from '#shared/domain/parts/change-words';
import { attributeWords } from '#shared/domain/parts/part-words';
import type { FactChange, FactsComparison } from '#shared/domain/transcript/compare-facts';
import type { WalkComparison } from '#shared/domain/transcript/compare-walks';
import { loggedChangeWords } from '#shared/domain/transcript/logged-change-words';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import type { ReplayedWalk, RunHead } from '#shared/domain/transcript/transcript';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { giveOutput, readInput } from '../files';
import { clockTime } from '../format';
import type { Run } from '../run';
import { printRuns } from '../run-table';

export function registerRun(program: Command, run: Run): void {
  const noun = program
    .command('run')
    .description('Diagnosis runs: saved to a file, walked again, and compared.')
    .addHelpText(
      'after',
      examples(
        'gantry run list --host gpu-07',
        'gantry run export RUN --output oom.json.gz',
        'gantry run replay oom.json.gz',
        'gantry run compare OLDER-RUN NEWER-RUN',
      ),
    );

  noun
    .command('list')
    .description('List runs, newest first.')
    .option('--host <host>', 'of this node only')
    .option('--tree <tree>', 'of this tree only')
    .option('--finding <code>', 'that came to this finding only')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { host?: string; tree?: string; finding?: string; json?: boolean }) => {
        const client = await context.client();
        const hostId = options.host ? (await context.host(options.host)).spec.id : undefined;
        const runs = (await client.diagnosis.list(hostId ? { hostId } : {})).filter(
          ({ treeId, findings }) =>
            (options.tree === undefined || treeId === options.tree) &&
            (options.finding === undefined || findings.some(({ code }) => code === options.finding)),
        );
        if (options.json) return context.json(runs);
        printRuns(context, runs, await client.hosts.names());
      }),
    );

  noun
    .command('show')
    .description('Print a run: its trees, its path and what it came to.')
    .argument('<run>', 'an id of `gantry run list`, or a transcript file')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const source = await sourceOf(context, name);
        const { run: head, trees, recorded } = await (await context.client()).runs.replay(source);
        if (options.json) return context.json({ run: head, trees, recorded });
        context.print(headWords(context, head));
        for (const { id, state } of trees) context.print(treeWords(context, id, state));
        if (recorded.kind === 'not-compiled') return context.print(walkWords(context, recorded, 'recorded'));
        for (const { stepId, before } of recorded.comparison.steps) {
          const taken = before?.evaluations.find(({ branchId }) => branchId === before.chosenBranchId);
          if (before) context.print(`${stepId}${taken ? `: ${context.text(taken.reason ?? taken.label)}` : ''}`);
        }
        for (const { before } of recorded.comparison.findings) {
          if (before) context.print(`${before.code} [${before.severity}] ${context.text(before.title)}`);
        }
      }),
    );

  noun
    .command('export')
    .description('Write a transcript: tree, answers, raw output and what came of it. It names the node as it is.')
    .argument('<run>', 'an id of `gantry run list`')
    .option('--output <file>', 'default: the suggested name in this folder; - for standard output')
    .action(
      run(async (context, runId: string, options: { output?: string }) => {
        const made = await (await context.client()).runs.transcript({ runId });
        await giveOutput(context, made, options.output);
      }),
    );

  noun
    .command('replay')
    .description('Walk a run again, with its tree and with today’s. Ends with 1 when something else comes out.')
    .argument('<run>', 'a transcript file, or an id of `gantry run list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const source = await sourceOf(context, name);
        const replayed = await (await context.client()).runs.replay(source);
        const { recorded, today, readings } = replayed;
        if (recorded.kind === 'not-compiled' || today.kind === 'not-compiled') {
          context.setExitCode(exitCodes.couldNotJudge);
        } else if (!recorded.comparison.isSame || !today.comparison.isSame) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(replayed);
        context.print(headWords(context, replayed.run));
        for (const { id, state } of replayed.trees) context.print(treeWords(context, id, state));
        context.print(context.say({ key: 'runs.readAll', params: { count: readings.read } }));
        if (readings.notKept > 0) {
          context.print(context.say({ key: 'runs.notKept', params: { count: readings.notKept } }));
        }
        for (const { probeId, paths, state, recordedState } of readings.different) {
          const params = { probe: probeId, paths: paths.join(', ') || `${recordedState} → ${state}` };
          context.print(context.say({ key: 'runs.readDifferent', params }));
        }
        for (const [walk, which] of [
          [recorded, 'recorded'],
          [today, 'today'],
        ] as const) {
          context.print(walkWords(context, walk, which));
          if (walk.kind !== 'not-compiled' && !walk.comparison.isSame) printWalk(context, walk.comparison);
        }
      }),
    );

  noun
    .command('compare')
    .description('Two runs of one tree: what changed between them. Ends with 1 when they differ.')
    .argument('<one>', 'an id of `gantry run list`, or a transcript file')
    .argument('<other>', 'the same')
    .option('--all', 'also what moves by itself: temperatures, counters, times')
    .option('--json', 'print JSON')
    .action(
      run(async (context, one: string, other: string, options: { all?: boolean; json?: boolean }) => {
        const sources = { one: await sourceOf(context, one), other: await sourceOf(context, other) };
        const compared = await (await context.client()).runs.compare(sources);
        if (!compared.walk.isSame) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(compared);
        const { say } = context;
        context.print(`${say({ key: 'runs.before' })}: ${headWords(context, compared.before)}`);
        context.print(`${say({ key: 'runs.after' })}: ${headWords(context, compared.after)}`);
        if (compared.isTreeChanged !== false) {
          context.print(say({ key: compared.isTreeChanged ? 'runs.treeChanged' : 'runs.treeUnknown' }));
        }
        if (compared.walk.isSame) context.print(say({ key: 'runs.samePath' }));
        else printWalk(context, compared.walk);
        context.print(`\n${say({ key: compared.isSameNode ? 'runs.nodeChanges' : 'runs.nodeDifferences' })}`);
        const { node } = compared;
        if (node.from === 'readings') {
          context.print(say({ key: compared.isSameNode ? 'runs.fromReadings' : 'runs.fromReadingsNodes' }));
        }
        if (node.changes.length === 0) {
          context.print(say({ key: node.from === 'versions' ? 'runs.nothingChanged' : 'runs.nothingDifferent' }));
        }
        for (const { afterMs, byMs, changes } of node.changes) {
          if (afterMs !== null && byMs !== null) {
            const params = { from: clockTime(afterMs), to: clockTime(byMs) };
            context.print(say({ key: 'runs.changedBetween', params }));
          }
          for (const change of changes) context.print(`  ${changeWords(change, say)}`);
        }
        if (node.unread.length > 0) {
          const kinds = node.unread.map((kind) => say({ key: `parts.kind.${kind}` })).join(', ');
          context.print(say({ key: 'runs.unread', params: { kinds } }));
        }
        printLogged(context, compared);
        printFacts(context, compared.facts, options.all ?? false);
        if (compared.counters.length > 0) {
          context.print(`\n${say({ key: 'runs.counters' })}`);
          context.table(
            ['PART', 'COUNTER', 'BEFORE', 'AFTER'],
            compared.counters.map(({ kind, slot, name, before, after }) => [
              `${say({ key: `parts.kind.${kind}` })} ${slot}`,
              attributeWords(name, say),
              before,
              after,
            ]),
          );
        }
      }),
    );
}

function printLogged(context: CliContext, { logged, after }: RunComparison): void {
  if (logged === null) return;
  const { print, say } = context;
  const key = logged.readAtMs < after.startedAtMs ? 'runs.loggedLate' : 'runs.loggedRead';
  print(`\n${say({ key: 'runs.logged' })}`);
  print(say({ key, params: { time: clockTime(logged.readAtMs) } }));
  if (logged.changes.length === 0) print(say({ key: 'runs.loggedNothing' }));
  for (const change of logged.changes) print(`  ${clockTime(change.atMs)}  ${loggedChangeWords(change, say)}`);
  if (logged.leftOut > 0) print(`  ${say({ key: 'runs.more', params: { count: logged.leftOut } })}`);
  if (logged.unread.length > 0) {
    const kinds = logged.unread.map((kind) => say({ key: `runs.loggedKind.${kind}` })).join(', ');
    print(say({ key: 'runs.loggedUnread', params: { kinds } }));
  }
}

function printFacts({ print, say }: CliContext, { probes, unread }: FactsComparison, withMoved: boolean): void {
  print(`\n${say({ key: probes.length > 0 ? 'runs.facts' : 'runs.factsSame' })}`);
  const lines = (changes: readonly FactChange[], count: number): void => {
    for (const { path, before, after } of changes) print(`    ${path}: ${before ?? '–'} → ${after ?? '–'}`);
    const rest = count - changes.length;
    if (rest > 0) print(`    ${say({ key: 'runs.more', params: { count: rest } })}`);
  };
  for (const { probeId, settings, settingsCount, moved, movedCount } of probes) {
    const [key, count] =
      settingsCount > 0 ? (['factsCount', settingsCount] as const) : (['factsMoved', movedCount] as const);
    print(`  ${say({ key: `runs.${key}`, params: { probe: probeId, count } })}`);
    lines(settings, settingsCount);
    if (settingsCount > 0 && movedCount > 0)
      print(`    ${say({ key: 'runs.movedCount', params: { count: movedCount } })}`);
    if (withMoved) lines(moved, movedCount);
  }
  if (unread.length > 0) print(say({ key: 'runs.factsUnread', params: { probes: unread.join(', ') } }));
}

/** A run by its id, or a transcript by its path. */
async function sourceOf(context: CliContext, name: string): Promise<RunSource> {
  if (existsSync(name)) return { transcript: new Uint8Array(await readInput(name)) };
  const known = await (await context.client()).diagnosis.list({});
  if (/[./\\]/.test(name) && !known.some(({ id }) => id === name)) {
    throw new CliError(context.say({ key: 'runs.unknownRun', params: { name } }));
  }
  return { runId: name };
}

function headWords({ say }: CliContext, { treeId, hostName, startedAtMs, madeWith }: RunHead): string {
  const words = say({
    key: 'runs.transcriptOf',
    params: { tree: treeId, host: hostName, time: clockTime(startedAtMs) },
  });
  if (madeWith === null) return words;
  const params = { version: madeWith.gantryVersion, time: clockTime(madeWith.madeAtMs) };
  return `${words}. ${say({ key: 'runs.madeWith', params })}`;
}

function treeWords({ say }: CliContext, id: string, state: string): string {
  return say({ key: 'runs.treeIs', params: { tree: id, state: say({ key: `runs.treeState.${state}` }) } });
}

function walkWords({ say }: CliContext, walk: ReplayedWalk, which: 'recorded' | 'today'): string {
  if (walk.kind === 'not-compiled') return say({ key: 'runs.notCompiled', params: { problem: walk.problem } });
  if (walk.kind === 'reads-more') return say({ key: 'runs.todayReadsMore', params: { step: walk.stepId } });
  return say({ key: `runs.${which}${walk.comparison.isSame ? 'Same' : 'Different'}` });
}

function printWalk({ print, say, text }: CliContext, { steps, partedAt, findings }: WalkComparison): void {
  for (const [at, step] of steps.entries()) {
    const title = step.title ? text(step.title) : step.stepId;
    print(`  ${at === partedAt ? '>' : ' '} ${title} (${say({ key: `runs.relation.${step.relation}` })})`);
    if (at !== partedAt) continue;
    for (const [visit, key] of [
      [step.before, 'runs.partedWas'],
      [step.after, 'runs.partedIs'],
    ] as const) {
      const taken = visit?.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
      const reason = taken ? text(taken.reason ?? taken.label) : say({ key: 'runs.notReached' });
      print(`      ${say({ key, params: { reason } })}`);
    }
    for (const { expression, before, after, isDifferent } of step.values) {
      if (isDifferent) print(`      ${expression}: ${before} → ${after}`);
    }
  }
  for (const { code, change, before, after } of findings) {
    const title = (after ?? before)?.title;
    print(`  ${code} ${title ? text(title) : ''} (${say({ key: `runs.findingChange.${change}` })})`);
  }
}

import type { Command } from 'commander';
import { type ActionPlan, type ActionRun, riskCode } from '#shared/domain/action';
import { examples, wholeNumber } from '../arguments';
import { askSudo, giveSudoPasswords } from '../ask-sudo';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clipped, clockTime } from '../format';
import type { Run } from '../run';
import { parametersOf } from '../set-parameters';
import { state } from '../table';
import { registerLock } from './action-lock';
import { registerRollouts, roll } from './action-rollouts';
import { findIncident } from './incident';

const endStates: ReadonlyArray<ActionRun['state']> = [
  'verified',
  'verify-failed',
  'failed',
  'cancelled',
  'interrupted',
  'undone',
];

export function registerAction(program: Command, run: Run): void {
  const action = program
    .command('action')
    .description('Changes to a node: plan, confirm, apply, verify, undo.')
    .addHelpText(
      'after',
      examples(
        'gantry action plan gpu-process-end gpu-07 --set pid=4711',
        'gantry action apply gpu-process-end gpu-07 --set pid=4711 --incident INC-3 --yes',
        'gantry action apply clock-step gpu-07 gpu-08 gpu-09 --yes',
        'gantry action apply clock-step gpu-07 gpu-08 gpu-09 --batch 2 --yes',
        'gantry action rollouts',
        'gantry action runs',
        'gantry action log',
      ),
    );

  action
    .command('list')
    .description('List what can be done.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const infos = await (await context.client()).actions.list();
        if (options.json) return context.json(infos);
        context.table(
          ['ACTION', 'RISK', 'ROOT', 'UNDO', 'BUILT IN', 'TITLE', 'PARAMETERS'],
          infos.map((info) => [
            info.id,
            `${riskCode(info.risk)} ${info.risk}`,
            info.needsRoot ? 'root' : '',
            info.canUndo ? 'yes' : 'no',
            info.ownFile === undefined ? 'yes' : 'no',
            context.text(info.title),
            info.parameters.map(({ name, isRequired }) => (isRequired ? name : `[${name}]`)).join(' '),
          ]),
        );
      }),
    );

  action
    .command('plan')
    .description('Read the node and print exactly what would be done. Changes nothing.')
    .argument('<action>', 'an id of `gantry action list`')
    .argument('<host>', 'name or id')
    .option('--set <name=value...>', 'parameters; a value that is JSON is taken as such')
    .option(...askSudo)
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          actionId: string,
          name: string,
          options: { set?: string[]; askSudo?: boolean; json?: boolean },
        ) => {
          if (options.askSudo) await giveSudoPasswords(context, [name]);
          const plan = await makePlan(context, actionId, name, options.set);
          if (plan.isBlocked) context.setExitCode(exitCodes.couldNotJudge);
          if (options.json) return context.json(plan);
          printPlan(context, plan);
        },
      ),
    );

  action
    .command('apply')
    .description('Plan, carry out and verify. Asks first on a terminal; elsewhere it needs --yes.')
    .argument('<action>', 'an id of `gantry action list`')
    .argument('<host...>', 'names or ids; several are done one after the other, up to the first that fails')
    .option('--set <name=value...>', 'parameters; a value that is JSON is taken as such')
    .option('--incident <incident>', 'record it on this incident: id or INC-number')
    .option('--batch <count>', 'of several nodes, how many at a time', wholeNumber(1, 100), 1)
    .option(...askSudo)
    .option('--yes', 'I have read the plan')
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          actionId: string,
          names: string[],
          options: {
            set?: string[];
            incident?: string;
            batch: number;
            yes?: boolean;
            askSudo?: boolean;
            json?: boolean;
          },
        ) => {
          if (options.askSudo) await giveSudoPasswords(context, names);
          const plans: ActionPlan[] = [];
          for (const name of names) {
            const plan = await makePlan(context, actionId, name, options.set);
            if (!options.json && names.length > 1) context.print(`\n== ${name}`);
            if (!options.json) printPlan(context, plan);
            plans.push(plan);
          }
          if (plans.some(({ isBlocked }) => isBlocked))
            throw new CliError(context.say({ key: 'cli.planBlocked' }), exitCodes.couldNotJudge);
          if (!options.yes) await context.confirm(!options.json);
          const incidentId = options.incident ? (await findIncident(context, options.incident)).id : undefined;
          const confirmed = plans.map(({ id, fingerprint }) => ({ planId: id, fingerprint }));
          const [only] = confirmed;
          if (only && confirmed.length === 1) {
            const started = await (await context.client()).actions.apply({ ...only, incidentId });
            report(context, await follow(context, started), options.json);
          } else {
            await roll(context, { plans: confirmed, incidentId, batchSize: options.batch }, options.json);
          }
        },
      ),
    );

  action
    .command('runs')
    .description('List what was done.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const runs = await (await context.client()).actions.runs({});
        if (options.json) return context.json(runs);
        context.table(
          ['RUN', 'ACTION', 'STATE', 'STARTED', 'UNDO'],
          runs.map((item) => [
            item.id,
            item.plan.actionId,
            state(item.state),
            clockTime(item.startedAtMs),
            item.canUndo ? 'yes' : '',
          ]),
        );
      }),
    );

  registerRollouts(action, run);
  registerLock(action, run);

  action
    .command('undo')
    .description('Put back what an action changed.')
    .argument('<run>', 'an id of `gantry action runs`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, options: { json?: boolean }) => {
        report(context, await follow(context, await (await context.client()).actions.undo({ runId })), options.json);
      }),
    );

  action
    .command('log')
    .description('List the audit log, newest first: what was done to hosts, nodes and incidents, and by whom.')
    .option('--limit <count>', 'how many entries', wholeNumber(1, 1000), 100)
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { limit: number; json?: boolean }) => {
        const client = await context.client();
        const log = await client.audit.list({ limit: options.limit });
        if (!log.isChainIntact) {
          context.warn(context.say({ key: 'cli.auditBroken' }));
          context.setExitCode(exitCodes.findings);
        }
        if (options.json) return context.json(log);
        const names = new Map(Object.entries(await client.hosts.names()));
        context.table(
          ['TIME', 'WHO', 'EVENT', 'NODE', 'DETAIL'],
          log.entries.map(({ atMs, actor, event, hostId, detail }) => [
            clockTime(atMs),
            actor,
            event,
            hostId === null ? '' : (names.get(hostId) ?? hostId),
            clipped(JSON.stringify(detail), 100),
          ]),
        );
      }),
    );
}

async function makePlan(
  context: CliContext,
  actionId: string,
  name: string,
  set: readonly string[] | undefined,
): Promise<ActionPlan> {
  const { spec } = await context.host(name);
  const parameters = parametersOf(context, set);
  return (await context.client()).actions.plan({ actionId, hostId: spec.id, parameters }, { signal: context.signal });
}

async function follow(context: CliContext, started: ActionRun): Promise<ActionRun> {
  let state = started;
  if (endStates.includes(state.state)) return state;
  for await (const change of await (await context.client()).actions.watch(
    { runId: started.id },
    { signal: context.signal },
  )) {
    state = change;
    context.progress(
      `${change.state} ${change.steps.filter(({ state: step }) => step === 'done').length}/${change.steps.length}`,
    );
    if (endStates.includes(change.state)) break;
  }
  return state;
}

function report(context: CliContext, run: ActionRun, json = false): void {
  if (run.state !== 'verified' && run.state !== 'undone') context.setExitCode(exitCodes.couldNotJudge);
  if (json) {
    context.json(run);
    return;
  }
  context.print(`${run.state}  ${run.id}`);
  if (run.verification) context.print(`  ${context.text(run.verification.detail)}`);
  if (run.error) context.print(`  ${context.say(run.error)}`);
}

function printPlan(context: CliContext, plan: ActionPlan): void {
  for (const check of plan.checks)
    context.print(`[${check.outcome}] ${context.text(check.title)}: ${context.text(check.detail)}`);
  if (plan.steps.length === 0) {
    if (!plan.isBlocked) context.print(`\n${context.say({ key: 'actionDialog.alreadyDone' })}`);
    return;
  }
  for (const { title, current, wanted } of plan.values ?? [])
    context.print(`${context.text(title)}: ${context.text(current)} -> ${context.text(wanted)}`);
  for (const step of plan.steps) {
    const root = step.privilege === 'root' ? ' (root)' : '';
    context.print(`\n${context.text(step.title)}${root}`);
    context.print(
      step.kind === 'command'
        ? `  $ ${step.commandLine}${step.onlyIf ? `  # ${context.text(step.onlyIf)}` : ''}`
        : step.diff,
    );
  }
  context.print(
    `\n${context.text(plan.verification)}\n${plan.undo ? context.text(plan.undo) : context.say({ key: 'cli.noUndo' })}`,
  );
}

import type { Command } from 'commander';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import {
  checksToAccept,
  isBlocking,
  type PreflightCheckId,
  preflightCheckIds,
} from '#shared/domain/playbook/preflight';
import type { RolloutItem } from '#shared/domain/rollout';
import { examples, wholeNumber } from '../arguments';
import { askSudo, giveSudoPasswords } from '../ask-sudo';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { giveOutput } from '../files';
import type { Run } from '../run';
import { parametersOf } from '../set-parameters';
import { findRollout, followRollout, showRollout } from './action-rollouts';
import { tellUntilItStands } from './follow-rollout';
import { registerAcceptance } from './playbook-acceptance';
import { registerPlaybookList } from './playbook-list';
import { registerOffline } from './playbook-offline';
import { printPreflight, registerPreflight } from './playbook-preflight';
import { registerPlaybookVersions } from './playbook-versions';

/** Guided setup: what a playbook would do on nodes, carrying it out and taking it back. */
export function registerPlaybook(program: Command, run: Run): void {
  const playbook = program
    .command('playbook')
    .description('Guided setup: lists of actions that lead a node somewhere.')
    .addHelpText(
      'after',
      examples(
        'gantry playbook list',
        'gantry playbook folder ~/my-playbooks                # yours are listed and can be planned from now on',
        'gantry playbook check ~/my-playbooks/our-box.yaml',
        'gantry playbook preflight gpu-07 gpu-08',
        'gantry playbook plan gpu-containers gpu-07',
        'gantry playbook apply gpu-containers gpu-07 gpu-08 --yes',
        'gantry playbook undo 4c1f',
        'gantry playbook fetch node-base --node gpu-01 --output ./set',
        'gantry playbook carry ./set gpu-07',
        'gantry playbook versions gpu-07                      # what fits together there, and why',
        'gantry playbook plan roce-host gpu-07 --set interface=ens1np0 --export plan.md',
      ),
    );

  registerPlaybookList(playbook, run);
  registerPlaybookVersions(playbook, run);

  registerPreflight(playbook, run);
  registerAcceptance(playbook, run);

  registerOffline(playbook, run);

  playbook
    .command('plan')
    .description('Read the node and print exactly what would be done. Changes nothing.')
    .argument('<playbook>', 'an id of `gantry playbook list`')
    .argument('<host>', 'name or id')
    .option('--set <name=value...>', 'parameters; a value that is JSON is taken as such')
    .option(
      '--export <file>',
      'write the plan as Markdown; a name that ends with .sh: as a shell script; - to standard output',
    )
    .option('--format <format>', 'what to export: markdown or script')
    .option(...askSudo)
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          playbookId: string,
          name: string,
          options: { set?: string[]; export?: string; format?: string; askSudo?: boolean; json?: boolean },
        ) => {
          const format = formatOf(options.format, options.export ?? '');
          if (options.askSudo) await giveSudoPasswords(context, [name]);
          const plan = await makePlan(context, playbookId, name, options.set);
          if (plan.isBlocked) context.setExitCode(exitCodes.couldNotJudge);
          if (options.export !== undefined) {
            const { language } = context;
            const client = await context.client();
            const { fileName, text } = await client.playbooks.exportPlan({ planId: plan.id, format, language });
            await giveOutput(context, { fileName, bytes: new TextEncoder().encode(text) }, options.export);
            return;
          }
          if (options.json) return context.json(plan);
          printPlan(context, plan);
        },
      ),
    );

  playbook
    .command('apply')
    .description('Plan, carry out and verify step by step. Asks first on a terminal; elsewhere it needs --yes.')
    .argument('<playbook>', 'an id of `gantry playbook list`')
    .argument('<host...>', 'names or ids; several are done one after the other, up to the first that fails')
    .option('--set <name=value...>', 'parameters; a value that is JSON is taken as such')
    .option('--batch <count>', 'of several nodes, how many at a time', wholeNumber(1, 100), 1)
    .option(...askSudo)
    .option('--accept <check...>', 'these checks of the preflight may be unknown, or fail where that does not hinder')
    .option('--yes', 'I have read the plans')
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          playbookId: string,
          names: string[],
          options: {
            set?: string[];
            batch: number;
            accept?: string[];
            yes?: boolean;
            askSudo?: boolean;
            json?: boolean;
          },
        ) => {
          const client = await context.client();
          if (options.askSudo) await giveSudoPasswords(context, names);
          const plans: PlaybookPlan[] = [];
          for (const name of names) {
            const plan = await makePlan(context, playbookId, name, options.set);
            if (!options.json && names.length > 1) context.print(`\n#### ${name}`);
            if (!options.json) printPlan(context, plan);
            plans.push(plan);
          }
          if (plans.some(({ isBlocked }) => isBlocked))
            throw new CliError(context.say({ key: 'cli.planBlocked' }), exitCodes.couldNotJudge);
          const open = plans.filter(({ isAlreadyDone }) => !isAlreadyDone);
          if (open.length === 0) return;
          const accepted = await acceptedChecks(context, playbookId, open, options);
          if (!options.yes) await context.confirm(!options.json);
          const confirmed = open.map(({ id, fingerprint }) => ({ planId: id, fingerprint }));
          const started = await client.playbooks.start({ plans: confirmed, batchSize: options.batch, accepted });
          await followRollout(context, started, options.json);
        },
      ),
    );

  playbook
    .command('undo')
    .description('Take back what a playbook did, the last step first. Done again it goes on where it ended.')
    .argument('<rollout>', 'an id of `gantry action rollouts`, or how it begins')
    .argument('[host...]', 'only on these')
    .option(...askSudo)
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, names: string[], options: { askSudo?: boolean; json?: boolean }) => {
        const { actions } = await context.client();
        const { id: rolloutId, items } = await findRollout(context, id);
        const hostIds: string[] = [];
        for (const name of names) hostIds.push((await context.host(name)).spec.id);
        if (options.askSudo) {
          await giveSudoPasswords(context, hostIds.length > 0 ? hostIds : items.map(({ hostId }) => hostId));
        }
        const work = actions.undoRollout({ rolloutId, ...(hostIds.length > 0 ? { hostIds } : {}) });
        // Refused at once, it says so below.
        work.catch(() => {});
        await tellUntilItStands(context, await actions.rollout({ rolloutId }), options.json ?? false);
        const undone = await work;
        const isLeft = ({ hostId, state }: RolloutItem) =>
          (state === 'done' || state === 'unknown') && (hostIds.length === 0 || hostIds.includes(hostId));
        if (undone.items.some(isLeft)) context.setExitCode(exitCodes.couldNotJudge);
        await showRollout(context, undone, options.json);
      }),
    );
}

async function makePlan(
  context: CliContext,
  playbookId: string,
  name: string,
  set: readonly string[] | undefined,
): Promise<PlaybookPlan> {
  const { spec } = await context.host(name);
  const parameters = parametersOf(context, set);
  const { playbooks } = await context.client();
  return playbooks.plan({ playbookId, hostId: spec.id, parameters }, { signal: context.signal });
}

/** The preflight of the nodes on which something would be done, printed. Throws CliError for what fails or is not accepted. */
async function acceptedChecks(
  context: CliContext,
  playbookId: string,
  plans: readonly PlaybookPlan[],
  { accept = [], json }: { accept?: string[]; json?: boolean },
): Promise<PreflightCheckId[]> {
  const { playbooks, hosts } = await context.client();
  const hostIds = plans.map(({ hostId }) => hostId);
  const planIds = plans.map(({ id }) => id);
  const found = await playbooks.preflight({ hostIds, playbookId, planIds }, { signal: context.signal });
  const named = new Map((await hosts.list()).map(({ spec }) => [spec.id, spec.name]));
  for (const one of found)
    if (!json && one.outcome !== 'pass') printPreflight(context, named.get(one.hostId) ?? one.hostId, one, false);
  if (found.some(isBlocking)) throw new CliError(context.say({ key: 'cli.planBlocked' }), exitCodes.couldNotJudge);
  const open = checksToAccept(found).filter((id) => !accept.includes(id));
  if (open.length > 0) {
    const checks = open.join(' ');
    throw new CliError(context.say({ key: 'cli.preflightOpen', params: { checks } }), exitCodes.couldNotJudge);
  }
  return preflightCheckIds.filter((id) => accept.includes(id));
}

function formatOf(asked: string | undefined, file: string): 'markdown' | 'script' {
  const format = asked ?? (file.endsWith('.sh') ? 'script' : 'markdown');
  if (format === 'markdown' || format === 'script') return format;
  throw new CliError(`--format ${format}: markdown or script`);
}

function printPlan(context: CliContext, plan: PlaybookPlan): void {
  if (plan.refusal) context.print(context.text(plan.refusal));
  for (const step of plan.steps) {
    context.print(`\n== ${step.id}: ${context.text(step.title)}  [${step.state}]`);
    if (step.reason) context.print(`   ${context.text(step.reason)}`);
    if (step.state === 'left-out' || step.state === 'done') continue;
    for (const { outcome, title, detail } of step.plan?.checks ?? [])
      if (outcome !== 'pass' && detail.en !== step.reason?.en)
        context.print(`   [${outcome}] ${context.text(title)}: ${context.text(detail)}`);
    for (const line of step.plan?.steps ?? []) {
      context.print(line.kind === 'command' ? `   ${line.commandLine}` : line.diff.replace(/^/gm, '   '));
    }
  }
  const { packages, summary } = plan;
  context.print('');
  for (const { name, before, after } of packages) context.print(`${name}: ${before ?? '-'} -> ${after ?? '-'}`);
  for (const line of summary) context.print(context.text(line));
  for (const { id, state, plan: told } of plan.steps) {
    if (state === 'left-out' || state === 'done') continue;
    for (const { kind, name } of told?.brings ?? [])
      context.print(context.say({ key: 'playbooks.takes', params: { step: id, kind, name: name ?? '?' } }));
  }
  if (plan.isAlreadyDone) context.print(context.say({ key: 'playbooks.alreadyDone' }));
}

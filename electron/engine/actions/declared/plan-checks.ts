import type { NodeFacts } from '#shared/domain/facts/index';
import { sudoersLineForAll, sudoersUser } from '../../probes/lib/sudoers';
import type { ActionContext, PlanCheck } from '../action';
import { commandLineOf } from '../command-line';
import { carriesConnection } from '../own-connection';
import { rootAccess } from '../root-access';
import { commandsOf } from './beside';
import { dryRunFailed } from './failed-command';
import type { FilledStep } from './filled-step';
import { backCommands } from './package-undo';
import type { DryRun, FixPlan } from './plan-fix';
import { say } from './words';

export async function checkRoot(
  context: ActionContext,
  steps: readonly FilledStep[],
  checks: PlanCheck[],
): Promise<{ isLoginRoot: boolean }> {
  const commands = steps
    .filter(({ isRoot }) => isRoot)
    .flatMap((step) => (step.back ? backCommands(step.back) : [...commandsOf(step), step.cleanup ?? []]))
    .filter((argv) => argv.length > 0);
  if (commands.length === 0) return { isLoginRoot: false };
  const root = await rootAccess(context, ...commands);
  const specs = commands.map((argv) => ({ argv: argv as [string, ...string[]] }));
  const line = sudoersUser(sudoersLineForAll(specs), root.loginName);
  const detail = root.canRun ? say('rootOk') : root.isSilent ? say('rootSilent') : say('rootMissing', { line });
  const { evidenceId } = root;
  checks.push({ title: say('checkRoot'), outcome: root.canRun ? 'pass' : 'fail', detail, evidenceId });
  return root;
}

/** Refuses what would cut the connection that we came over. */
export async function pathCheck(context: ActionContext, plan: FixPlan, facts: NodeFacts): Promise<PlanCheck> {
  const name = plan.interfaceName ?? '?';
  const title = say('checkPath');
  const isKnown = plan.interfaceName !== null && facts.network !== undefined;
  const { isOn: isOnPath, evidenceId } = isKnown
    ? await carriesConnection(context, facts.network?.interfaces ?? [], name)
    : { isOn: null, evidenceId: null };
  if (isOnPath === null) return { title, outcome: 'unknown', detail: say('pathUnknown', { name }), evidenceId };
  const detail = say(isOnPath ? 'pathSame' : 'pathOther', { name });
  return { title, outcome: isOnPath ? 'fail' : 'pass', detail, evidenceId };
}

export async function dryRun(
  context: ActionContext,
  { argv, stdin, root, exitCodes, otherwise, timeoutSeconds }: DryRun,
): Promise<PlanCheck> {
  const ran = await context.run(
    {
      id: 'dry-run',
      argv: [...argv],
      privilege: root ? 'root-else-user' : 'user',
      timeoutMs: timeoutSeconds * 1000,
    },
    stdin === null ? {} : { stdin: new TextEncoder().encode(stdin) },
  );
  const output = `${ran.stdout} ${ran.stderr}`.trim();
  const isGood = ran.state === 'exited' && ran.exitCode !== null && exitCodes.includes(ran.exitCode);
  const detail = isGood
    ? output === ''
      ? say('dryRunSilent')
      : say('stepDone', { output })
    : dryRunFailed(ran, output);
  const title = say('checkDryRun', { line: commandLineOf(argv, 'user') });
  return { title, outcome: isGood ? 'pass' : otherwise, detail, evidenceId: ran.evidenceId };
}

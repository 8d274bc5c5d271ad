import type { PlannedStep } from '#shared/domain/action';
import type { ActionContext, StepResult } from '../action';
import { commandLineOf } from '../command-line';
import type { Texts } from '../knowledge';
import { type Inspection, inspectProgram, parseInspection, signalProgram } from './programs';
import type { State } from './state';

type CommandStep = Extract<PlannedStep, { kind: 'command' }>;

/** Seconds between TERM and KILL, and what KILL itself may take (fix register, X-A1). */
const waitSeconds = { term: 10, kill: 5 } as const;

export function signalStep(
  id: 'term' | 'kill',
  state: State & { process: NonNullable<State['process']> },
  isLoginRoot: boolean,
  texts: Texts,
): CommandStep {
  const { pid, privilege, process } = state;
  const target = [String(pid), process.bootId, process.startTime, process.uid, process.commandSum];
  const argv = ['sh', '-c', signalProgram, 'gantry', id.toUpperCase(), String(waitSeconds[id]), ...target];
  return {
    kind: 'command',
    id,
    title: texts(id === 'term' ? 'stepTerm' : 'stepKill', { pid }),
    argv,
    commandLine: commandLineOf(argv, isLoginRoot ? 'user' : privilege),
    privilege,
    onlyIf: id === 'term' ? null : texts('onlyIfAlive'),
  };
}

/** Runs one signal step. `stateLeft` is the process state when it is still there afterwards. */
export async function sendSignal(
  context: ActionContext,
  pid: number,
  step: CommandStep,
  texts: Texts,
): Promise<{ result: StepResult; stateLeft: string | null }> {
  const seconds = waitSeconds[step.id === 'term' ? 'term' : 'kill'];
  const [tool = 'sh', ...rest] = step.argv;
  // Waiting for the end may be cut short. A signal that was sent stays sent, so the node is asked what became of it.
  const ran = await context.run({
    id: step.id,
    argv: [tool, ...rest],
    privilege: step.privilege,
    timeoutMs: (seconds + 10) * 1000,
  });
  const { evidenceId, stderr } = ran;
  const answer = (state: StepResult['state'], detail: StepResult['detail'], stateLeft: string | null = null) => ({
    result: { state, evidenceId, detail },
    stateLeft,
  });
  const [word, what = ''] = ran.state === 'exited' ? ran.stdout.trim().split(' ') : [];
  if (word === 'gone') {
    return answer('done', texts(what === 'before' ? 'goneBefore' : what === 'zombie' ? 'endedZombie' : 'sentAndGone'));
  }
  if (word === 'alive') return answer('done', texts('stillAlive', { seconds, state: what }), what);
  if (word === 'refused') {
    if (what === 'protected') return answer('failed', texts('refusedProtected'));
    if (what === 'permission') return answer('failed', texts('refusedPermission', { stderr }));
    return answer('failed', texts('refusedIdentity', { pid, what }));
  }
  const isUnknown = ran.state === 'hung' || ran.state === 'timeout';
  const params = { state: ran.state, exitCode: ran.exitCode ?? '-', stderr };
  return answer(isUnknown ? 'unknown' : 'failed', texts('signalFailed', params));
}

export async function inspect(
  context: ActionContext,
  pid: number,
  privilege: 'user' | 'root',
): Promise<{ inspection: Inspection | null; evidenceId: string }> {
  const ran = await context.run({
    id: 'inspect',
    argv: ['sh', '-c', inspectProgram, 'gantry', String(pid)],
    privilege,
    timeoutMs: 10_000,
    maxOutputBytes: 2 ** 18,
  });
  return { inspection: ran.state === 'exited' ? parseInspection(ran.stdout) : null, evidenceId: ran.evidenceId };
}

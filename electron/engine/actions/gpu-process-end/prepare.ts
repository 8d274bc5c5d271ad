import type { ActionContext, PlanCheck, Prepared } from '../action';
import type { Texts } from '../knowledge';
import { rootAccess } from '../root-access';
import {
  type FoundProcess,
  holdsCheck,
  killableCheck,
  othersCheck,
  processCheck,
  protectedCheck,
  sameCheck,
  serviceCheck,
} from './checks';
import { describeHolds, type GpuMemory, readGpuMemory } from './gpu-memory';
import type { Inspection } from './programs';
import { inspect, signalStep } from './signal';
import type { Parameters, State } from './state';

export async function prepare(context: ActionContext, parameters: Parameters, texts: Texts): Promise<Prepared<State>> {
  const { pid } = parameters;
  const memory = await readGpuMemory(context, pid);
  const { inspection, evidenceId } = await inspectAnyUser(context, pid, memory);
  if (inspection?.kind !== 'found') {
    const isGone = inspection?.kind === 'gone';
    const key = !isGone ? 'unreadable' : memory.holds.length > 0 ? 'processHidden' : 'processGone';
    const outcome = isGone ? 'fail' : 'unknown';
    return blocked(pid, texts, { title: texts('checkProcess'), outcome, detail: texts(key, { pid }), evidenceId });
  }
  const { bootId, startTime, uid, commandSum, loginUid } = inspection;
  const isOwn = loginUid === uid || loginUid === '0';
  const process = { bootId, startTime, uid, commandSum };
  const state = { pid, process, privilege: isOwn ? ('user' as const) : ('root' as const), holds: [...memory.holds] };
  const term = signalStep('term', state, loginUid === '0', texts);
  return {
    checks: [
      processCheck(inspection, texts, evidenceId),
      ...sameCheck(parameters.commandLine, inspection, texts),
      protectedCheck(pid, inspection, texts),
      killableCheck(inspection, texts),
      await permissionCheck(context, inspection, isOwn, term.argv, texts),
      holdsCheck(pid, memory, texts),
      othersCheck(memory, texts),
      serviceCheck(inspection, texts),
    ],
    steps: [term, signalStep('kill', state, loginUid === '0', texts)],
    verification: texts('verification', { pid, holds: describeHolds(memory.holds) }),
    undo: null,
    isAlreadyDone: false,
    state,
    identity: process,
  };
}

/** With /proc hidden from other users (hidepid) only root can tell a process that is gone from one of somebody else. */
async function inspectAnyUser(
  context: ActionContext,
  pid: number,
  memory: GpuMemory,
): Promise<{ inspection: Inspection | null; evidenceId: string }> {
  const asUser = await inspect(context, pid, 'user');
  if (asUser.inspection?.kind !== 'gone' || memory.holds.length === 0) return asUser;
  const asRoot = await inspect(context, pid, 'root');
  if (asRoot.inspection?.kind !== 'found') return asUser;
  const { loginUid } = asUser.inspection;
  return { inspection: { ...asRoot.inspection, loginUid }, evidenceId: asRoot.evidenceId };
}

function blocked(pid: number, texts: Texts, check: PlanCheck): Prepared<State> {
  return {
    checks: [check],
    steps: [],
    verification: texts('verification', { pid, holds: '-' }),
    undo: null,
    isAlreadyDone: false,
    state: { pid, process: null, privilege: 'user', holds: [] },
    identity: null,
  };
}

async function permissionCheck(
  context: ActionContext,
  { user }: FoundProcess,
  isOwn: boolean,
  argv: readonly string[],
  texts: Texts,
): Promise<PlanCheck> {
  const title = texts('checkPermission');
  if (isOwn) return { title, outcome: 'pass', detail: texts('permissionSame', { user }) };
  const { canRun, evidenceId } = await rootAccess(context, argv);
  const detail = texts(canRun ? 'permissionRoot' : 'permissionNone', { user });
  return { title, outcome: canRun ? 'pass' : 'fail', detail, evidenceId };
}

import { z } from 'zod';
import type { PlannedStep } from '#shared/domain/action';
import type { FactsOf } from '#shared/domain/facts/index';
import yaml from '../../../../shared/knowledge/actions/gpu-persistence-mode.yaml?raw';
import { commandLine } from '../../hosts/quote';
import { type ActionContext, defineAction, type PlanCheck, type Prepared, type StepResult } from '../action';
import { commandLineOf } from '../command-line';
import { parseActionKnowledge, type Texts } from '../knowledge';
import { rootAccess } from '../root-access';
import { type ChangedGpu, changedGpuSchema, currentModes, describeModes, type Mode, modes, modesOf } from './modes';

const parametersSchema = z.strictObject({ mode: z.enum(modes).default('on'), gpuUuids: z.string().nullish() });
const stateSchema = z.object({ mode: z.enum(modes), changed: z.array(changedGpuSchema) });
type State = z.infer<typeof stateSchema>;

/** Reads which GPUs are in the other mode, switches those one by one, and can put back what was. */
export const gpuPersistenceMode = defineAction({
  id: 'gpu-persistence-mode',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/gpu-persistence-mode.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, state, _steps, texts) {
    for (const gpu of state.changed) {
      await context.step(stepId(gpu.uuid), () => switchMode(context, gpu.uuid, state.mode, texts));
    }
  },

  async verify(context, state, texts) {
    return verify(
      await context.probe('gpu'),
      state,
      { wanted: () => state.mode, pass: 'verified', fail: 'notAll' },
      texts,
    );
  },

  async ask(context, state, texts) {
    const facts = await context.probe('gpu');
    if (!facts) return { state: 'unknown', detail: texts('cannotVerify') };
    const now = currentModes(state.changed, facts);
    const detail = texts('asked', { modes: describeModes(now, texts) });
    if (now.some((gpu) => gpu.mode === null)) return { state: 'unknown', detail };
    const switched = now.filter((gpu) => gpu.mode === state.mode).length;
    return { state: switched === now.length ? 'applied' : switched > 0 ? 'partly' : 'not-applied', detail };
  },

  async undo(context, state, texts) {
    const facts = await context.probe('gpu');
    const now = facts ? currentModes(state.changed, facts) : [];
    for (const gpu of state.changed) {
      // Not reached by an apply that failed before it: nothing to put back.
      if (now.some((one) => one.uuid === gpu.uuid && one.mode === gpu.before)) continue;
      await context.step(`undo-${stepId(gpu.uuid)}`, () => switchMode(context, gpu.uuid, gpu.before, texts));
    }
    const wanted = (uuid: string) => state.changed.find((gpu) => gpu.uuid === uuid)?.before ?? null;
    return verify(await context.probe('gpu'), state, { wanted, pass: 'undone', fail: 'notUndone' }, texts);
  },
});

async function prepare(
  context: ActionContext,
  parameters: z.infer<typeof parametersSchema>,
  texts: Texts,
): Promise<Prepared<State>> {
  const { mode } = parameters;
  const facts = await context.probe('gpu');
  const wanted = (parameters.gpuUuids ?? '').split(/[\s,]+/).filter((uuid) => uuid !== '');
  const all = facts ? modesOf(facts) : [];
  const meant = wanted.length === 0 ? all : all.filter((gpu) => gpu.uuid !== null && wanted.includes(gpu.uuid));
  const missing = wanted.filter((uuid) => !all.some((gpu) => gpu.uuid === uuid));
  const changed = meant.flatMap(({ index, uuid, mode: before }) =>
    uuid !== null && before !== null && before !== mode ? [{ index, uuid, before }] : [],
  );
  const title = texts('checkRead');
  const checks: PlanCheck[] = [];
  if (!facts) checks.push({ title, outcome: 'unknown', detail: texts('unread') });
  else if (all.length === 0) checks.push({ title, outcome: 'fail', detail: texts('noGpu') });
  else checks.push({ title, outcome: 'pass', detail: texts('read', { modes: describeModes(meant, texts) }) });
  if (facts && missing.length > 0) {
    checks.push({ title, outcome: 'fail', detail: texts('unknownGpu', { uuids: missing.join(', ') }) });
  }
  const unknown = meant.filter((gpu) => gpu.mode === null || gpu.uuid === null);
  if (unknown.length > 0) {
    const gpus = unknown.map((gpu) => `GPU ${gpu.index}`).join(', ');
    // Nothing at all is known: not a plan. Some are: the rest may go on.
    const outcome = unknown.length === meant.length ? 'unknown' : 'warn';
    checks.push({ title, outcome, detail: texts('modeUnknown', { gpus }) });
  }
  let isLoginRoot = false;
  const [first] = changed;
  if (first) {
    const root = await rootCheck(context, switchArgv(first.uuid, mode), texts);
    checks.push(root.check);
    isLoginRoot = root.isLoginRoot;
  }
  const isRead = facts !== null && missing.length === 0 && meant.length > 0 && unknown.length === 0;
  const gpus = changed.map((gpu) => `GPU ${gpu.index}`).join(', ') || meant.map((gpu) => `GPU ${gpu.index}`).join(', ');
  return {
    checks,
    steps: changed.map((gpu) => {
      const argv = switchArgv(gpu.uuid, mode);
      const step: PlannedStep = {
        kind: 'command',
        id: stepId(gpu.uuid),
        title: texts('step', { mode: texts(mode), index: gpu.index, uuid: gpu.uuid }),
        argv,
        commandLine: commandLineOf(argv, isLoginRoot ? 'user' : 'root'),
        privilege: 'root',
        onlyIf: null,
      };
      return step;
    }),
    verification: texts('verification', { mode: texts(mode), gpus }),
    undo: texts('undo', { modes: describeModes(before(changed), texts) }),
    isAlreadyDone: isRead && changed.length === 0,
    state: { mode, changed },
    identity: changed,
  };
}

async function rootCheck(
  context: ActionContext,
  argv: readonly string[],
  texts: Texts,
): Promise<{ check: PlanCheck; isLoginRoot: boolean }> {
  const { isLoginRoot, canRun, loginName, evidenceId } = await rootAccess(context, argv);
  const line = `${loginName} ALL=(root) NOPASSWD: /usr/bin/${commandLine(argv)}`;
  const detail = canRun ? texts('rootOk') : texts('rootMissing', { line });
  return { isLoginRoot, check: { title: texts('checkRoot'), outcome: canRun ? 'pass' : 'fail', detail, evidenceId } };
}

function switchArgv(uuid: string, mode: Mode): [string, ...string[]] {
  return ['nvidia-smi', '-i', uuid, '-pm', mode === 'on' ? '1' : '0'];
}

async function switchMode(context: ActionContext, uuid: string, mode: Mode, texts: Texts): Promise<StepResult> {
  const ran = await context.run(
    { id: stepId(uuid), argv: switchArgv(uuid, mode), privilege: 'root', timeoutMs: 20_000, lane: 'nvml' },
    { isAbortable: false },
  );
  const output = `${ran.stdout} ${ran.stderr}`.trim();
  const { evidenceId } = ran;
  if (ran.state === 'exited' && ran.exitCode === 0) {
    return { state: 'done', evidenceId, detail: texts('stepDone', { output }) };
  }
  const params = { state: ran.state, exitCode: ran.exitCode ?? '-', output };
  const isUnknown = ran.state === 'hung' || ran.state === 'timeout';
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail: texts('stepFailed', params) };
}

function verify(
  facts: FactsOf<'gpu'> | null,
  state: State,
  { wanted, pass, fail }: { wanted: (uuid: string) => Mode | null; pass: string; fail: string },
  texts: Texts,
): { outcome: 'pass' | 'fail' | 'unknown'; detail: ReturnType<Texts> } {
  if (!facts) return { outcome: 'unknown', detail: texts('cannotVerify') };
  const now = currentModes(state.changed, facts);
  const params = { before: describeModes(before(state.changed), texts), after: describeModes(now, texts) };
  const isAll = now.every((gpu) => gpu.uuid !== null && gpu.mode === wanted(gpu.uuid));
  return { outcome: isAll ? 'pass' : 'fail', detail: texts(isAll ? pass : fail, params) };
}

function before(changed: readonly ChangedGpu[]): Array<{ index: number; mode: Mode }> {
  return changed.map((gpu) => ({ index: gpu.index, mode: gpu.before }));
}

function stepId(uuid: string): string {
  return `gpu-${uuid.toLowerCase()}`;
}

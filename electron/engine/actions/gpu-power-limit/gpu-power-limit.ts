import { z } from 'zod';
import type { PlannedStep } from '#shared/domain/action';
import type { LocalizedText } from '#shared/domain/text';
import yaml from '../../../../shared/knowledge/actions/gpu-power-limit.yaml?raw';
import {
  type ActionContext,
  defineAction,
  type PlanCheck,
  type Prepared,
  type StepResult,
  type Verification,
} from '../action';
import { commandLineOf } from '../command-line';
import { parseActionKnowledge, type Texts } from '../knowledge';
import { rootAccess } from '../root-access';
import {
  type GpuLimits,
  isSameLimit,
  parseLimits,
  readLimitsCommand,
  SET_ANY_LIMIT,
  setLimitArgv,
  setLimitCommand,
} from './power-limits';

const parametersSchema = z.strictObject({ watts: z.number().min(1).max(5000), gpuUuids: z.string().nullish() });
const changedSchema = z.object({ index: z.number(), uuid: z.string(), beforeW: z.number() });
const stateSchema = z.object({ watts: z.number(), changed: z.array(changedSchema) });
type State = z.infer<typeof stateSchema>;
type Changed = z.infer<typeof changedSchema>;

const STEP = 'set-limit';

/** Sets the power limit of GPUs, all with one command, and can put back what was. What protection does, it does with this. */
export const gpuPowerLimit = defineAction({
  id: 'gpu-power-limit',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/gpu-power-limit.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, { changed, watts }, _steps, texts) {
    await context.step(STEP, () => setLimit(context, changed, watts, texts));
  },

  verify: (context, state, texts) => verify(context, state, () => state.watts, texts),

  async ask(context, { changed, watts }, texts) {
    const now = await limitsNow(context, changed);
    const detail = now ? texts('asked', { limits: describe(now, texts) }) : texts('cannotVerify');
    if (!now || now.some(({ limitW }) => limitW === null)) return { state: 'unknown', detail };
    const done = now.filter(({ limitW }) => limitW !== null && isSameLimit(limitW, watts)).length;
    return { state: done === now.length ? 'applied' : done > 0 ? 'partly' : 'not-applied', detail };
  },

  async undo(context, state, texts) {
    const now = await limitsNow(context, state.changed);
    // Not reached by an apply that failed before it: nothing to put back.
    const left = state.changed.filter(({ uuid, beforeW }) => {
      const limitW = now?.find((gpu) => gpu.uuid === uuid)?.limitW ?? null;
      return limitW === null || !isSameLimit(limitW, beforeW);
    });
    for (const watts of new Set(left.map(({ beforeW }) => beforeW))) {
      const gpus = left.filter(({ beforeW }) => beforeW === watts);
      await context.step(`undo-${watts}`, () => setLimit(context, gpus, watts, texts));
    }
    return verify(context, state, ({ beforeW }) => beforeW, texts);
  },
});

async function prepare(
  context: ActionContext,
  { watts, gpuUuids }: z.infer<typeof parametersSchema>,
  texts: Texts,
): Promise<Prepared<State>> {
  const ran = await context.run(readLimitsCommand());
  const { evidenceId } = ran;
  const all = ran.state === 'exited' && ran.exitCode === 0 ? parseLimits(ran.stdout) : [];
  const wanted = (gpuUuids ?? '').split(/[\s,]+/).filter((uuid) => uuid !== '');
  const meant = wanted.length === 0 ? all : all.filter(({ uuid }) => wanted.includes(uuid));
  const missing = wanted.filter((uuid) => !all.some((gpu) => gpu.uuid === uuid));
  const checks: PlanCheck[] = [readCheck(ran.exitCode === 0, all, meant, evidenceId, texts)];
  const check = (outcome: PlanCheck['outcome'], title: string, detail: LocalizedText): void => {
    checks.push({ title: texts(title), outcome, detail });
  };
  if (all.length > 0 && missing.length > 0) {
    check('fail', 'checkRead', texts('unknownGpu', { uuids: missing.join(', ') }));
  }
  const fixed = meant.filter(({ limits }) => limits === null);
  if (fixed.length > 0) check('fail', 'checkRange', texts('fixed', { gpus: names(fixed) }));
  const outside = meant.filter(({ limits }) => limits && (watts < limits.leastW || watts > limits.mostW));
  if (outside.length > 0) check('fail', 'checkRange', texts('outside', { watts, ranges: ranges(outside, texts) }));
  else if (meant.length > fixed.length) check('pass', 'checkRange', texts('inside', { ranges: ranges(meant, texts) }));
  const changed = meant.flatMap(({ index, uuid, limits }) =>
    limits && !isSameLimit(limits.limitW, watts) ? [{ index, uuid, beforeW: limits.limitW }] : [],
  );
  let isLoginRoot = false;
  if (changed.length > 0) {
    const root = await rootAccess(context, setLimitArgv(uuidsOf(changed), watts));
    ({ isLoginRoot } = root);
    const line = `${root.loginName} ALL=(root) NOPASSWD: ${SET_ANY_LIMIT}`;
    const detail = root.canRun ? texts('rootOk') : texts('rootMissing', { line });
    const outcome = root.canRun ? 'pass' : 'fail';
    checks.push({ title: texts('checkRoot'), outcome, detail, evidenceId: root.evidenceId });
  }
  return {
    checks,
    steps: changed.length > 0 ? [stepOf(changed, watts, isLoginRoot, texts)] : [],
    verification: texts('verification', { watts, gpus: names(changed.length > 0 ? changed : meant) }),
    undo: texts('undo', { limits: describe(before(changed), texts) }),
    isAlreadyDone: meant.length > 0 && missing.length === 0 && fixed.length === 0 && changed.length === 0,
    state: { watts, changed },
    identity: changed,
  };
}

function readCheck(
  isRead: boolean,
  all: readonly GpuLimits[],
  meant: readonly GpuLimits[],
  evidenceId: string,
  texts: Texts,
): PlanCheck {
  const title = texts('checkRead');
  if (!isRead) return { title, outcome: 'unknown', detail: texts('unread'), evidenceId };
  if (all.length === 0) return { title, outcome: 'fail', detail: texts('noGpu'), evidenceId };
  const now = meant.map(({ index, limits }) => ({ index, limitW: limits?.limitW ?? null }));
  return { title, outcome: 'pass', detail: texts('read', { limits: describe(now, texts) }), evidenceId };
}

function stepOf(changed: readonly Changed[], watts: number, isLoginRoot: boolean, texts: Texts): PlannedStep {
  const argv = setLimitArgv(uuidsOf(changed), watts);
  return {
    kind: 'command',
    id: STEP,
    title: texts('step', { watts, limits: describe(before(changed), texts) }),
    argv,
    commandLine: commandLineOf(argv, isLoginRoot ? 'user' : 'root'),
    privilege: 'root',
    onlyIf: null,
  };
}

async function setLimit(
  context: ActionContext,
  gpus: readonly Changed[],
  watts: number,
  texts: Texts,
): Promise<StepResult> {
  const ran = await context.run(setLimitCommand(STEP, uuidsOf(gpus), watts), { isAbortable: false });
  const output = `${ran.stdout} ${ran.stderr}`.trim();
  const { evidenceId } = ran;
  if (ran.state === 'exited' && ran.exitCode === 0) {
    return { state: 'done', evidenceId, detail: texts('stepDone', { output }) };
  }
  const params = { state: ran.state, exitCode: ran.exitCode ?? '-', output };
  const isUnknown = ran.state === 'hung' || ran.state === 'timeout';
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail: texts('stepFailed', params) };
}

/** The node's own word; nvidia-smi ends with 0 also where it only warned. */
async function verify(
  context: ActionContext,
  { changed }: State,
  wanted: (gpu: Changed) => number,
  texts: Texts,
): Promise<Verification> {
  const now = await limitsNow(context, changed);
  if (!now) return { outcome: 'unknown', detail: texts('cannotVerify') };
  const isAll = changed.every((gpu) => {
    const limitW = now.find(({ uuid }) => uuid === gpu.uuid)?.limitW ?? null;
    return limitW !== null && isSameLimit(limitW, wanted(gpu));
  });
  const params = { before: describe(before(changed), texts), after: describe(now, texts) };
  return { outcome: isAll ? 'pass' : 'fail', detail: texts(isAll ? 'verified' : 'notAll', params) };
}

async function limitsNow(
  context: ActionContext,
  changed: readonly Changed[],
): Promise<Array<{ index: number; uuid: string; limitW: number | null }> | null> {
  const ran = await context.run(readLimitsCommand());
  if (ran.state !== 'exited' || ran.exitCode !== 0) return null;
  const all = parseLimits(ran.stdout);
  return changed.map(({ index, uuid }) => {
    return { index, uuid, limitW: all.find((gpu) => gpu.uuid === uuid)?.limits?.limitW ?? null };
  });
}

function before(changed: readonly Changed[]): Array<{ index: number; limitW: number }> {
  return changed.map(({ index, beforeW }) => ({ index, limitW: beforeW }));
}

function names(gpus: ReadonlyArray<{ index: number }>): string {
  return gpus.map(({ index }) => `GPU ${index}`).join(', ');
}

function ranges(gpus: readonly GpuLimits[], texts: Texts): Required<LocalizedText> {
  return listed(
    gpus.flatMap(({ index, limits }) =>
      limits ? [texts('gpuRange', { index, least: limits.leastW, most: limits.mostW })] : [],
    ),
  );
}

function describe(
  gpus: ReadonlyArray<{ index: number; limitW: number | null }>,
  texts: Texts,
): Required<LocalizedText> {
  return listed(
    gpus.map(({ index, limitW }) =>
      limitW === null ? texts('gpuUnknown', { index }) : texts('gpuLimit', { index, watts: limitW }),
    ),
  );
}

function listed(said: ReadonlyArray<Required<LocalizedText>>): Required<LocalizedText> {
  return { en: said.map(({ en }) => en).join(', '), 'zh-CN': said.map((one) => one['zh-CN']).join('，') };
}

function uuidsOf(gpus: ReadonlyArray<{ uuid: string }>): string[] {
  return gpus.map(({ uuid }) => uuid);
}

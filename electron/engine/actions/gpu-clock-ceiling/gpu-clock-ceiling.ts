import { z } from 'zod';
import type { PlannedStep } from '#shared/domain/action';
import type { LocalizedText } from '#shared/domain/text';
import yaml from '../../../../shared/knowledge/actions/gpu-clock-ceiling.yaml?raw';
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
  type GpuClocks,
  isBelow,
  parseClocks,
  readClocksCommand,
  SET_ANY_CEILING,
  setCeilingArgv,
  setCeilingCommand,
} from './clock-ceilings';

const parametersSchema = z.strictObject({
  megahertz: z.number().int().min(100).max(10_000).nullish(),
  gpuUuids: z.string().nullish(),
});
const meantSchema = z.object({ index: z.number(), uuid: z.string() });
const stateSchema = z.object({ megahertz: z.number().nullable(), meant: z.array(meantSchema) });
type State = z.infer<typeof stateSchema>;
type Meant = z.infer<typeof meantSchema>;

const STEP = 'set-ceiling';

/** The clock falls within milliseconds; a driver that is slow to tell is asked again. */
const LOOKS = 3;
const LOOK_AFTER_MS = 500;

/**
 * Sets a ceiling of the SM clock of GPUs, all with one command, or takes it away. No driver tells what is locked: it is believed by the
 * clock that runs, and what was locked before can't be put back.
 */
export const gpuClockCeiling = defineAction({
  id: 'gpu-clock-ceiling',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/gpu-clock-ceiling.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, { meant, megahertz }, _steps, texts) {
    await context.step(STEP, () => set(context, meant, megahertz, texts));
  },

  verify: (context, { meant, megahertz }, texts) => verify(context, meant, megahertz, texts),

  async ask(context, { meant, megahertz }, texts) {
    const now = await clocksNow(context, meant);
    if (!now) return { state: 'unknown', detail: texts('cannotVerify') };
    const isAbove = now.some(({ clocks }) => clocks && megahertz !== null && !isBelow(clocks.nowMhz, megahertz));
    // A clock below the ceiling may rest there of itself.
    return { state: isAbove ? 'not-applied' : 'unknown', detail: texts('asked', { clocks: describe(now, texts) }) };
  },

  async undo(context, { meant }, texts) {
    await context.step(`undo-${STEP}`, () => set(context, meant, null, texts));
    return verify(context, meant, null, texts);
  },
});

async function prepare(
  context: ActionContext,
  { megahertz: given, gpuUuids }: z.infer<typeof parametersSchema>,
  texts: Texts,
): Promise<Prepared<State>> {
  const megahertz = given ?? null;
  const ran = await context.run(readClocksCommand());
  const { evidenceId } = ran;
  const isRead = ran.state === 'exited' && ran.exitCode === 0;
  const all = isRead ? parseClocks(ran.stdout) : [];
  const wanted = (gpuUuids ?? '').split(/[\s,]+/).filter((uuid) => uuid !== '');
  const meant = wanted.length === 0 ? all : all.filter(({ uuid }) => wanted.includes(uuid));
  const missing = wanted.filter((uuid) => !all.some((gpu) => gpu.uuid === uuid));
  const checks: PlanCheck[] = [];
  const check = (outcome: PlanCheck['outcome'], title: string, detail: LocalizedText, of: string | null): void => {
    checks.push({ title: texts(title), outcome, detail, ...(of === null ? {} : { evidenceId: of }) });
  };
  if (!isRead) check('unknown', 'checkRead', texts('unread'), evidenceId);
  else if (all.length === 0) check('fail', 'checkRead', texts('noGpu'), evidenceId);
  else if (missing.length > 0)
    check('fail', 'checkRead', texts('unknownGpu', { uuids: missing.join(', ') }), evidenceId);
  else check('pass', 'checkRead', texts('read', { clocks: describe(meant, texts) }), evidenceId);
  const outside = meant.filter(({ clocks }) => megahertz !== null && (!clocks || megahertz > clocks.topMhz));
  if (outside.length > 0) check('fail', 'checkRange', texts('outside', { gpus: names(outside) }), null);
  let isLoginRoot = false;
  if (meant.length > 0) {
    const root = await rootAccess(context, setCeilingArgv(uuidsOf(meant), megahertz));
    ({ isLoginRoot } = root);
    const line = `${root.loginName} ALL=(root) NOPASSWD: ${SET_ANY_CEILING}`;
    const detail = root.canRun ? texts('rootOk') : texts('rootMissing', { line });
    check(root.canRun ? 'pass' : 'fail', 'checkRoot', detail, root.evidenceId);
  }
  const gpus = meant.map(({ index, uuid }) => ({ index, uuid }));
  return {
    checks,
    steps: gpus.length > 0 ? [stepOf(gpus, megahertz, isLoginRoot, texts)] : [],
    verification:
      megahertz === null ? texts('verificationFree') : texts('verification', { megahertz, gpus: names(gpus) }),
    undo: texts('undo'),
    isAlreadyDone: false,
    state: { megahertz, meant: gpus },
    identity: gpus,
  };
}

function stepOf(gpus: readonly Meant[], megahertz: number | null, isLoginRoot: boolean, texts: Texts): PlannedStep {
  const argv = setCeilingArgv(uuidsOf(gpus), megahertz);
  const named = { gpus: names(gpus) };
  return {
    kind: 'command',
    id: STEP,
    title: megahertz === null ? texts('stepFree', named) : texts('step', { ...named, megahertz }),
    argv,
    commandLine: commandLineOf(argv, isLoginRoot ? 'user' : 'root'),
    privilege: 'root',
    onlyIf: null,
  };
}

async function set(
  context: ActionContext,
  gpus: readonly Meant[],
  megahertz: number | null,
  texts: Texts,
): Promise<StepResult> {
  const ran = await context.run(setCeilingCommand(STEP, uuidsOf(gpus), megahertz), { isAbortable: false });
  const output = `${ran.stdout} ${ran.stderr}`.trim();
  const { evidenceId } = ran;
  if (ran.state === 'exited' && ran.exitCode === 0) {
    return { state: 'done', evidenceId, detail: texts('stepDone', { output }) };
  }
  const params = { state: ran.state, exitCode: ran.exitCode ?? '-', output };
  const isUnknown = ran.state === 'hung' || ran.state === 'timeout';
  return { state: isUnknown ? 'unknown' : 'failed', evidenceId, detail: texts('stepFailed', params) };
}

/** A ceiling by the clock that runs; that there is none any more by the driver, which ended with 0. */
async function verify(
  context: ActionContext,
  meant: readonly Meant[],
  megahertz: number | null,
  texts: Texts,
): Promise<Verification> {
  for (let look = 1; ; look += 1) {
    const now = await clocksNow(context, meant);
    if (!now || now.some(({ clocks }) => clocks === null)) return { outcome: 'unknown', detail: texts('cannotVerify') };
    const params = { clocks: describe(now, texts) };
    if (megahertz === null) return { outcome: 'pass', detail: texts('free', params) };
    if (now.every(({ clocks }) => clocks && isBelow(clocks.nowMhz, megahertz))) {
      return { outcome: 'pass', detail: texts('verified', params) };
    }
    if (look === LOOKS) return { outcome: 'fail', detail: texts('above', params) };
    await context.wait(LOOK_AFTER_MS);
  }
}

async function clocksNow(context: ActionContext, meant: readonly Meant[]): Promise<GpuClocks[] | null> {
  const ran = await context.run(readClocksCommand());
  if (ran.state !== 'exited' || ran.exitCode !== 0) return null;
  const all = parseClocks(ran.stdout);
  return meant.map(({ index, uuid }) => all.find((gpu) => gpu.uuid === uuid) ?? { index, uuid, clocks: null });
}

function names(gpus: ReadonlyArray<{ index: number }>): string {
  return gpus.map(({ index }) => `GPU ${index}`).join(', ');
}

function describe(gpus: readonly GpuClocks[], texts: Texts): Required<LocalizedText> {
  const said = gpus.map(({ index, clocks }) =>
    clocks ? texts('gpuClock', { index, now: clocks.nowMhz, top: clocks.topMhz }) : texts('gpuUnknown', { index }),
  );
  return { en: said.map(({ en }) => en).join(', '), 'zh-CN': said.map((one) => one['zh-CN']).join('，') };
}

function uuidsOf(gpus: ReadonlyArray<{ uuid: string }>): string[] {
  return gpus.map(({ uuid }) => uuid);
}

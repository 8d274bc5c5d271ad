import { z } from 'zod';
import type { PlannedStep, Risk } from '#shared/domain/action';
import type { ProbeId } from '#shared/domain/facts/index';
import type { LocalizedText } from '#shared/domain/text';
import type { Action, ActionContext, ApplyContext, PlanCheck, Prepared, Verification } from '../action';
import { commandLineOf } from '../command-line';
import type { ActionKnowledge } from '../knowledge';
import { commandsOf, removeParts, writtenBeside } from './beside';
import { broughtKindsOf, loadedFromSet } from './brings';
import { carryOut, orGone } from './carry-out';
import type { CompiledFix } from './compile-fix';
import { explained } from './failed-command';
import { type FilledStep, filledStepSchema } from './filled-step';
import { editedSteps, plannedFile, restored } from './fix-files';
import type { FixDefinition } from './fix-schema';
import { usageCheck, usageProbes } from './gpu-usage';
import { foldersBack } from './new-folders';
import { brokenCheck } from './package-plan';
import { allChanges } from './package-simulation';
import { backCommands, type PackageBack } from './package-undo';
import { formFields, parametersSchema } from './parameters';
import { checkRoot, dryRun, pathCheck } from './plan-checks';
import { judge, type Moment, planFix, scopeOf, valuesNow } from './plan-fix';
import { readValues } from './read-values';
import { scriptLine } from './script-line';
import { backTimeoutMs, folderStep, keepSteps, newFolders, packagePlans, planDownloads, readFiles } from './step-plans';
import { bothLanguages, say } from './words';

const riskNames: Record<FixDefinition['risk'], Risk> = {
  R0: 'read-only',
  R1: 'reversible',
  R2: 'disruptive',
  R3: 'destructive',
};

const stateSchema = z.object({
  parameters: z.record(z.string(), z.unknown()),
  lets: z.record(z.string(), z.unknown()),
  steps: z.array(filledStepSchema),
  undo: z.array(filledStepSchema),
  /** SHA-256 of the text of an own action that was confirmed; missing of a built-in one. */
  sha256: z.string().optional(),
});
type State = z.infer<typeof stateSchema>;

/** What undo steps are called in the journal of a run. */
const undoPrefix = 'undo-';

/** A file that the user wrote, as it is now. */
export interface OwnFixFile {
  readonly file: string;
  readonly sha256: string;
}

/** An action out of its YAML file. `definition` and `compiled` read it when they are first needed. */
export function declaredAction(
  id: string,
  definition: () => FixDefinition,
  compiled: () => CompiledFix,
  own: OwnFixFile | null = null,
): Action {
  let knowledge: ActionKnowledge | undefined;
  let schema: Action['parametersSchema'] | undefined;
  const canUndo = () => definition().undo !== null;
  /** Its file says something else now than what was confirmed: nothing can be judged by it. */
  const isOther = (saved: State) => own !== null && saved.sha256 !== own.sha256;
  const otherNow: Verification = { outcome: 'unknown', detail: say('ownFileChanged', { file: own?.file ?? '' }) };
  return {
    id,
    get knowledge() {
      knowledge ??= knowledgeOf(definition());
      return knowledge;
    },
    get parametersSchema() {
      schema ??= parametersSchema(definition().parameters);
      return schema;
    },
    prepare: (context, parameters) => prepare(compiled(), own, context, parameters as Record<string, unknown>),
    apply: (context, state) => carryOut(context, stateSchema.parse(state).steps),
    async verify(context, state) {
      const saved = stateSchema.parse(state);
      return isOther(saved) ? otherNow : verify(compiled(), context, saved);
    },
    async ask(context, state, phase) {
      const fix = compiled();
      const saved = stateSchema.parse(state);
      if (isOther(saved)) return { state: 'unknown', detail: otherNow.detail };
      await removeParts(context, [...saved.steps, ...saved.undo]);
      const moment = await momentOf(fix, context, saved.parameters, { isAfter: true });
      const scope = scopeOf(saved.parameters, moment, saved.lets);
      // Whatever the rest says: a transaction that was cut off has to be finished, which is the first that undo does.
      const backs = saved.undo.flatMap(({ back }) => back ?? []);
      if (await isCutOff(context, backs, phase)) return { state: 'partly', detail: say('askedPartly') };
      const isApplied = judge(fix.verify, scope).outcome;
      if (isApplied === 'pass') return { state: 'applied', detail: say('askedApplied') };
      const isBefore = fix.undo ? judge(fix.undo, scope).outcome : isApplied === 'fail' ? 'pass' : 'unknown';
      if (isBefore === 'pass') return { state: 'not-applied', detail: say('askedNot') };
      const isKnown = isApplied !== 'unknown' && isBefore !== 'unknown';
      return isKnown
        ? { state: 'partly', detail: say('askedPartly') }
        : { state: 'unknown', detail: say('cannotVerify') };
    },
    get undo() {
      if (!canUndo()) return null;
      return async (context: ApplyContext, state: unknown): Promise<Verification> => {
        const fix = compiled();
        const saved = stateSchema.parse(state);
        await carryOut(context, saved.undo, undoPrefix);
        if (isOther(saved)) return otherNow;
        if (!fix.undo) return { outcome: 'unknown', detail: say('cannotVerify') };
        return judge(fix.undo, scopeOf(saved.parameters, await momentOf(fix, context, saved.parameters), saved.lets));
      };
    },
  };
}

/** A transaction that was not finished; on the way back also configuration that still waits to be put back: it goes last. */
async function isCutOff(
  context: ActionContext,
  backs: readonly PackageBack[],
  phase: 'apply' | 'undo',
): Promise<boolean> {
  for (const { manager, kept } of backs) {
    if (await brokenCheck(context, manager, false)) return true;
    if (phase === 'apply' || kept === null) continue;
    const listed = await context.run({ id: 'kept', argv: ['test', '-e', kept], privilege: 'root-else-user' });
    if (listed.state === 'exited' && listed.exitCode === 0) return true;
  }
  return false;
}

function knowledgeOf(definition: FixDefinition): ActionKnowledge {
  const { id, title, description, risk, drain, steps, restarts, image, parameters, sources, undo } = definition;
  const brings = broughtKindsOf(definition);
  return {
    id,
    title: bothLanguages(title),
    description: bothLanguages(description),
    risk: riskNames[risk],
    needsRoot: steps.some(({ root }) => root),
    interruptsJobs: drain !== 'none',
    interrupts: drain,
    canUndo: undo !== null,
    restarts,
    ...(image ? { image: { fromBytes: image[0] * 1e9, toBytes: image[1] * 1e9 } } : {}),
    ...(brings.length > 0 ? { brings } : {}),
    parameters: formFields(parameters) as ActionKnowledge['parameters'],
    sources,
    texts: {},
  };
}

/** Everything that a fix reads of the node, in one collection and a command for each read. */
async function momentOf(
  fix: CompiledFix,
  context: ActionContext,
  parameters: Readonly<Record<string, unknown>>,
  { more = [], isAfter = false }: { more?: readonly ProbeId[]; isAfter?: boolean } = {},
): Promise<Moment> {
  const facts = await context.facts([...new Set([...fix.probeIds, ...more])]);
  const scope = scopeOf(parameters, { hostKind: context.hostKind, facts, read: {}, site: context.site });
  const read = await readValues(fix, context, scope, isAfter);
  return { hostKind: context.hostKind, facts, read, site: context.site };
}

async function prepare(
  fix: CompiledFix,
  own: OwnFixFile | null,
  context: ActionContext,
  parameters: Record<string, unknown>,
): Promise<Prepared<State>> {
  const { drain, inUse } = fix.definition;
  const isDrained = drain === 'gpu' || drain === 'node';
  const more: ProbeId[] = [...(isDrained ? [...usageProbes, 'gpu-holders' as const] : [])];
  if (fix.interface !== null) more.push('network');
  const moment = await momentOf(fix, context, parameters, { more });
  const told = planFix(fix, parameters, moment);
  const plan = { ...told, steps: await loadedFromSet(context, told.steps) };
  const checks: PlanCheck[] = [...plan.checks];
  if (own !== null) checks.unshift({ title: say('checkOwn'), outcome: 'pass', detail: say('ownFile', { ...own }) });
  if (isDrained && !plan.isDone) checks.push(usageCheck(moment.facts, plan.gpuUuids, inUse ?? 'refuse'));
  if (fix.interface !== null) checks.push(await pathCheck(context, plan, moment.facts));
  const { backs: packages, changes } = await packagePlans(fix, context, plan, checks);
  for (const one of plan.dryRuns) checks.push(await dryRun(context, one));
  const downloads = await planDownloads(fix, context, plan.steps, checks);
  const before = await readFiles(context, plan.steps, checks);
  const folders = await newFolders(context, plan.steps, before);
  const filled = editedSteps(plan.steps, before, checks).flatMap((step) => {
    const download = downloads.get(step.id);
    if (download) return download.steps;
    const file = before.get(step.id);
    const folder = folders.get(step.id);
    if (file && step.kind === 'file') return [...(folder ? [folderStep(step, folder)] : []), writtenBeside(step, file)];
    const back = packages.get(step.id);
    return back && fix.definition.undo ? [...keepSteps(step, back), step] : [step];
  });
  const undo = plan.undo.flatMap((step): FilledStep[] => {
    const file = before.get(step.restores ?? '');
    const folder = folders.get(step.restores ?? '');
    const emptied = foldersBack(folder?.missing ?? []).map((argv) => ({
      ...step,
      kind: 'command' as const,
      id: `${step.id}-folder`,
      argv,
      exitCodes: [0, 1],
    }));
    if (file) return [restored(step, file), ...emptied];
    const download = downloads.get(step.restores ?? '');
    if (download) return download.undo.map((one) => ({ ...one, title: step.title, id: `${step.id}-${one.id}` }));
    const back = packages.get(step.restores ?? '');
    if (back) return [{ ...step, kind: 'packages-back', timeoutMs: backTimeoutMs, back }];
    // A step of packages that `when` left out has nothing to put back.
    return step.kind === 'restore' ? [] : [step];
  });
  const root = await checkRoot(context, [...filled, ...undo], checks);
  const backLines = (back: PackageBack) =>
    backCommands(back).map((argv) => commandLineOf(argv, root.isLoginRoot ? 'user' : 'root'));
  const lineOf = (step: FilledStep) => {
    const { isRoot, stdin, kind } = step;
    const privilege = isRoot && !root.isLoginRoot ? 'root' : 'user';
    const line = commandsOf(step)
      .map((one) => commandLineOf(one, privilege))
      .join(' && ');
    // What a command is given belongs to what it does; a file is shown as its diff.
    return stdin === null || kind !== 'command' ? line : `${commandLineOf(['printf', '%s', stdin], 'user')} | ${line}`;
  };
  const steps = filled.map((step): PlannedStep => {
    const file = before.get(step.id);
    if (file && step.kind === 'file') return plannedFile(step, file.before, lineOf(step));
    const { id, title, argv, isRoot } = step;
    const privilege = isRoot ? 'root' : 'user';
    const commandLine = lineOf(step);
    const script = scriptLine(step, commandLine);
    const more = script === null ? {} : { script };
    return { kind: 'command', id, title, argv, commandLine, privilege, onlyIf: null, ...more };
  });
  return {
    checks,
    ...(plan.values.length > 0 ? { values: plan.values } : {}),
    ...(changes.length > 0 ? { packages: allChanges(changes) } : {}),
    ...(plan.brings.length > 0 ? { brings: plan.brings } : {}),
    steps,
    verification: plan.verification,
    undo:
      plan.undoText &&
      withCommands(
        plan.undoText,
        undo.flatMap((step) => (step.back ? backLines(step.back) : lineOf(step))),
      ),
    isAlreadyDone: plan.isDone,
    state: { parameters, lets: { ...plan.lets }, steps: filled, undo, ...(own ? { sha256: own.sha256 } : {}) },
    // What is put back, and what goes into commands beside their words, has to be what was confirmed.
    identity: {
      own: own?.sha256,
      stdin: filled.map(({ stdin }) => stdin),
      fingerprints: filled.flatMap(({ fingerprints }) => fingerprints ?? []),
      undo: undo.map(({ argv, stdin, back }) => ({ argv, stdin, ...(back ? { back } : {}) })),
    },
  };
}

function withCommands(text: LocalizedText, lines: readonly string[]): LocalizedText {
  if (lines.length === 0) return text;
  const commands = say('undoCommands', { lines: lines.join('\n') });
  return { en: `${text.en}\n${commands.en}`, 'zh-CN': `${text['zh-CN'] ?? text.en}\n${commands['zh-CN']}` };
}

/** Looks until it is as wanted, as often as the fix says. */
async function verify(fix: CompiledFix, context: ActionContext, state: State): Promise<Verification> {
  // The step that turned it off waited until it was gone; nothing is there to be asked.
  if (state.steps.at(-1)?.kind === 'off') return { outcome: 'pass', detail: say('nodeGone') };
  const { tries, waitSeconds } = fix.definition.verify;
  let last: Verification = { outcome: 'unknown', detail: say('cannotVerify') };
  for (let left = tries; left > 0; left -= 1) {
    if (waitSeconds > 0) await context.wait(waitSeconds * 1000);
    const look = () => momentOf(fix, context, state.parameters, { isAfter: true });
    // A node that has just come back may go once more before it stays: while looks are left, that is one that told nothing.
    const moment = left > 1 ? await orGone(look) : await look();
    if (moment === null) continue;
    const judged = judge(fix.verify, scopeOf(state.parameters, moment, state.lets));
    last = fix.values.length === 0 ? judged : { ...judged, values: valuesNow(fix, state.parameters, moment) };
    if (last.outcome === 'pass') break;
  }
  if (last.outcome === 'fail') return { ...last, detail: explained(bothLanguages(last.detail), last.detail.en) };
  return last;
}

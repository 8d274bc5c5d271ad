import type { Brought } from '#shared/domain/action';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import { type SiteScope, vendorSite } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { fromCel, toCel } from '../../trees/language/cel-values';
import type { Scope } from '../../trees/language/expression';
import type { PlanCheck, Verification } from '../action';
import { type FillProblem, fillArgv, fillText } from './argv-template';
import { broughtBy } from './brings';
import type { CompiledFix, CompiledFixStep, CompiledOutcome } from './compile-fix';
import { downloadOf, fetchArgv } from './download-step';
import type { FilledStep } from './filled-step';
import { listsArgv, type PackageManager, packageArgv, packageWords } from './package-steps';
import { bothLanguages, say } from './words';

/** What is known of a node at one time. A probe or a read that did not answer is missing. */
export interface Moment {
  readonly hostKind: string;
  readonly facts: NodeFacts;
  readonly read: Readonly<Record<string, string | number>>;
  /** Mirrors, proxy and authority of the site; the vendors' addresses without it. */
  readonly site?: SiteScope | undefined;
}

/** The tool's own dry run, which happens while planning. */
export interface DryRun {
  readonly argv: readonly [string, ...string[]];
  readonly stdin: string | null;
  readonly root: boolean;
  readonly exitCodes: readonly number[];
  readonly otherwise: 'fail' | 'warn';
  readonly timeoutSeconds: number;
}

export interface FixPlan {
  readonly checks: readonly PlanCheck[];
  readonly values: readonly { title: LocalizedText; current: LocalizedText; wanted: LocalizedText }[];
  readonly dryRuns: readonly DryRun[];
  /** Whose lock the steps wait for; null: they install nothing. */
  readonly packageManager: PackageManager | null;
  readonly steps: readonly FilledStep[];
  /** What they take from the internet, also where it is there already. */
  readonly brings: readonly Brought[];
  readonly undo: readonly FilledStep[];
  readonly isDone: boolean;
  /** UUIDs of the affected GPUs; null: all, or it can't be told which. */
  readonly gpuUuids: readonly string[] | null;
  readonly interfaceName: string | null;
  readonly verification: LocalizedText;
  readonly undoText: LocalizedText | null;
  /** The values of `let` as plain JSON. */
  readonly lets: Readonly<Record<string, unknown>>;
}

/** The variables that expressions of a fix read. `lets` are those of before, where there are any yet. */
export function scopeOf(
  parameters: Readonly<Record<string, unknown>>,
  moment: Moment,
  lets: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const scope: Record<string, unknown> = {};
  for (const [id, facts] of Object.entries(moment.facts)) scope[factName(id as ProbeId)] = toCel(facts);
  for (const [name, value] of Object.entries(lets)) scope[name] = toCel(value);
  const site = toCel(moment.site ?? vendorSite);
  return { ...scope, site, parameters: toCel(parameters), node: { kind: moment.hostKind }, read: toCel(moment.read) };
}

/** The same with the variables of the fix itself, by what the node says now. */
function scopeWithLets(fix: CompiledFix, parameters: Readonly<Record<string, unknown>>, moment: Moment) {
  const scope = scopeOf(parameters, moment);
  const lets: Record<string, unknown> = {};
  for (const { name, expression } of fix.lets) {
    const outcome = expression.evaluate(scope);
    if (!outcome.isKnown) continue;
    lets[name] = fromCel(outcome.value);
    scope[name] = toCel(lets[name]);
  }
  return { scope, lets };
}

/** The values that a plan shows, as the node tells them now. */
export function valuesNow(
  fix: CompiledFix,
  parameters: Readonly<Record<string, unknown>>,
  moment: Moment,
): NonNullable<Verification['values']> {
  const { scope } = scopeWithLets(fix, parameters, moment);
  return fix.values.map(({ title, current }) => ({ title: title.render(scope), now: current.render(scope) }));
}

/** What a fix would do on a node, by what is known of it. Pure: everything that is asked of the node lies in `moment`. */
export function planFix(fix: CompiledFix, parameters: Readonly<Record<string, unknown>>, moment: Moment): FixPlan {
  const { scope, lets } = scopeWithLets(fix, parameters, moment);
  const checks = checksOf(fix, scope);
  const done = fix.done?.evaluate(scope);
  const isDone = done?.isKnown === true && done.value === true;
  const problems: FillProblem[] = [];
  const steps = isDone ? [] : fillSteps(fix.steps, scope, problems);
  const undo = isDone ? [] : fillSteps(fix.undo?.steps ?? [], scope, problems);
  const dryRuns = isDone ? [] : fillDryRuns(fix, scope, problems);
  const seen = new Set<string>();
  // A check that does not pass says in words why what follows from it can't be told.
  const isTold = checks.some(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
  for (const { kind, expression } of problems) {
    if (seen.has(expression) || (isTold && kind === 'unknown')) continue;
    seen.add(expression);
    checks.push({
      title: say('checkCommands'),
      outcome: kind === 'unknown' ? 'unknown' : 'fail',
      detail: say(kind === 'unknown' ? 'valueUnknown' : 'valueRefused', { expression }),
    });
  }
  if (!isDone && steps.length === 0 && problems.length === 0) {
    checks.push({ title: say('checkCommands'), outcome: 'fail', detail: say('nothingToRun') });
  }
  return {
    checks,
    values: fix.values.map(({ title, current, wanted }) => ({
      title: title.render(scope),
      current: current.render(scope),
      wanted: wanted.render(scope),
    })),
    dryRuns,
    packageManager: fix.steps.some(({ kind }) => kind === 'packages') ? managerOf(scope) : null,
    steps,
    brings: broughtBy(fix, scope),
    undo,
    isDone,
    gpuUuids: gpuUuidsOf(fix, scope),
    interfaceName: textOf(fix.interface?.evaluate(scope)),
    verification: fix.verify.text.render(scope),
    undoText: fix.undo?.text.render(scope) ?? null,
    lets,
  };
}

/** Whether it is now as it should be, by what the node says now and what was saved before. */
export function judge(outcome: CompiledOutcome & { sure?: CompiledFix['verify']['sure'] }, scope: Scope): Verification {
  const judged = outcome.pass.evaluate(scope);
  if (!judged.isKnown) return { outcome: 'unknown', detail: say('cannotVerify') };
  const isPass = judged.value === true;
  const sure = outcome.sure?.evaluate(scope);
  const isUnsure = isPass && sure !== undefined && !(sure.isKnown && sure.value === true);
  return {
    outcome: isPass ? 'pass' : 'fail',
    ...(isUnsure ? { isSure: false } : {}),
    detail: (isPass ? outcome.passed : outcome.failed).render(scope),
  };
}

function checksOf(fix: CompiledFix, scope: Scope): PlanCheck[] {
  return fix.checks.flatMap(({ definition, title, when, pass, passed, failed }): PlanCheck[] => {
    const asked = when?.evaluate(scope);
    // Whether it has to be checked is not known: it has.
    if (asked?.isKnown && asked.value !== true) return [];
    const outcome = pass.evaluate(scope);
    if (!outcome.isKnown) {
      const isBlocking = definition.unknown === 'block';
      return [{ title: title.render(scope), outcome: isBlocking ? 'unknown' : 'warn', detail: say('checkUnknown') }];
    }
    const isPass = outcome.value === true;
    return [
      {
        title: title.render(scope),
        outcome: isPass ? 'pass' : definition.otherwise,
        detail: (isPass ? passed : failed).render(scope),
      },
    ];
  });
}

function fillSteps(steps: readonly CompiledFixStep[], scope: Scope, problems: FillProblem[]): FilledStep[] {
  return steps.flatMap((step): FilledStep[] => {
    const items = itemsOf(step, scope, problems);
    return items.flatMap(({ suffix, inner }): FilledStep[] => {
      const when = step.when?.evaluate(inner);
      if (when && !when.isKnown) problems.push({ kind: 'unknown', expression: step.when?.text ?? '' });
      if (when && !(when.isKnown && when.value === true)) return [];
      const filled = fillStep(step, inner, problems);
      return filled ? [{ ...filled, id: filled.id + suffix }] : [];
    });
  });
}

function fillDryRuns(fix: CompiledFix, scope: Scope, problems: FillProblem[]): DryRun[] {
  return fix.dryRuns.flatMap(({ definition, when, argv: template, stdin: text }): DryRun[] => {
    const asked = when?.evaluate(scope);
    if (asked && !(asked.isKnown && asked.value === true)) return [];
    const argv = fillArgv(template, scope);
    const stdin = text === null ? { value: null } : fillText(text, scope);
    if (argv.problem) problems.push(argv.problem);
    if ('problem' in stdin && stdin.problem) problems.push(stdin.problem);
    if (argv.problem || !('value' in stdin)) return [];
    const { root, exitCodes, otherwise, timeoutSeconds } = definition;
    return [{ argv: argv.value, stdin: stdin.value, root, exitCodes, otherwise, timeoutSeconds }];
  });
}

function managerOf(scope: Scope): PackageManager | null {
  const { packages } = scope;
  const manager = typeof packages === 'object' && packages !== null && 'manager' in packages ? packages.manager : null;
  return manager === 'dpkg' || manager === 'rpm' ? manager : null;
}

function wordsOfPackages(
  { packages, definition }: Extract<CompiledFixStep, { kind: 'packages' }>,
  manager: PackageManager,
  scope: Scope,
): string[] | null {
  const outcome = packages.evaluate(scope);
  const items = outcome.isKnown ? fromCel(outcome.value) : null;
  return Array.isArray(items) ? packageWords(manager, definition.operation, items) : null;
}

/** dnf knows of nothing that has to go by name: what would go is refused there. */
function removedBy(
  { removes }: Extract<CompiledFixStep, { kind: 'packages' }>,
  manager: PackageManager,
  scope: Scope,
): string[] | null {
  if (removes === null || manager === 'rpm') return [];
  const outcome = removes.evaluate(scope);
  const items = outcome.isKnown ? fromCel(outcome.value) : null;
  if (!Array.isArray(items)) return null;
  return items.length === 0 ? [] : packageWords(manager, 'remove', items);
}

function itemsOf(step: CompiledFixStep, scope: Scope, problems: FillProblem[]): { suffix: string; inner: Scope }[] {
  if (step.kind !== 'command' || step.each === null) {
    return [{ suffix: '', inner: scope }];
  }
  const { as, in: list } = step.each;
  const outcome = list.evaluate(scope);
  if (!outcome.isKnown || !Array.isArray(outcome.value)) {
    problems.push({ kind: 'unknown', expression: list.text });
    return [];
  }
  return outcome.value.map((item: unknown, index) => ({ suffix: `-${index + 1}`, inner: { ...scope, [as]: item } }));
}

function fillStep(step: CompiledFixStep, scope: Scope, problems: FillProblem[]): FilledStep | null {
  const { definition } = step;
  const title = step.title.render(scope);
  const base = {
    id: definition.id,
    title: bothLanguages(title),
    argv: [] as string[],
    stdin: null,
    isRoot: definition.root,
    timeoutMs: 30_000,
    lane: null,
    exitCodes: [0],
    waitMs: 0,
    path: null,
    restores: null,
  };
  const take = <Value>(filled: { value: Value } | { problem: FillProblem }): Value | null => {
    if ('value' in filled) return filled.value;
    problems.push(filled.problem);
    return null;
  };
  switch (step.kind) {
    case 'command': {
      const { timeoutSeconds, lane, exitCodes, waitSeconds } = step.definition;
      const argv = take(fillArgv(step.argv, scope));
      const stdin = step.stdin === null ? null : take(fillText(step.stdin, scope));
      const saves = step.saves === null ? null : take(fillText(step.saves, scope));
      if (argv === null || (step.stdin !== null && stdin === null) || (step.saves !== null && saves === null))
        return null;
      if (saves !== null && !isPlainPath(saves)) {
        problems.push({ kind: 'refused', expression: saves });
        return null;
      }
      const timing = { timeoutMs: timeoutSeconds * 1000, waitMs: waitSeconds * 1000 };
      return { ...base, kind: 'command', ...timing, argv, stdin, path: saves, lane: lane ?? null, exitCodes };
    }
    case 'file': {
      const path = take(fillText(step.path, scope));
      const stdin = take(fillText(step.content, scope));
      if (path === null || stdin === null) return null;
      if (!isPlainPath(path)) {
        problems.push({ kind: 'refused', expression: path });
        return null;
      }
      return { ...base, kind: 'file', argv: ['tee', path], stdin, path };
    }
    case 'edit': {
      const path = take(fillText(step.path, scope));
      const key = step.key && take(fillText(step.key, scope));
      const value = take(fillText(step.value, scope));
      if (path === null || value === null || (step.key !== null && key === null)) return null;
      // A key of several words or lines would be another setting.
      if (!isPlainPath(path) || (key !== null && !/^\S+$/.test(key))) {
        problems.push({ kind: 'refused', expression: isPlainPath(path) ? (key ?? '') : path });
        return null;
      }
      const { format, section = null, create } = step.definition;
      return { ...base, kind: 'file', argv: ['tee', path], path, edit: { format, section, key, value, create } };
    }
    case 'download': {
      const url = take(fillText(step.url, scope));
      const path = take(fillText(step.path, scope));
      const sha256 = step.sha256 && take(fillText(step.sha256, scope));
      const fingerprint = step.fingerprint && take(fillText(step.fingerprint, scope));
      if (url === null || path === null || (sha256 === null && fingerprint === null)) return null;
      const { mode, timeoutSeconds } = step.definition;
      const download = downloadOf({ url, path, sha256, fingerprint }, mode);
      if (download === null || !isPlainPath(path)) {
        problems.push({ kind: 'refused', expression: download === null ? `${url} ${sha256 ?? fingerprint}` : path });
        return null;
      }
      const argv = fetchArgv('curl', download, null);
      return { ...base, kind: 'download', argv, timeoutMs: timeoutSeconds * 1000, download };
    }
    case 'package-lists': {
      const manager = managerOf(scope);
      const source = step.source && take(fillText(step.source, scope));
      if (manager === null) problems.push({ kind: 'unknown', expression: 'packages.manager' });
      if (manager === null || (step.source !== null && source === null)) return null;
      const timeoutMs = step.definition.timeoutSeconds * 1000;
      return { ...base, kind: 'package-lists', argv: listsArgv(manager, source), timeoutMs };
    }
    case 'packages': {
      const manager = managerOf(scope);
      const words = manager && wordsOfPackages(step, manager, scope);
      const removes = manager && removedBy(step, manager, scope);
      if (manager === null || words === null || removes === null) {
        problems.push({ kind: 'unknown', expression: step.packages.text });
        return null;
      }
      const { operation, timeoutSeconds, changesHeld } = step.definition;
      const packages = { manager, operation, words, removes, ...(changesHeld ? { changesHeld } : {}) };
      return { ...base, kind: 'command', argv: packageArgv(packages), timeoutMs: timeoutSeconds * 1000, packages };
    }
    case 'restore':
      return { ...base, kind: 'restore', restores: step.definition.of };
    case 'boot':
    case 'off': {
      const argv = take(fillArgv(step.argv, scope));
      return argv && { ...base, kind: step.kind, argv, waitMs: step.definition.withinMinutes * 60_000 };
    }
  }
}

/** Absolute, and not somewhere else than it says. */
function isPlainPath(path: string): boolean {
  return path.startsWith('/') && !path.split('/').includes('..');
}

function gpuUuidsOf(fix: CompiledFix, scope: Scope): string[] | null {
  const outcome = fix.gpus?.evaluate(scope);
  const gpus = outcome?.isKnown ? fromCel(outcome.value) : null;
  if (!Array.isArray(gpus)) return null;
  return gpus.flatMap((gpu: unknown) => {
    const uuid = typeof gpu === 'object' && gpu !== null && 'uuid' in gpu ? gpu.uuid : gpu;
    return typeof uuid === 'string' ? [uuid] : [];
  });
}

function textOf(outcome: { isKnown: boolean; value?: unknown } | undefined): string | null {
  return outcome?.isKnown && typeof outcome.value === 'string' ? outcome.value : null;
}

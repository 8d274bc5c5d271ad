import type { NodeFacts } from '#shared/domain/facts/index';
import { vendorSite } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { type KnowledgeProblem, YamlSource } from '../../knowledge/yaml-source';
import { commandLineOf } from '../command-line';
import { isBlocked } from '../runs/plan-book';
import type { CompiledFix } from './compile-fix';
import type { FilledStep } from './filled-step';
import { type FixCases, fixCasesSchema } from './fix-schema';
import { parametersSchema } from './parameters';
import { judge, type Moment, planFix, scopeOf } from './plan-fix';

type Case = FixCases['cases'][number];

export interface FixCaseOutcomes {
  readonly cases: readonly { readonly name: string; readonly problems: readonly KnowledgeProblem[] }[];
  /** Everything that is wrong: of the file itself and of its cases. */
  readonly problems: readonly KnowledgeProblem[];
}

/** Plans a fix on the facts of its table tests (`<fix>.cases.yaml`) and tells where something else came out than is written. */
export function runFixCases(file: string, text: string, fixes: ReadonlyMap<string, CompiledFix>): FixCaseOutcomes {
  const source = new YamlSource(file, text);
  const { value: written, problems } = source.parse(fixCasesSchema);
  if (written === null) return { cases: [], problems };
  const fix = fixes.get(written.fix);
  if (!fix) return { cases: [], problems: [source.problem(['fix'], `there is no fix ${written.fix}`)] };
  const cases = written.cases.map((one, index) => ({
    name: one.name,
    problems: differences(fix, one).map(([key, message]) =>
      source.problem(['cases', index, key], `${one.name}: ${message}`),
    ),
  }));
  return { cases, problems: cases.flatMap((one) => one.problems) };
}

/** What no case of the file comes to, though a fix can come to it. */
export function untriedEnds(file: string, text: string, fixes: ReadonlyMap<string, CompiledFix>): KnowledgeProblem[] {
  const source = new YamlSource(file, text);
  const { value: written } = source.parse(fixCasesSchema);
  if (written === null) return [];
  const verified = new Set(written.cases.flatMap(({ after }) => (after ? [after.verify] : [])));
  const untried = (['pass', 'fail'] as const).flatMap((outcome) =>
    verified.has(outcome) ? [] : [`no case comes to verify: ${outcome}`],
  );
  if (fixes.get(written.fix)?.undo && !written.cases.some(({ after }) => after?.undone === 'pass')) {
    untried.push('no case looks whether it was undone');
  }
  if (!written.cases.some(({ plan }) => plan === 'blocked')) untried.push('no case is blocked');
  return untried.map((message) => source.problem(['cases'], message));
}

function differences(fix: CompiledFix, one: Case): [keyof Case, string][] {
  const found: [keyof Case, string][] = [];
  const parsed = parametersSchema(fix.definition.parameters).safeParse(one.parameters);
  if (!parsed.success) return [['parameters', parsed.error.issues.map(({ message }) => message).join('; ')]];
  const plan = planFix(fix, parsed.data, momentOf(one, one.host, one.site));
  const blocked = isBlocked({ checks: plan.checks } as never);
  const state = plan.isDone && !blocked ? 'done' : blocked ? 'blocked' : 'ready';
  const said = [
    ...plan.checks.flatMap(({ title, outcome, detail }) => [`[${outcome}] ${title.en}: ${detail.en}`]),
    ...plan.values.map(({ title, current, wanted }) => `${title.en}: ${current.en} -> ${wanted.en}`),
    plan.verification.en,
    plan.undoText?.en ?? '',
    ...plan.steps.flatMap(({ path, edit }) => (edit ? [`${path}: ${edit.key ?? ''} ${edit.value}`] : [])),
  ];
  if (state !== one.plan) found.push(['plan', `it is ${state}: ${said.join(' | ')}`]);
  const compare = (key: 'commands' | 'undo', steps: readonly FilledStep[]) => {
    const lines = steps.map(lineOf);
    if (one[key] !== undefined && one[key].join('\n') !== lines.join('\n')) found.push([key, lines.join('\n')]);
  };
  compare('commands', plan.steps);
  compare('undo', plan.undo);
  for (const words of one.says) {
    if (!said.some((text) => text.includes(words)))
      found.push(['says', `does not say "${words}": ${said.join(' | ')}`]);
  }
  const untold = missingWords(fix, [
    ...plan.checks.flatMap(({ title, detail }) => [title, detail]),
    ...plan.values.flatMap(({ title, current, wanted }) => [title, current, wanted]),
  ]);
  if (untold.length > 0) found.push(['says', `without words: ${untold.join(' | ')}`]);
  if (one.after) {
    const scope = scopeOf(parsed.data, momentOf(one.after, one.host, one.site), plan.lets);
    const verified = judge(fix.verify, scope);
    if (verified.outcome !== one.after.verify)
      found.push(['after', `verify: ${verified.outcome}, ${verified.detail.en}`]);
    const undone = fix.undo && judge(fix.undo, scope);
    if (one.after.sure !== undefined && (verified.isSure ?? true) !== one.after.sure)
      found.push(['after', `sure: ${verified.isSure ?? true}`]);
    if (one.after.undone !== undefined && undone?.outcome !== one.after.undone) {
      found.push(['after', `undone: ${undone?.outcome ?? 'there is no undo'}`]);
    }
    for (const words of one.after.says) {
      if (!verified.detail.en.includes(words) && !undone?.detail.en.includes(words)) {
        found.push(['after', `does not say "${words}": ${verified.detail.en}`]);
      }
    }
  }
  return found;
}

export function momentOf(
  { facts, read }: { facts: Record<string, unknown>; read: Record<string, unknown> },
  hostKind: string,
  site: Record<string, unknown> = {},
): Moment {
  return { hostKind, facts: facts as NodeFacts, read: read as Moment['read'], site: { ...vendorSite, ...site } };
}

function lineOf({ argv, restores, stdin, kind }: FilledStep): string {
  if (restores !== null) return `restore ${restores}`;
  const line = commandLineOf(argv, 'user');
  return stdin === null || kind === 'file' ? line : `${line} < ${stdin.trim()}`;
}

function missingWords({ definition }: CompiledFix, texts: readonly LocalizedText[]): string[] {
  const isChinese = definition.title['zh-CN'] !== undefined;
  return texts
    .filter((text) => text.en.trim() === '' || (isChinese && (text['zh-CN'] ?? '').trim() === ''))
    .map(({ en }) => en);
}

import { factsSchemas, type ProbeId, probeIds } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import type { LocalizedText } from '#shared/domain/text';
import { parameterTypes } from '../actions/declared/parameters';
import { bothLanguages } from '../actions/declared/words';
import { sha256 } from '../audit/canonical-json';
import { firstOf, type KnowledgeProblem, YamlSource } from '../knowledge/yaml-source';
import { Compilation } from '../trees/compile/compilation';
import { type Expression, type ExpressionSpace, visit } from '../trees/language/expression';
import type { Template } from '../trees/language/template';
import { commonRequirements } from './common-requirements';
import { type PlaybookDefinition, type PlaybookStepDefinition, playbookSchema } from './playbook-schema';

export interface CompiledPlaybookStep {
  readonly definition: PlaybookStepDefinition;
  readonly when: Expression | null;
  /** What its condition comes to when it is planned stays so: it reads parameters alone, or what no step changes. */
  readonly isFixed: boolean;
  readonly with: ReadonlyMap<string, Expression>;
}

/** A playbook that passed every check that its own file allows. */
export interface CompiledPlaybook {
  readonly definition: PlaybookDefinition;
  /** Of its text. */
  readonly sha256: string;
  readonly probeIds: readonly ProbeId[];
  readonly lets: readonly { readonly name: string; readonly expression: Expression }[];
  readonly requires: readonly CompiledRequirement[];
  readonly steps: readonly CompiledPlaybookStep[];
}

export interface CompiledRequirement {
  readonly id: string;
  readonly title: LocalizedText;
  readonly pass: Expression;
  readonly failed: Template;
}

export interface KnownNames {
  /** Names of the parameters of each action; null: there is no such action. */
  readonly actionParameters: (actionId: string) => readonly string[] | null;
  /** Words in both languages are asked of what comes with Gantry. */
  readonly isBuiltIn: boolean;
}

/** What expressions of a playbook may call and name; every playbook adds its own parameters. */
export function playbookSpace(base: ExpressionSpace): ExpressionSpace {
  const space = base.fork();
  for (const id of probeIds) space.declareSchema(factName(id), factsSchemas[id]);
  return space;
}

/** Reads one file. It comes back only when there is nothing wrong with it at all. */
export function compilePlaybook(
  file: string,
  text: string,
  base: ExpressionSpace,
  { actionParameters, isBuiltIn }: KnownNames,
): { playbook: CompiledPlaybook | null; problems: readonly KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  const parsed = source.parse(playbookSchema);
  if (parsed.value === null) return { playbook: null, problems: firstOf(parsed.problems) };
  const definition = parsed.value;
  const space = base.fork();
  space.declareSchema('parameters', parameterTypes(definition.parameters));
  const known = definition.probes.filter((id): id is ProbeId => probeIds.some((one) => one === id));
  const compilation = new Compilation({ source, space, probeIds: known, needsChinese: isBuiltIn, actionIds: null });
  for (const [index, probe] of definition.probes.entries()) {
    if (!probeIds.some((id) => id === probe)) compilation.report(['probes', index], `there is no probe ${probe}`);
  }
  compilation.plainText(definition.title, ['title']);
  compilation.plainText(definition.introduction, ['introduction']);
  for (const [index, need] of definition.offline.needs.entries()) {
    compilation.plainText(need, ['offline', 'needs', index]);
  }
  for (const [index, { label, help }] of definition.parameters.entries()) {
    compilation.plainText(label, ['parameters', index, 'label']);
    compilation.plainText(help, ['parameters', index, 'help']);
  }
  const lets = compilation.lets(definition.let);
  const required = definition.requires.map((one) => (typeof one === 'string' ? one : one.id));
  const requires = definition.requires.flatMap((one, index): CompiledRequirement[] => {
    const at = ['requires', index];
    const id = required[index] ?? '';
    if (required.indexOf(id) < index) compilation.report(at, `the id ${id} is taken`);
    const own = typeof one === 'string' ? commonRequirements[one] : one;
    if (own === undefined) {
      compilation.report(at, `there is no requirement ${id}: ${Object.keys(commonRequirements).join(', ')}`);
      return [];
    }
    const { title, pass, failed } = own;
    compilation.plainText(title, [...at, 'title']);
    const words = compilation.template(failed, [...at, 'failed']);
    const expression = compilation.expression(pass, [...at, 'pass'], 'bool');
    return expression ? [{ id, title: bothLanguages(title), pass: expression, failed: words }] : [];
  });
  const steps = definition.steps.map((step, index): CompiledPlaybookStep => {
    const at = ['steps', index];
    const before = definition.steps.slice(0, index).map(({ id }) => id);
    if (before.includes(step.id)) compilation.report([...at, 'id'], `the id ${step.id} is taken`);
    for (const [place, need] of step.needs.entries()) {
      if (!before.includes(need)) compilation.report([...at, 'needs', place], `no step before this one is ${need}`);
    }
    compilation.plainText(step.leftOut, [...at, 'leftOut']);
    if (step.leftOut !== undefined && step.when === undefined)
      compilation.report([...at, 'leftOut'], 'it is never left out: there is no when');
    if ('action' in step) {
      compilation.plainText(step.title, [...at, 'title']);
      const names = actionParameters(step.action);
      if (names === null) compilation.report([...at, 'action'], `there is no action ${step.action}`);
      for (const name of Object.keys(step.with)) {
        if (names?.includes(name) === false)
          compilation.report([...at, 'with', name], `${step.action} has no parameter ${name}`);
      }
      const [from, to] = step.duration ?? [0, 0];
      if (from > to) compilation.report([...at, 'duration'], 'from is more than to');
    }
    const values = Object.entries(step.with).flatMap(([name, value]): [string, Expression][] => {
      const expression = compilation.expression(value, [...at, 'with', name], null);
      return expression ? [[name, expression]] : [];
    });
    const when = compilation.expression(step.when, [...at, 'when'], 'bool');
    return {
      definition: step,
      when,
      isFixed: step.fixed || (when !== null && !readsFacts(when, lets)),
      with: new Map(values),
    };
  });
  const { problems } = compilation;
  const playbook =
    problems.length > 0 ? null : { definition, sha256: sha256(text), probeIds: known, lets, requires, steps };
  return { playbook, problems: firstOf(problems) };
}

/** Also by the names that it gives to values. */
function readsFacts({ ast }: Expression, lets: CompiledPlaybook['lets']): boolean {
  const facts = new Set(probeIds.map(factName));
  let isRead = false;
  visit(ast, ({ op, args }) => {
    if (op !== 'id') return;
    const named = lets.find(({ name }) => name === args);
    isRead ||= facts.has(String(args)) || (named !== undefined && readsFacts(named.expression, lets));
  });
  return isRead;
}

import { z } from 'zod';
import { factsSchemas, type NodeFacts, type ProbeId, probeIds } from '#shared/domain/facts/index';
import type { ManualPlan, ManualProcedure, ManualWork } from '#shared/domain/manual/manual-work';
import { factName } from '#shared/domain/probe';
import { type KnowledgeProblem, YamlSource } from '../../knowledge/yaml-source';
import { Compilation } from '../../trees/compile/compilation';
import { fromCel, toCel } from '../../trees/language/cel-values';
import type { Expression, ExpressionSpace, Scope } from '../../trees/language/expression';
import type { Template } from '../../trees/language/template';
import type { Verification } from '../action';
import { say } from '../declared/words';
import { type commonStepsSchema, type ManualDefinition, manualSchema } from './manual-schema';

interface CompiledOutcome {
  readonly pass: Expression | null;
  readonly passed: Template;
  readonly failed: Template;
}

/** A procedure that passed every check. */
export interface CompiledProcedure {
  readonly definition: ManualDefinition;
  readonly probeIds: readonly ProbeId[];
  readonly lets: readonly { readonly name: string; readonly expression: Expression }[];
  readonly checks: readonly (CompiledOutcome & { readonly title: Template; readonly otherwise: 'fail' | 'warn' })[];
  readonly verify: CompiledOutcome;
}

/** What a procedure's expressions read: facts, the part it is about, serial numbers as they were written down. */
export interface ManualMoment {
  readonly facts: NodeFacts;
  readonly target: string;
  readonly serials: Readonly<Record<string, string>>;
}

/** Reads one file. It comes back only when there is nothing wrong with it at all. */
export function compileProcedure(
  file: string,
  text: string,
  base: ExpressionSpace,
): { procedure: CompiledProcedure | null; problems: readonly KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  const parsed = source.parse(manualSchema);
  if (parsed.value === null) return { procedure: null, problems: parsed.problems };
  const definition = parsed.value;
  const known = definition.probes.filter((id): id is ProbeId => probeIds.some((one) => one === id));
  const space = base.fork();
  for (const id of probeIds) space.declareSchema(factName(id), factsSchemas[id]);
  space.declareSchema('target', z.string());
  space.declareSchema('serials', z.object(Object.fromEntries(definition.serials.map(({ id }) => [id, z.string()]))));
  const compilation = new Compilation({ source, space, probeIds: known, needsChinese: true, actionIds: null });
  for (const [index, probe] of definition.probes.entries()) {
    if (!probeIds.some((id) => id === probe)) compilation.report(['probes', index], `there is no probe ${probe}`);
  }
  for (const list of ['before', 'steps', 'after'] as const) {
    for (const [index, { title, detail, caution }] of definition[list].entries()) {
      for (const [name, words] of Object.entries({ title, detail, caution })) {
        compilation.plainText(words, [list, index, name]);
      }
    }
  }
  const lets = compilation.lets(definition.let);
  const outcome = (
    one: ManualDefinition['verify'] | ManualDefinition['checks'][number],
    path: (string | number)[],
  ) => ({
    pass: compilation.expression(one.pass, [...path, 'pass'], 'bool'),
    passed: compilation.template(one.passed, [...path, 'passed']),
    failed: compilation.template(one.failed, [...path, 'failed']),
  });
  const procedure: CompiledProcedure = {
    definition,
    probeIds: known,
    lets,
    checks: definition.checks.map((one, index) => ({
      ...outcome(one, ['checks', index]),
      title: compilation.template(one.title, ['checks', index, 'title']),
      otherwise: one.otherwise,
    })),
    verify: outcome(definition.verify, ['verify']),
  };
  const { problems } = compilation;
  return { procedure: problems.length > 0 ? null : procedure, problems };
}

/** The whole checklist: common steps around those of the procedure. */
export function procedureOf(definition: ManualDefinition, common: z.infer<typeof commonStepsSchema>): ManualProcedure {
  const { power, persons } = definition;
  const phase = (name: ManualProcedure['steps'][number]['phase'], list: ManualDefinition['steps']) =>
    list.map(({ detail = null, caution = null, ...step }) => ({ ...step, phase: name, detail, caution }));
  return {
    id: definition.id,
    register: definition.register,
    title: definition.title,
    description: definition.description,
    power,
    persons,
    part: definition.part ?? null,
    tools: definition.tools,
    steps: [
      ...phase('before', [...common[power].before, ...(persons > 1 ? [common.twoPersons] : []), ...definition.before]),
      ...phase('work', definition.steps),
      ...phase('after', [...definition.after, ...common[power].after]),
    ],
    photos: definition.photos.map(({ required, ...photo }) => ({ ...photo, isRequired: required })),
    serials: definition.serials.map(({ required, ...serial }) => ({ ...serial, isRequired: required })),
    verification: definition.verify.text,
    sources: definition.sources,
  };
}

export function scopeOf(moment: ManualMoment, lets: Readonly<Record<string, unknown>>): Scope {
  const scope: Record<string, unknown> = {};
  for (const [id, facts] of Object.entries(moment.facts)) scope[factName(id as ProbeId)] = toCel(facts);
  for (const [name, value] of Object.entries(lets)) scope[name] = toCel(value);
  return { ...scope, target: moment.target, serials: toCel(moment.serials) };
}

/** The values of `let`, as plain JSON; what can't be told now is missing, and so is what rests on it later. */
export function letsOf({ lets }: CompiledProcedure, moment: ManualMoment): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, expression } of lets) {
    const outcome = expression.evaluate(scopeOf(moment, values));
    if (outcome.isKnown) values[name] = fromCel(outcome.value);
  }
  return values;
}

export function checksOf(procedure: CompiledProcedure, scope: Scope): ManualPlan['checks'] {
  return procedure.checks.map(({ title, pass, passed, failed, otherwise }) => {
    const judged = pass?.evaluate(scope);
    if (!judged?.isKnown) return { title: title.render(scope), outcome: 'warn', detail: say('checkUnknown') };
    const isPass = judged.value === true;
    return {
      title: title.render(scope),
      outcome: isPass ? ('pass' as const) : otherwise,
      detail: (isPass ? passed : failed).render(scope),
    };
  });
}

/** What the node says now. Unknown is never taken for good. */
export function verdictOf(procedure: CompiledProcedure, scope: Scope): Verification {
  const { pass, passed, failed } = procedure.verify;
  const judged = pass?.evaluate(scope);
  if (!judged?.isKnown) return { outcome: 'unknown', detail: say('cannotVerify') };
  const isPass = judged.value === true;
  return { outcome: isPass ? 'pass' : 'fail', detail: (isPass ? passed : failed).render(scope) };
}

/** Serial numbers that were read off, by their names. */
export function serialsOf({ serials }: Pick<ManualWork, 'serials'>): Record<string, string> {
  return Object.fromEntries(serials.flatMap(({ id, value }) => (value === null ? [] : [[id, value]])));
}

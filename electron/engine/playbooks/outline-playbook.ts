import type { NodeFacts } from '#shared/domain/facts/index';
import type { Requirement } from '#shared/domain/playbook/playbook-plan';
import type { SiteScope } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { scopeOf } from '../actions/declared/plan-fix';
import { bothLanguages } from '../actions/declared/words';
import { fromCel } from '../trees/language/cel-values';
import type { Expression, Scope } from '../trees/language/expression';
import type { CompiledPlaybook, CompiledPlaybookStep } from './compile-playbook';
import { missingWords } from './missing-facts';
import type { PlaybookLibrary } from './playbook-library';
import type { PlaybookStepDefinition } from './playbook-schema';
import { say } from './words';

/**
 * What a file says of a step before any action is asked. `out`: its condition does not hold. `untold`: its condition or a value
 * can't be told by what is known. `unmet`: the playbook that it is of requires what the node does not have.
 */
export interface Verdict {
  readonly kind: 'out' | 'untold' | 'unmet';
  /** No step before it can change that. */
  readonly isFixed?: boolean;
  readonly reason: LocalizedText;
}

/** A step that is an action, with those of the playbooks that are used in their places. */
export interface OutlinedStep {
  readonly id: string;
  readonly definition: Extract<PlaybookStepDefinition, { action: string }>;
  /** Ids of steps before it, or what such ids begin with. */
  readonly needs: readonly string[];
  /** Parameters of its action, as far as they can be told. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Null: it is to be done. */
  readonly verdict: Verdict | null;
  /** Steps whose conditions hold for it: its own, and those that use the playbook it is of. */
  readonly held: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;
/** What the node did not tell of an expression, in words. */
type Missing = (expression: Expression) => LocalizedText;

/**
 * The steps of a playbook in their order, with what conditions and values come to by these facts. Pure.
 * @param held Steps whose conditions held when this was confirmed. They are not asked again: "no driver runs" is no longer so half-way
 * through installing one.
 */
export function outlineSteps(
  playbook: CompiledPlaybook,
  parameters: Values,
  {
    library,
    facts,
    site,
    held: heldBefore = [],
  }: { library: PlaybookLibrary; facts: NodeFacts; site: SiteScope; held?: readonly string[] },
): OutlinedStep[] {
  const outline = (
    one: CompiledPlaybook,
    given: Values,
    prefix: string,
    above: Pick<OutlinedStep, 'needs' | 'verdict' | 'held'>,
  ): OutlinedStep[] => {
    const scope = scopeWith(one.lets, given, facts, site);
    const missing: Missing = (expression) => missingWords(expression, one.lets, facts);
    return one.steps.flatMap((step): OutlinedStep[] => {
      const { definition, when, with: expressions } = step;
      const id = `${prefix}${definition.id}`;
      const needs = [...above.needs, ...definition.needs.map((need) => `${prefix}${need}`)];
      const { values, verdict: untold } = valuesOf(expressions, scope, missing);
      const condition = heldBefore.includes(id) ? null : verdictOf(step, scope, missing);
      const verdict = above.verdict ?? condition ?? untold;
      const held = when !== null && condition === null ? [...above.held, id] : above.held;
      if (!('use' in definition)) return [{ id, definition, needs, values, verdict, held }];
      const used = library.get(definition.use);
      const handedOn = { ...initialsOf(used), ...values };
      const handed = verdict ?? unmetOf(used, handedOn, facts, site);
      return outline(used, handedOn, `${id}.`, { needs, verdict: handed, held });
    });
  };
  return outline(playbook, parameters, '', { needs: [], verdict: null, held: [] });
}

/** What a playbook asks of a node, and what the node says to it. */
export function requirementsOf(
  playbook: CompiledPlaybook,
  parameters: Values,
  facts: NodeFacts,
  site: SiteScope,
): Requirement[] {
  const scope = scopeWith(playbook.lets, parameters, facts, site);
  return playbook.requires.map(({ id, title, pass, failed }): Requirement => {
    const outcome = pass.evaluate(scope);
    const isMet = outcome.isKnown && outcome.value === true;
    return {
      id,
      title,
      outcome: isMet ? 'pass' : outcome.isKnown ? 'fail' : 'unknown',
      detail: isMet
        ? null
        : outcome.isKnown
          ? failed.render(scope)
          : say('requirementUnknown', { missing: missingWords(pass, playbook.lets, facts) }),
    };
  });
}

/** The words of all that are not met; null where each is. */
export function refusalBy(requirements: readonly Requirement[]): LocalizedText | null {
  const unmet = requirements.filter(({ outcome }) => outcome !== 'pass');
  if (unmet.length === 0) return null;
  const texts = unmet.map(({ title, detail }) => say('unmet', { title, detail: detail ?? title }));
  return { en: texts.map(({ en }) => en).join('\n'), 'zh-CN': texts.map((one) => one['zh-CN']).join('\n') };
}

function unmetOf(used: CompiledPlaybook, parameters: Values, facts: NodeFacts, site: SiteScope): Verdict | null {
  const reason = refusalBy(requirementsOf(used, parameters, facts, site));
  return reason && { kind: 'unmet', reason };
}

/** What a form would have filled in. */
function initialsOf({ definition }: CompiledPlaybook): Record<string, unknown> {
  return Object.fromEntries(
    definition.parameters.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])),
  );
}

function scopeWith(
  lets: CompiledPlaybook['lets'],
  parameters: Values,
  facts: NodeFacts,
  site: SiteScope,
): Record<string, unknown> {
  const scope = scopeOf(parameters, { hostKind: 'ssh', facts, read: {}, site });
  for (const { name, expression } of lets) {
    const outcome = expression.evaluate(scope);
    if (outcome.isKnown) scope[name] = outcome.value;
  }
  return scope;
}

function verdictOf(
  { when, isFixed, definition: { leftOut } }: CompiledPlaybookStep,
  scope: Scope,
  missing: Missing,
): Verdict | null {
  if (when === null) return null;
  const outcome = when.evaluate(scope);
  if (!outcome.isKnown) return { kind: 'untold', reason: say('conditionUnknown', { missing: missing(when) }) };
  if (outcome.value === true) return null;
  return { kind: 'out', isFixed, reason: leftOut ? bothLanguages(leftOut) : say('leftOut', { condition: when.text }) };
}

/** Parameters of a step; one that was left empty above is left empty here. */
function valuesOf(
  expressions: ReadonlyMap<string, Expression>,
  scope: Scope,
  missing: Missing,
): { values: Record<string, unknown>; verdict: Verdict | null } {
  const values: Record<string, unknown> = {};
  let verdict: Verdict | null = null;
  for (const [name, expression] of expressions) {
    const outcome = expression.evaluate(scope);
    if (outcome.isKnown) values[name] = fromCel(outcome.value);
    else if (!/^parameters\.\w+$/.test(expression.text)) {
      verdict ??= { kind: 'untold', reason: say('valueUnknown', { missing: missing(expression) }) };
    }
  }
  return { values, verdict };
}

import type { Finding } from '#shared/domain/finding';
import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import type { CompiledEach, CompiledStep } from '../compile/compiled-tree';
import { fromCel } from '../language/cel-values';
import { type Expression, type Scope, within } from '../language/expression';
import { sentence } from '../language/words';
import type { EvidenceLookup } from './evidence-lookup';

interface FindingContext {
  readonly id: string;
  readonly hostId: string;
  readonly observedAtMs: number;
  readonly origin: Finding['origin'];
  readonly evidence: EvidenceLookup;
  readonly sources: readonly string[];
  /** Questions that nobody was there to answer: an all-clear holds without what they would have told. */
  readonly unasked: readonly LocalizedText[];
}

/** Fills a finding's words, subjects and proposed actions from the scope. */
export function makeFinding(
  step: Extract<CompiledStep, { definition: { kind: 'finding' } }>,
  scope: Scope,
  context: FindingContext,
): Finding {
  const { definition, title, explanation, advice, subjects, since, cautions, actions } = step.finding;
  const { nature, explains, trees } = definition;
  const subjectList = subjects?.evaluate(scope);
  const sinceMs = since?.evaluate(scope);
  return {
    id: context.id,
    code: definition.code,
    hostId: context.hostId,
    state: definition.state,
    severity: definition.severity,
    title: title.render(scope),
    explanation: explanation.render(scope),
    advice: advice.flatMap(({ when, each, text }) =>
      scopes(each, scope)
        .filter((inner) => holds(when, inner))
        .map((inner) => text.render(inner)),
    ),
    subjects:
      subjectList?.isKnown && Array.isArray(subjectList.value)
        ? subjectList.value.map((subject: unknown) => printable(String(subject)))
        : [],
    evidence: context.evidence.ofFinding(step),
    actions: actions.flatMap(({ actionId, when, each, parameters, why }) =>
      scopes(each, scope)
        .filter((inner) => holds(when, inner))
        .map((inner) => ({
          actionId,
          parameters: Object.fromEntries(
            Object.entries(parameters).flatMap(([name, expression]) => {
              const outcome = expression.evaluate(inner);
              return outcome.isKnown ? [[name, fromCel(outcome.value)]] : [];
            }),
          ),
          why: why?.render(inner) ?? null,
        })),
    ),
    cautions: [...cautions.map((text) => text.render(scope)), ...withoutAnswers(definition.state, context.unasked)],
    sources: [...(definition.sources ?? context.sources)],
    ...(nature && { nature }),
    ...(since && { sinceMs: sinceMs?.isKnown && typeof sinceMs.value === 'number' ? sinceMs.value : null }),
    ...(explains && { explains }),
    ...(trees && { trees }),
    observedAtMs: context.observedAtMs,
    origin: context.origin,
  };
}

function withoutAnswers(state: Finding['state'], unasked: readonly LocalizedText[]): LocalizedText[] {
  if (state !== 'healthy' || unasked.length === 0) return [];
  const listed = (language: Language) => unasked.map((title) => localize(title, language)).join(' ');
  return [
    {
      en: sentence('withoutAnswers', { what: listed('en') }).en,
      'zh-CN': sentence('withoutAnswers', { what: listed('zh-CN') })['zh-CN'],
    },
  ];
}

/** One scope for each item of the list, or the scope itself. */
function scopes(each: CompiledEach | null, scope: Scope): Scope[] {
  if (each === null) return [scope];
  const list = each.in.evaluate(scope);
  if (!list.isKnown || !Array.isArray(list.value)) return [];
  return list.value.map((item: unknown) => within(scope, each.as, item));
}

function holds(when: Expression | null, scope: Scope): boolean {
  if (when === null) return true;
  const outcome = when.evaluate(scope);
  return outcome.isKnown && outcome.value === true;
}

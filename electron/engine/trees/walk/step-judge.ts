import type { BranchEvaluation, StepVisit } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import { type Language, type LocalizedText, localize } from '#shared/domain/text';
import { type CompiledStep, type CompiledTree, edgesOf, isKind, probesReadAgain } from '../compile/compiled-tree';
import { comparisonsIn, type FoundComparison } from '../language/comparisons';
import { seenValues, shortJson, variablesOf } from '../language/explain-values';
import type { Expression, Outcome, Scope } from '../language/expression';
import { edgeWords, probeStateText, sentence, words } from '../language/words';
import { comparisonsOf } from './comparisons-of';
import type { EvidenceLookup } from './evidence-lookup';
import { allResults, bootedAgainAtMs, readingsOf } from './readings';
import type { WalkBasis } from './walk-basis';

interface StepJudgeOptions {
  readonly tree: CompiledTree;
  readonly basis: WalkBasis;
  readonly evidence: EvidenceLookup;
}

/** How each way on from a step of one tree comes out, and why. */
export class StepJudge {
  readonly #tree: CompiledTree;
  readonly #basis: WalkBasis;
  readonly #evidence: EvidenceLookup;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #compared = new Map<Expression, readonly FoundComparison[]>();

  constructor({ tree, basis, evidence }: StepJudgeOptions) {
    this.#tree = tree;
    this.#basis = basis;
    this.#evidence = evidence;
  }

  /** Past a question that nobody is there to answer. */
  pass(step: CompiledStep): { evaluations: BranchEvaluation[]; chosen: string } {
    const evaluations = edgesOf(step.definition).map((edge): BranchEvaluation => {
      const unjudged = this.#unjudged(step, edge);
      if (edge.id !== 'unattended') return unjudged;
      return { ...unjudged, result: 'true', reason: sentence('notAsked', {}) };
    });
    return { evaluations, chosen: 'unattended' };
  }

  #unjudged(
    { definition }: CompiledStep,
    { id, to, label, when }: ReturnType<typeof edgesOf>[number],
  ): BranchEvaluation {
    const words = label ?? edgeWords(definition, id);
    return { branchId: id, to, label: words, condition: when, values: [], result: 'not-judged', reason: null };
  }

  judge(
    step: CompiledStep,
    scope: Scope,
    answers: StepVisit['answers'],
    isWaiting: boolean,
  ): { evaluations: BranchEvaluation[]; chosen: string | null } {
    const edges = edgesOf(step.definition);
    const plain = (branchId: string): Omit<BranchEvaluation, 'result' | 'reason'> => {
      const edge = edges.find(({ id }) => id === branchId);
      const label = edge?.label ?? edgeWords(step.definition, branchId);
      return { branchId, to: edge?.to ?? '', label, condition: null, values: [] };
    };
    if (isKind(step, 'probe')) {
      const missing = step.definition.probes.filter((id) => this.resultOf(id)?.state !== 'ok');
      const all = allResults(this.#basis);
      const once = probesReadAgain(step.definition).filter((id) => readingsOf(id, all).length < 2);
      const isRebooted = bootedAgainAtMs(all) !== null;
      const isOk = missing.length === 0 && once.length === 0;
      return {
        chosen: isOk ? 'next' : 'unknown',
        evaluations: [
          {
            ...plain('next'),
            result: isOk ? 'true' : 'false',
            reason: isOk ? sentence('allProbesOk', { what: step.definition.probes.join(', ') }) : null,
          },
          {
            ...plain('unknown'),
            result: isOk ? 'false' : 'true',
            reason: isOk
              ? null
              : missing.length > 0
                ? listing(
                    'probesMissing',
                    missing.map((id) => this.#named(id)),
                  )
                : sentence(isRebooted ? 'rebooted' : 'readOnce', { what: once.join(', ') }),
          },
        ],
      };
    }
    if (isKind(step, 'finding') || isKind(step, 'goto')) {
      const hasNext = isKind(step, 'finding') && step.definition.next !== undefined;
      return {
        chosen: hasNext ? 'next' : null,
        evaluations: hasNext ? [{ ...plain('next'), result: 'true', reason: null }] : [],
      };
    }
    if (isWaiting) {
      const ways = edges.filter(({ id }) => id !== 'unattended');
      return { chosen: null, evaluations: ways.map((edge) => this.#unjudged(step, edge)) };
    }
    const isUnanswered = answers !== null && Object.values(answers).every((value) => value === null);
    return this.#conditions(step, scope, plain, isUnanswered);
  }

  /** The first true branch is taken; what can't be told leads to `unknown`, never to `otherwise`. */
  #conditions(
    step: Extract<CompiledStep, { definition: { kind: 'ask' | 'branch' } }>,
    scope: Scope,
    plain: (branchId: string) => Omit<BranchEvaluation, 'result' | 'reason'>,
    isUnanswered: boolean,
  ): { evaluations: BranchEvaluation[]; chosen: string } {
    let chosen: string | null = null;
    let someUnknown = isUnanswered;
    const evaluations: BranchEvaluation[] = [];
    for (const branch of step.branches) {
      if (chosen !== null || isUnanswered) {
        const { branchId, to, label, values } = plain(branch.id);
        evaluations.push({
          branchId,
          to,
          label,
          condition: branch.when.text,
          values,
          result: 'not-judged',
          reason: null,
        });
        continue;
      }
      const outcome = branch.when.evaluate(scope);
      const result = !outcome.isKnown || typeof outcome.value !== 'boolean' ? 'unknown' : `${outcome.value}`;
      const seen = seenValues(branch.when, scope, this.#evaluator(scope));
      if (result === 'true') chosen = branch.id;
      if (result === 'unknown') someUnknown = true;
      const { branchId, to, label } = plain(branch.id);
      evaluations.push({
        branchId,
        to,
        label,
        condition: branch.when.text,
        result: result as BranchEvaluation['result'],
        reason:
          result === 'true'
            ? (branch.because?.render(scope) ?? null)
            : result === 'unknown'
              ? this.#whyUnknown(seen.filter(({ outcome: { isKnown } }) => !isKnown))
              : null,
        values: seen.map((value) => ({
          expression: value.expression,
          value: shortJson(value.outcome),
          evidence: this.#evidence.ofReference(value.variable, value.path),
        })),
        comparisons: comparisonsOf(branch, this.#tree, this.#evidence, (expression) =>
          this.#comparedIn(expression, scope),
        ),
      });
    }
    chosen ??= someUnknown ? 'unknown' : 'otherwise';
    for (const id of ['otherwise', 'unknown']) {
      const result = chosen === id ? 'true' : chosen === 'otherwise' || chosen === 'unknown' ? 'false' : 'not-judged';
      const reason = id === 'unknown' && chosen === id && isUnanswered ? sentence('noAnswer', {}) : null;
      const { branchId, to, label, condition, values } = plain(id);
      evaluations.push({ branchId, to, label, condition, values, result, reason });
    }
    return { evaluations, chosen };
  }

  /** Evaluates parts of expressions: what reads the scope of a step alone, once for all steps, unless it looks at the walk so far. */
  #evaluator(scope: Scope): CompiledTree['evaluate'] {
    return (text, inner) => {
      if (inner !== scope || text.includes('walk.')) return this.#tree.evaluate(text, inner);
      const known = this.#outcomes.get(text);
      if (known !== undefined) return known;
      const outcome = this.#tree.evaluate(text, inner);
      this.#outcomes.set(text, outcome);
      return outcome;
    };
  }

  /** Named values are behind many conditions and come out the same at all of them, unless they look at the walk so far. */
  #comparedIn(expression: Expression, scope: Scope): readonly FoundComparison[] {
    const found = this.#compared.get(expression) ?? comparisonsIn(expression, scope, this.#evaluator(scope));
    if (!variablesOf(expression.ast).includes('walk')) this.#compared.set(expression, found);
    return found;
  }

  #whyUnknown(missing: readonly { expression: string; variable: string }[]): LocalizedText {
    const failedIds = new Set<string>();
    const notReported: LocalizedText[] = [];
    for (const { expression, variable } of missing) {
      const failed = this.#evidence.probesOf(variable).filter((id) => this.resultOf(id)?.state !== 'ok');
      if (failed.length > 0) for (const id of failed) failedIds.add(id);
      else notReported.push(sentence('notReported', { what: expression }));
    }
    return listing('missingFacts', [...[...failedIds].map((id) => this.#named(id)), ...notReported]);
  }

  #named(probeId: string): Required<LocalizedText> {
    const { state } = this.resultOf(probeId) ?? { state: 'not-run' };
    return {
      en: `${probeId} (${probeStateText(state, 'en')})`,
      'zh-CN': `${probeId}（${probeStateText(state, 'zh-CN')}）`,
    };
  }

  resultOf(probeId: string): ProbeResult | undefined {
    return this.#basis.results.find((result) => result.probeId === probeId);
  }
}

/** A sentence about some things, each in the words of its language. */
function listing(key: 'missingFacts' | 'probesMissing', parts: readonly LocalizedText[]): LocalizedText {
  const what = (language: Language): string =>
    parts.map((text) => localize(text, language)).join(words.listSeparator[language]) || '—';
  return {
    en: sentence(key, { what: what('en') }).en,
    'zh-CN': sentence(key, { what: what('zh-CN') })['zh-CN'],
  };
}

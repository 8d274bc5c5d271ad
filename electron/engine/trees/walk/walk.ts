import type { DiagnosisRun, StepVisit } from '#shared/domain/diagnosis';
import type { Finding } from '#shared/domain/finding';
import type { ProbeInfo } from '#shared/domain/probe';
import { type LocalizedText, localize } from '#shared/domain/text';
import { type CompiledStep, type CompiledTree, edgesOf, isKind, probesReadAgain } from '../compile/compiled-tree';
import { type Scope, within } from '../language/expression';
import { words } from '../language/words';
import { EvidenceLookup } from './evidence-lookup';
import { makeFinding } from './make-finding';
import { makeQuestion } from './make-question';
import { allResults } from './readings';
import { scopeOf } from './scope';
import { StepJudge } from './step-judge';
import type { WalkBasis } from './walk-basis';

/** A basis with what findings name: the node, the run and the time. */
interface WalkInput extends WalkBasis {
  readonly hostId: string;
  readonly runId: string;
  readonly nowMs: number;
}

export interface WalkOptions {
  /** Finds trees that `goto` steps name. */
  readonly treeById: (id: string) => CompiledTree | undefined;
  readonly probeInfo: readonly ProbeInfo[];
}

export type WalkResult = Pick<DiagnosisRun, 'path' | 'question' | 'findings'> & {
  /** `reading`: the walk can't go on before `wanted` was read. */
  readonly state: 'reading' | 'waiting' | 'concluded';
  readonly wanted: WantedReadings | null;
};

/** Probes that a step needs read again, so many times in such a distance. */
export interface WantedReadings {
  readonly stepId: string;
  readonly probeIds: readonly string[];
  readonly times: number;
  readonly everyMs: number;
}

interface PassedStep {
  readonly id: string;
  readonly title: LocalizedText;
}

/** Walks a tree on facts, as far as the facts and answers go. Pure and total. */
export function walk(tree: CompiledTree, basis: WalkInput, options: WalkOptions): WalkResult {
  return new Walker(tree, basis, options).walk();
}

class Walker {
  #tree: CompiledTree;
  #prefix = '';
  #evidence: EvidenceLookup;
  #judge: StepJudge;
  #facts: Scope;
  readonly #basis: WalkInput;
  readonly #options: WalkOptions;
  readonly #path: StepVisit[] = [];
  readonly #findings: Finding[] = [];
  readonly #unknown: PassedStep[] = [];
  readonly #unasked: PassedStep[] = [];

  constructor(tree: CompiledTree, basis: WalkInput, options: WalkOptions) {
    this.#tree = tree;
    this.#basis = basis;
    this.#options = options;
    this.#evidence = new EvidenceLookup(tree, allResults(basis), options.probeInfo);
    this.#judge = new StepJudge({ tree, basis, evidence: this.#evidence });
    this.#facts = scopeOf(tree, basis);
  }

  walk(): WalkResult {
    let id: string | null = this.#tree.definition.start;
    while (id !== null) {
      const step = this.#tree.steps.get(id);
      if (step === undefined) break;
      const wanted = this.#wanted(step);
      if (wanted !== null) return this.#result({ state: 'reading', wanted });
      const next = this.#take(step);
      if (typeof next === 'object' && next !== null) return this.#result({ state: 'waiting', ...next });
      id = next;
    }
    return this.#result({ state: 'concluded' });
  }

  #result(end: Pick<WalkResult, 'state'> & Partial<WalkResult>): WalkResult {
    return { path: this.#path, findings: this.#findings, question: null, wanted: null, ...end };
  }

  /** What is read once more before this step is judged; null when it was tried, or the first reading failed. */
  #wanted(step: CompiledStep): WantedReadings | null {
    const stepId = this.#prefix + step.id;
    if (!isKind(step, 'probe') || step.definition.again === undefined) return null;
    if (this.#basis.again?.[stepId] !== undefined || this.#basis.forced[stepId] !== undefined) return null;
    if (step.definition.probes.some((id) => this.#judge.resultOf(id)?.state !== 'ok')) return null;
    const { times = 1, everySeconds } = step.definition.again;
    // Whether it is still the same boot, each time: counters begin anew with another.
    const probeIds = [...new Set([...probesReadAgain(step.definition), 'os'])];
    return { stepId, probeIds, times, everyMs: everySeconds * 1000 };
  }

  /** Judges one step; gives the next step's id, null at the end, or the question it waits for. */
  #take(step: CompiledStep): string | null | { question: NonNullable<WalkResult['question']> } {
    const stepId = this.#prefix + step.id;
    const forced = this.#basis.forced[stepId];
    const answers = this.#basis.answers[stepId] ?? null;
    const scope = this.#scope();
    const isOpen = isKind(step, 'ask') && answers === null && forced === undefined;
    const isPassed = isOpen && step.definition.unattended !== undefined && this.#isUnattended(stepId);
    const isWaiting = isOpen && !isPassed;
    const { evaluations, chosen } = isPassed
      ? this.#judge.pass(step)
      : this.#judge.judge(step, scope, answers, isWaiting);
    const edges = edgesOf(step.definition);
    const taken = forced !== undefined && edges.some((edge) => edge.id === forced) ? forced : chosen;
    const isForced = taken !== null && taken === forced;
    const visit: StepVisit = {
      stepId,
      atMs: this.#basis.nowMs,
      evaluations: evaluations.map((evaluation) =>
        isForced && evaluation.branchId === taken ? { ...evaluation, reason: words.forced } : evaluation,
      ),
      chosenBranchId: taken,
      isForced,
      answers,
      evidence: this.#evidence.ofStep(step),
    };
    this.#path.push(visit);
    if (taken === 'unknown' && !isForced && 'title' in step.definition && step.definition.title !== undefined) {
      this.#unknown.push({ id: stepId, title: step.definition.title });
    }
    if (isPassed) this.#unasked.push({ id: stepId, title: step.definition.title });

    if (isKind(step, 'finding')) {
      this.#findings.push(
        makeFinding(step, this.#scope(), {
          id: `${this.#basis.runId}:${stepId}`,
          hostId: this.#basis.hostId,
          observedAtMs: this.#observedAtMs(),
          origin: { treeId: this.#tree.id, runId: this.#basis.runId, stepId },
          evidence: this.#evidence,
          sources: this.#tree.definition.sources ?? [],
          unasked: this.#unasked.map(({ title }) => title),
        }),
      );
    }
    if (isKind(step, 'goto')) return this.#enter(step.definition.tree);
    if (isWaiting && isKind(step, 'ask')) return { question: makeQuestion(step, stepId, scope) };
    return edges.find((edge) => edge.id === taken)?.to ?? null;
  }

  #enter(treeId: string): string | null {
    const tree = this.#options.treeById(treeId);
    if (tree === undefined) return null;
    this.#tree = tree;
    this.#prefix = `${treeId}:`;
    this.#evidence = new EvidenceLookup(tree, allResults(this.#basis), this.#options.probeInfo);
    this.#judge = new StepJudge({ tree, basis: this.#basis, evidence: this.#evidence });
    this.#facts = scopeOf(tree, this.#basis, this.#prefix);
    return tree.definition.start;
  }

  #isUnattended(stepId: string): boolean {
    const { unattended = [] } = this.#basis;
    return unattended === 'all' || unattended.includes(stepId);
  }

  #scope(): Scope {
    return within(this.#facts, 'walk', {
      unknownSteps: this.#unknown.map(({ id }) => id),
      unknownTitles: titlesOf(this.#unknown),
      unaskedSteps: this.#unasked.map(({ id }) => id),
      unaskedTitles: titlesOf(this.#unasked),
      findings: this.#findings.map(({ code }) => code),
      isAssumed: this.#path.some(({ isForced }) => isForced),
    });
  }

  #observedAtMs(): number {
    const times = allResults(this.#basis)
      .filter(({ probeId, state }) => state === 'ok' && this.#tree.probeIds.includes(probeId))
      .map(({ observedAtMs }) => observedAtMs);
    return times.length > 0 ? Math.max(...times) : this.#basis.nowMs;
  }
}

function titlesOf(steps: readonly PassedStep[]): { en: string[]; chinese: string[] } {
  return {
    en: steps.map(({ title }) => localize(title, 'en')),
    chinese: steps.map(({ title }) => localize(title, 'zh-CN')),
  };
}

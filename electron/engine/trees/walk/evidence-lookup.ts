import { probeIds, probeOfFact } from '#shared/domain/facts/index';
import type { EvidenceRef } from '#shared/domain/finding';
import { factName, type ProbeInfo, type ProbeResult } from '#shared/domain/probe';
import { evidenceRef } from '../../probes/evidence-ref';
import { type CompiledStep, type CompiledTree, isKind, probesReadAgain } from '../compile/compiled-tree';
import { referenceOf, variablesOf } from '../language/explain-values';
import { type Expression, visit } from '../language/expression';

/** A fact behind a value: of the probe's first reading, or of all of them. */
interface Behind {
  readonly probeId: string;
  readonly path: string;
  readonly isOfAll?: boolean;
}

/** The facts behind the values of a tree: found once, as they are the same in all its walks. */
class FactsBehind {
  static readonly #byTree = new WeakMap<CompiledTree, FactsBehind>();
  /** Variable -> the fact references behind it; a `let` stands on those of its expression. */
  readonly #ofVariables = new Map<string, readonly Behind[]>();
  readonly #ofExpressions = new WeakMap<Expression, readonly Behind[]>();
  readonly #ofSteps = new WeakMap<CompiledStep, readonly Behind[]>();

  static of(tree: CompiledTree): FactsBehind {
    const known = FactsBehind.#byTree.get(tree) ?? new FactsBehind(tree);
    FactsBehind.#byTree.set(tree, known);
    return known;
  }

  private constructor(tree: CompiledTree) {
    for (const probeId of probeIds) this.#ofVariables.set(factName(probeId), [{ probeId, path: '' }]);
    for (const { name, expression } of tree.lets) this.#ofVariables.set(name, this.ofExpression(expression));
  }

  ofVariable(variable: string): readonly Behind[] {
    return this.#ofVariables.get(variable) ?? [];
  }

  ofExpression(expression: Expression): readonly Behind[] {
    const known = this.#ofExpressions.get(expression) ?? this.#find(expression);
    this.#ofExpressions.set(expression, known);
    return known;
  }

  /** Of several expressions, each fact once. */
  ofStep(step: CompiledStep, expressions: () => readonly Expression[]): readonly Behind[] {
    const known = this.#ofSteps.get(step);
    if (known !== undefined) return known;
    const all = expressions().flatMap((expression) => this.ofExpression(expression));
    const found = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
    this.#ofSteps.set(step, found);
    return found;
  }

  #find(expression: Expression): Behind[] {
    const found: Behind[] = [];
    const free = new Set(variablesOf(expression.ast));
    visit(expression.ast, (node) => {
      const reference = referenceOf(node);
      if (reference === null || !free.has(reference.variable)) return;
      if (reference.variable === 'probe') {
        // How a probe ended is told by what it printed, too.
        const probeId = probeOfFact(reference.path.split('.')[0] ?? '');
        if (probeId !== undefined) found.push({ probeId, path: '' });
        return;
      }
      if (reference.variable === 'readings') {
        const probeId = probeOfFact(reference.path.split('.')[0] ?? '');
        if (probeId !== undefined) found.push({ probeId, path: '', isOfAll: true });
        return;
      }
      for (const behind of this.ofVariable(reference.variable)) {
        // What follows the name of a `let` is a part of its value, of which no probe knows.
        found.push(isFact(reference.variable) ? { probeId: behind.probeId, path: reference.path } : behind);
      }
    });
    // `a.b.c` holds `a.b` and `a` as well: the longest one says it all.
    return found.filter(
      ({ probeId, path, isOfAll }, index) =>
        !found.some(
          (other, at) =>
            other.isOfAll === isOfAll &&
            ((other.probeId === probeId &&
              (at < index ? other.path === path : false || other.path.startsWith(`${path}.`))) ||
              (at !== index && path === '' && other.probeId === probeId && other.path !== '')),
        ),
    );
  }
}

/** From a value in an expression to the command output it was read from. */
export class EvidenceLookup {
  readonly #results: readonly ProbeResult[];
  readonly #info: ReadonlyMap<string, ProbeInfo>;
  /** Evidence of a probe's readings after its first. */
  readonly #later: ReadonlySet<string | null>;
  readonly #behind: FactsBehind;
  readonly #refsByFact = new Map<string, EvidenceRef | null>();

  /** @param results all of them, the first reading of a probe before the later ones. */
  constructor(tree: CompiledTree, results: readonly ProbeResult[], info: readonly ProbeInfo[]) {
    this.#results = results;
    const later = results.filter((one, at) => results.findIndex(({ probeId }) => probeId === one.probeId) < at);
    this.#later = new Set(later.flatMap(({ commands }) => commands.map(({ evidenceId }) => evidenceId)));
    this.#info = new Map(info.map((probe) => [probe.id, probe]));
    this.#behind = FactsBehind.of(tree);
  }

  /** Probes that a variable's value comes from. */
  probesOf(variable: string): string[] {
    return [...new Set(this.#behind.ofVariable(variable).map(({ probeId }) => probeId))];
  }

  ofReference(variable: string, path: string): EvidenceRef | null {
    const [first] = this.#behind.ofVariable(variable);
    if (first === undefined) return null;
    return this.#ref(first.probeId, isFact(variable) ? path : first.path);
  }

  ofStep(step: CompiledStep): EvidenceRef[] {
    if (isKind(step, 'probe')) {
      const wanted = [...step.definition.probes, ...(step.definition.optional ?? [])];
      const again = probesReadAgain(step.definition);
      return this.#unique(wanted.flatMap((id) => (again.includes(id) ? this.#refs(id) : (this.#ref(id, '') ?? []))));
    }
    if (isKind(step, 'finding')) return this.ofFinding(step);
    if (isKind(step, 'goto')) return [];
    return this.#ofFactsBehind(step, () => step.branches.map(({ when }) => when));
  }

  ofFinding(step: Extract<CompiledStep, { definition: { kind: 'finding' } }>): EvidenceRef[] {
    const { evidence, explanation, title, subjects } = step.finding;
    return this.#ofFactsBehind(step, () => [
      ...evidence,
      ...title.expressions,
      ...explanation.expressions,
      ...(subjects ? [subjects] : []),
    ]);
  }

  #ofFactsBehind(step: CompiledStep, expressions: () => readonly Expression[]): EvidenceRef[] {
    const facts = this.#behind.ofStep(step, expressions);
    return this.#unique(
      facts.flatMap(({ probeId, path, isOfAll }) =>
        isOfAll === true ? this.#refs(probeId) : (this.#ref(probeId, path) ?? []),
      ),
    );
  }

  #unique(refs: readonly EvidenceRef[]): EvidenceRef[] {
    return unique(refs, this.#later);
  }

  #refs(probeId: string): EvidenceRef[] {
    return this.#results
      .filter((one) => one.probeId === probeId)
      .flatMap((result) => evidenceRef(result, this.#info.get(probeId), '') ?? []);
  }

  #ref(probeId: string, path: string): EvidenceRef | null {
    const key = `${probeId} ${path}`;
    const known = this.#refsByFact.get(key);
    if (known !== undefined) return known;
    const result = this.#results.find((one) => one.probeId === probeId);
    const ref = result === undefined ? null : evidenceRef(result, this.#info.get(probeId), path);
    this.#refsByFact.set(key, ref);
    return ref;
  }
}

/** Whether a variable is what a probe read, not a value made of it. */
function isFact(variable: string): boolean {
  return probeOfFact(variable) !== undefined;
}

/** Each once; a whole probe is left out where a part of what it printed is named, its later readings are not. */
function unique(refs: readonly EvidenceRef[], later: ReadonlySet<string | null>): EvidenceRef[] {
  const byKey = new Map(refs.map((ref) => [`${ref.probeId}\n${ref.factPath}\n${ref.evidenceId}`, ref]));
  const all = [...byKey.values()];
  return all.filter(
    (ref) =>
      ref.factPath !== null ||
      later.has(ref.evidenceId) ||
      !all.some((other) => other.probeId === ref.probeId && other.factPath !== null),
  );
}

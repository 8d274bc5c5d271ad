import { probeIds, probeOfFact } from '#shared/domain/facts/index';
import { says, type Told } from '../../knowledge/problem-words';
import type { KnowledgeProblem, Path, YamlSource } from '../../knowledge/yaml-source';
import { type Expression, ExpressionError, type ExpressionSpace, visit } from '../language/expression';
import { compileTemplate, hasPlaceholder, type Template } from '../language/template';
import type { StepDefinition, TextDefinition } from '../language/tree-schema';
import type { CompiledEach } from './compiled-tree';

export interface CompilationOptions {
  readonly source: YamlSource;
  /** The names that expressions may use. */
  readonly space: ExpressionSpace;
  /** The probes that the tree's steps fetch. */
  readonly probeIds: readonly string[];
  /** Whether every text must have a Chinese form. */
  readonly needsChinese: boolean;
  /** Known action ids; null when the caller can't tell. */
  readonly actionIds: readonly string[] | null;
}

/** The compiling of one tree: turns its expressions and texts into ones that can be evaluated, and gathers problems. */
export class Compilation {
  readonly problems: KnowledgeProblem[] = [];
  readonly space: ExpressionSpace;
  readonly #options: CompilationOptions;

  constructor(options: CompilationOptions) {
    this.#options = options;
    this.space = options.space;
  }

  report(path: Path, what: Told, offset = 0): void {
    this.problems.push(this.#options.source.problem(path, what, offset));
  }

  /** Null for an expression that is left out or can't be compiled; `wanted` is the CEL type it must give. */
  expression(text: string | undefined, path: Path, wanted: string | null, space = this.space): Expression | null {
    if (text === undefined) return null;
    try {
      const expression = space.compile(text);
      if (wanted !== null && expression.type !== wanted && expression.type !== 'dyn') {
        this.report(path, says('mustGive', { wanted, given: expression.type }));
      }
      this.#checkFetched(expression, path);
      return expression;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.report(path, error.words, error.offset);
      return null;
    }
  }

  template(text: TextDefinition, path: Path, space = this.space): Template {
    this.#checkLanguages(text, path);
    const template = compileTemplate(text, space, (language, what, offset) =>
      this.report([...path, language], what, offset),
    );
    for (const expression of template.expressions) this.#checkFetched(expression, path);
    return template;
  }

  /** Names for expressions, declared in their order: each can use the ones before it. */
  lets(
    definitions: ReadonlyArray<{ readonly name: string; readonly value: string }>,
  ): Array<{ name: string; expression: Expression }> {
    return definitions.flatMap(({ name, value }, index) => {
      const expression = this.expression(value, ['let', index, 'value'], null);
      if (expression === null) return [];
      if (this.space.has(name)) {
        this.report(['let', index, 'name'], says('nameTaken', { name }));
        return [];
      }
      this.space.declare(name, expression.type);
      return [{ name, expression }];
    });
  }

  /** Checks a text that is shown as it is. */
  plainText(text: TextDefinition | undefined, path: Path): void {
    if (text === undefined) return;
    this.#checkLanguages(text, path);
    if (hasPlaceholder(text)) this.report(path, says('plainText'));
  }

  /** The list that something is repeated over, and the names inside. */
  each(
    each: { as: string; in: string } | undefined,
    path: Path,
  ): { each: CompiledEach | null; space: ExpressionSpace } {
    if (each === undefined) return { each: null, space: this.space };
    const list = this.expression(each.in, [...path, 'each', 'in'], null);
    const element = list === null ? 'dyn' : elementType(list.type);
    if (element === null) this.report([...path, 'each', 'in'], says('eachList', { given: list?.type ?? '' }));
    if (this.space.has(each.as)) this.report([...path, 'each', 'as'], says('nameTaken', { name: each.as }));
    const space = this.space.fork();
    if (!space.has(each.as)) space.declare(each.as, element ?? 'dyn');
    return { each: list === null ? null : { as: each.as, in: list }, space };
  }

  checkAction(actionId: string, path: Path): void {
    const { actionIds } = this.#options;
    if (actionIds !== null && !actionIds.includes(actionId)) this.report(path, says('noAction', { action: actionId }));
  }

  checkProbes(step: Extract<StepDefinition, { kind: 'probe' }>, path: Path): void {
    for (const list of ['probes', 'optional'] as const) {
      for (const [index, probeId] of (step[list] ?? []).entries()) {
        if (!probeIds.some((id) => id === probeId))
          this.report([...path, list, index], says('noProbe', { probe: probeId }));
      }
    }
    for (const [index, probeId] of (step.again?.probes ?? []).entries()) {
      if (step.probes.includes(probeId)) continue;
      this.report([...path, 'again', 'probes', index], says('notOfStep', { probe: probeId }));
    }
  }

  /** Facts that no step fetches would be unknown for ever. */
  #checkFetched(expression: Expression, path: Path): void {
    visit(expression.ast, (node) => {
      if (node.op !== 'id') return;
      const probeId = probeOfFact(node.args);
      if (probeId !== undefined && !this.#options.probeIds.includes(probeId)) {
        this.report(path, says('notFetched', { probe: probeId }));
      }
    });
  }

  #checkLanguages(text: TextDefinition, path: Path): void {
    if (this.#options.needsChinese && text['zh-CN'] === undefined) this.report(path, says('noChinese'));
  }
}

function elementType(type: string): string | null {
  if (type === 'list' || type === 'dyn') return 'dyn';
  return /^list<(.*)>$/.exec(type)?.[1] ?? null;
}

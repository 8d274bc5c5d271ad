import { z } from 'zod';
import type { ProbeId } from '#shared/domain/facts/index';
import { factsSchemas, probeIds } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import { checkGraph } from './check-graph';
import type { CompiledCondition, CompiledEach, CompiledFinding, CompiledStep, CompiledTree } from './compiled-tree';
import { answerName } from './compiled-tree';
import type { Expression, ExpressionSpace, Outcome, Scope } from './expression';
import { ExpressionError, visit } from './expression';
import type { Template } from './template';
import { compileTemplate, hasPlaceholder } from './template';
import type { FindingDefinition, StepDefinition, TextDefinition, TreeDefinition } from './tree-schema';
import { treeSchema } from './tree-schema';
import type { Path, TreeProblem } from './yaml-source';
import { YamlSource } from './yaml-source';

export interface CompileOptions {
  readonly space: ExpressionSpace;
  readonly isBuiltIn: boolean;
  /** Known action ids; null when the caller can't tell (the check is left out). */
  readonly actionIds?: readonly string[] | null;
}

/** What a run knows of each probe, for texts that explain what is missing: `probe.gpuHolders.state == "denied"`. */
const probeStatesSchema = z.object(
  Object.fromEntries(
    probeIds.map((id) => [factName(id), z.object({ state: z.string(), observedAtMs: z.number().nullable() })]),
  ),
);
/** How the walk went so far, for a last step that says what could not be judged. */
const walkSchema = z.object({
  unknownSteps: z.array(z.string()),
  unknownTitles: z.object({ en: z.array(z.string()), chinese: z.array(z.string()) }),
  findings: z.array(z.string()),
});

/** Reads one tree file. A tree comes back only when there is nothing wrong with it at all. */
export function compileTree(
  file: string,
  text: string,
  options: CompileOptions,
): { tree: CompiledTree | null; problems: readonly TreeProblem[] } {
  const source = new YamlSource(file, text);
  if (source.problems.length > 0) return { tree: null, problems: source.problems };
  const parsed = treeSchema.safeParse(source.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      source.problem(issue.path, issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`),
    );
    return { tree: null, problems };
  }
  const compiler = new Compiler(source, parsed.data, options);
  const tree = compiler.compile();
  return compiler.problems.length > 0 ? { tree: null, problems: compiler.problems } : { tree, problems: [] };
}

class Compiler {
  readonly problems: TreeProblem[] = [];
  readonly #space: ExpressionSpace;
  readonly #definition: TreeDefinition;
  readonly #source: YamlSource;
  readonly #options: CompileOptions;
  readonly #probeIds: string[];
  /** Whether any text has a Chinese form; then all must. */
  readonly #needsChinese: boolean;

  constructor(source: YamlSource, definition: TreeDefinition, options: CompileOptions) {
    this.#source = source;
    this.#definition = definition;
    this.#options = options;
    this.#space = options.space.fork();
    this.#needsChinese = options.isBuiltIn || JSON.stringify(definition).includes('"zh-CN":');
    this.#probeIds = [
      ...new Set(
        Object.values(definition.steps).flatMap((step) =>
          step.kind === 'probe' ? [...step.probes, ...(step.optional ?? [])] : [],
        ),
      ),
    ];
  }

  compile(): CompiledTree {
    const { id, steps } = this.#definition;
    this.#declareVariables();
    const lets = (this.#definition.let ?? []).flatMap(({ name, value }, index) => {
      const path = ['let', index, 'value'];
      const expression = this.#expression(value, path, null);
      if (expression === null) return [];
      if (this.#space.has(name)) {
        this.#report(['let', index, 'name'], `the name ${name} is taken`);
        return [];
      }
      this.#space.declare(name, expression.type);
      return [{ name, expression }];
    });
    this.#space.declareSchema('walk', walkSchema);
    for (const [name, text] of [
      ['title', this.#definition.title] as const,
      ['introduction', this.#definition.introduction] as const,
    ]) {
      if (text !== undefined) this.#plainText(text, [name]);
    }
    for (const [index, text] of this.#definition.symptoms.entries()) this.#plainText(text, ['symptoms', index]);
    const compiled = new Map(Object.entries(steps).map(([stepId, step]) => [stepId, this.#step(stepId, step)]));
    this.problems.push(...checkGraph(this.#definition, (path, message) => this.#source.problem(path, message)));
    return {
      id,
      file: this.#source.file,
      isBuiltIn: this.#options.isBuiltIn,
      definition: this.#definition,
      probeIds: this.#probeIds,
      lets,
      steps: compiled,
      evaluate: evaluator(this.#space),
      gotoLine: (treeId) => {
        const step = Object.entries(steps).find(([, one]) => one.kind === 'goto' && one.tree === treeId);
        return step === undefined ? null : this.#source.line(['steps', step[0], 'tree']);
      },
    };
  }

  #declareVariables(): void {
    for (const probeId of probeIds) this.#space.declareSchema(factName(probeId), factsSchemas[probeId]);
    this.#space.declareSchema('probe', probeStatesSchema);
    const answers: Record<string, z.ZodType> = {};
    for (const [stepId, step] of Object.entries(this.#definition.steps)) {
      if (step.kind !== 'ask') continue;
      answers[answerName(stepId)] = z.object(
        Object.fromEntries(
          step.fields.map(({ name, kind }) => [
            name,
            kind === 'boolean' ? z.boolean() : kind === 'integer' || kind === 'number' ? z.number() : z.string(),
          ]),
        ),
      );
    }
    this.#space.declareSchema('answers', z.object(answers));
  }

  #step(id: string, step: StepDefinition): CompiledStep {
    const path: Path = ['steps', id];
    if ('title' in step && step.title !== undefined) this.#plainText(step.title, [...path, 'title']);
    if ('explanation' in step && step.explanation !== undefined)
      this.#plainText(step.explanation, [...path, 'explanation']);
    for (const key of ['next', 'otherwise', 'unknown'] as const) {
      const edge = (step as Partial<Record<typeof key, { label?: TextDefinition }>>)[key];
      if (edge?.label !== undefined) this.#plainText(edge.label, [...path, key, 'label']);
    }
    switch (step.kind) {
      case 'probe':
        this.#checkProbes(step, path);
        return { id, definition: step };
      case 'goto':
        return { id, definition: step };
      case 'branch':
        return { id, definition: step, branches: this.#conditions(step.branches, path) };
      case 'ask':
        return {
          id,
          definition: step,
          prompt: this.#template(step.prompt, [...path, 'prompt'], this.#space),
          fields: step.fields.map((field, index) => this.#field(field, [...path, 'fields', index])),
          branches: this.#conditions(step.branches ?? [], path),
        };
      case 'finding':
        if (step.title === undefined && hasPlaceholder(step.finding.title)) {
          this.#report(
            [...path, 'finding', 'title'],
            'a finding whose title has a {{ }} needs a plain step title as well',
          );
        }
        return { id, definition: step, finding: this.#finding(step.finding, [...path, 'finding']) };
    }
  }

  #checkProbes(step: Extract<StepDefinition, { kind: 'probe' }>, path: Path): void {
    for (const list of ['probes', 'optional'] as const) {
      (step[list] ?? []).forEach((probeId, index) => {
        if (!probeIds.includes(probeId as ProbeId))
          this.#report([...path, list, index], `there is no probe ${probeId}`);
      });
    }
  }

  #conditions(
    branches: readonly {
      id: string;
      when: string;
      to: string;
      label: TextDefinition;
      because?: TextDefinition | undefined;
    }[],
    path: Path,
  ): CompiledCondition[] {
    const seen = new Map<string, string>();
    return branches.flatMap((branch, index) => {
      const at = [...path, 'branches', index];
      this.#plainText(branch.label, [...at, 'label']);
      const when = this.#expression(branch.when, [...at, 'when'], 'bool');
      const because =
        branch.because === undefined ? null : this.#template(branch.because, [...at, 'because'], this.#space);
      const twin = seen.get(branch.when.trim());
      if (twin !== undefined) this.#report([...at, 'when'], `dead branch: ${twin} asks the same before`);
      seen.set(branch.when.trim(), branch.id);
      if (when === null) return [];
      let readsAnything = false;
      visit(when.ast, (node) => {
        if (node.op === 'id') readsAnything = true;
      });
      if (!readsAnything)
        this.#report([...at, 'when'], 'dead branch: the condition reads nothing and is always the same');
      return [{ id: branch.id, to: branch.to, label: branch.label, when, because }];
    });
  }

  #field(field: Extract<StepDefinition, { kind: 'ask' }>['fields'][number], path: Path) {
    this.#plainText(field.label, [...path, 'label']);
    if (field.help !== undefined) this.#plainText(field.help, [...path, 'help']);
    for (const [index, choice] of (field.choices ?? []).entries())
      this.#plainText(choice.label, [...path, 'choices', index]);
    const hasChoices = field.choicesFrom !== undefined || (field.choices?.length ?? 0) > 0;
    if ((field.kind === 'choice') !== hasChoices) {
      this.#report(path, field.kind === 'choice' ? 'a choice needs choices' : 'only a choice has choices');
    }
    const initialFrom =
      field.initialFrom === undefined ? null : this.#expression(field.initialFrom, [...path, 'initialFrom'], null);
    const when = field.when === undefined ? null : this.#expression(field.when, [...path, 'when'], 'bool');
    return { definition: field, initialFrom, when };
  }

  #finding(finding: FindingDefinition, path: Path): CompiledFinding {
    return {
      definition: finding,
      title: this.#template(finding.title, [...path, 'title'], this.#space),
      explanation: this.#template(finding.explanation, [...path, 'explanation'], this.#space),
      advice: (finding.advice ?? []).map((advice, index) => {
        const at = [...path, 'advice', index];
        const { each, space } = this.#each(advice.each, at);
        const when = advice.when === undefined ? null : this.#expression(advice.when, [...at, 'when'], 'bool', space);
        return { when, each, text: this.#template(advice.text, [...at, 'text'], space) };
      }),
      subjects:
        finding.subjects === undefined
          ? null
          : this.#expression(finding.subjects, [...path, 'subjects'], 'list<string>'),
      evidence: (finding.evidence ?? []).flatMap(
        (expression, index) => this.#expression(expression, [...path, 'evidence', index], null) ?? [],
      ),
      cautions: (finding.cautions ?? []).map((text, index) =>
        this.#template(text, [...path, 'cautions', index], this.#space),
      ),
      actions: (finding.actions ?? []).map((action, index) => {
        const at = [...path, 'actions', index];
        const known = this.#options.actionIds ?? null;
        if (known !== null && !known.includes(action.action)) {
          this.#report([...at, 'action'], `there is no action ${action.action}`);
        }
        const { each, space } = this.#each(action.each, at);
        const parameters: Record<string, Expression> = {};
        for (const [name, expression] of Object.entries(action.parameters)) {
          const compiled = this.#expression(expression, [...at, 'parameters', name], null, space);
          if (compiled !== null) parameters[name] = compiled;
        }
        return {
          actionId: action.action,
          when: action.when === undefined ? null : this.#expression(action.when, [...at, 'when'], 'bool', space),
          each,
          parameters,
          why: action.why === undefined ? null : this.#template(action.why, [...at, 'why'], space),
        };
      }),
    };
  }

  #each(
    each: { as: string; in: string } | undefined,
    path: Path,
  ): { each: CompiledEach | null; space: ExpressionSpace } {
    if (each === undefined) return { each: null, space: this.#space };
    const list = this.#expression(each.in, [...path, 'each', 'in'], null);
    const element = list === null ? 'dyn' : elementType(list.type);
    if (element === null) this.#report([...path, 'each', 'in'], `each needs a list, this is ${list?.type}`);
    if (this.#space.has(each.as)) this.#report([...path, 'each', 'as'], `the name ${each.as} is taken`);
    const space = this.#space.fork();
    if (!space.has(each.as)) space.declare(each.as, element ?? 'dyn');
    return { each: list === null ? null : { as: each.as, in: list }, space };
  }

  #expression(text: string, path: Path, wanted: string | null, space = this.#space): Expression | null {
    try {
      const expression = space.compile(text);
      if (wanted !== null && expression.type !== wanted && expression.type !== 'dyn') {
        this.#report(path, `must give ${wanted}, this gives ${expression.type}`);
      }
      this.#checkFetched(expression, path);
      return expression;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.problems.push(this.#source.problem(path, error.message, error.offset));
      return null;
    }
  }

  /** Facts that no step fetches would be unknown for ever. */
  #checkFetched(expression: Expression, path: Path): void {
    visit(expression.ast, (node) => {
      if (node.op !== 'id') return;
      const probeId = probeIds.find((id) => factName(id) === node.args);
      if (probeId !== undefined && !this.#probeIds.includes(probeId)) {
        this.#report(path, `reads the facts of ${probeId}, which no probe step fetches`);
      }
    });
  }

  #template(text: TextDefinition, path: Path, space: ExpressionSpace): Template {
    this.#checkLanguages(text, path);
    const template = compileTemplate(text, space, (language, message, offset) =>
      this.problems.push(this.#source.problem([...path, language], message, offset)),
    );
    for (const expression of template.expressions) this.#checkFetched(expression, path);
    return template;
  }

  #plainText(text: TextDefinition, path: Path): void {
    this.#checkLanguages(text, path);
    if (hasPlaceholder(text)) this.#report(path, 'this text is shown before anything is known: no {{ }} here');
  }

  #checkLanguages(text: TextDefinition, path: Path): void {
    if (this.#needsChinese && text['zh-CN'] === undefined) this.#report(path, 'the zh-CN text is missing');
  }

  #report(path: Path, message: string): void {
    this.problems.push(this.#source.problem(path, message));
  }
}

/** Parts of expressions are judged one by one to show their values; each is compiled once. */
function evaluator(space: ExpressionSpace): CompiledTree['evaluate'] {
  const compiled = new Map<string, (scope: Scope) => Outcome>();
  return (text, scope) => {
    let run = compiled.get(text);
    if (run === undefined) {
      run = space.part(text);
      compiled.set(text, run);
    }
    return run(scope);
  };
}

function elementType(type: string): string | null {
  if (type === 'list' || type === 'dyn') return 'dyn';
  return /^list<(.*)>$/.exec(type)?.[1] ?? null;
}

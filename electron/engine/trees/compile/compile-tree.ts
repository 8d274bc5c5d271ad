import { says, told } from '../../knowledge/problem-words';
import { type KnowledgeProblem, YamlSource } from '../../knowledge/yaml-source';
import type { ExpressionSpace, Outcome, Scope } from '../language/expression';
import { maxSteps, type TreeDefinition, treeSchema } from '../language/tree-schema';
import { checkGraph } from './check-graph';
import { Compilation } from './compilation';
import { compileStep } from './compile-step';
import { type CompiledTree, fetchedProbes } from './compiled-tree';
import { declareVariables, declareWalk } from './tree-variables';

export interface CompileOptions {
  readonly space: ExpressionSpace;
  readonly isBuiltIn: boolean;
  /** Known action ids; null when the caller can't tell (the check is left out). */
  readonly actionIds?: readonly string[] | null;
}

/** A tree file that was read, and fits the schema or says where it does not. */
export type ParsedTree = { readonly source: YamlSource; readonly text: string } & ReturnType<typeof parseSource>;

export function parseTree(file: string, text: string): ParsedTree {
  // Reading ten thousand steps takes seconds, and nobody could be shown them.
  if ((text.match(/\bkind:/g)?.length ?? 0) > muchTooManySteps) {
    const problem = { file, line: null, ...told(says('tooManySteps')) };
    return { source: new YamlSource(file, ''), text, value: null, problems: [problem] };
  }
  const source = new YamlSource(file, text);
  return { source, text, ...parseSource(source) };
}

/** Fields of questions have a kind as well. */
const muchTooManySteps = 3 * maxSteps;

function parseSource(source: YamlSource) {
  return source.parse(treeSchema);
}

/** A tree comes back only when there is nothing wrong with its file at all. */
export function compileTree(
  { source, text, value, problems: unfit }: ParsedTree,
  options: CompileOptions,
): { tree: CompiledTree | null; problems: readonly KnowledgeProblem[] } {
  if (value === null) return { tree: null, problems: unfit };
  const { tree, problems } = compileDefinition(source, value, { ...options, text });
  return { tree: problems.length > 0 ? null : tree, problems };
}

function compileDefinition(
  source: YamlSource,
  definition: TreeDefinition,
  options: CompileOptions & Pick<CompiledTree, 'text'>,
) {
  const { isBuiltIn, actionIds = null } = options;
  const { id, steps, title, introduction, symptoms } = definition;
  const space = options.space.fork();
  const probeIds = fetchedProbes(definition);
  // Where any text has a Chinese form, all must.
  const needsChinese = isBuiltIn || JSON.stringify(definition).includes('"zh-CN":');
  const compilation = new Compilation({ source, space, probeIds, needsChinese, actionIds });
  declareVariables(space, definition);
  const lets = compilation.lets(definition.let ?? []);
  declareWalk(space);
  compilation.plainText(title, ['title']);
  compilation.plainText(introduction, ['introduction']);
  for (const [index, text] of symptoms.entries()) compilation.plainText(text, ['symptoms', index]);
  const tree: CompiledTree = {
    id,
    file: source.file,
    text: options.text,
    isBuiltIn,
    definition,
    probeIds,
    lets,
    steps: new Map(Object.entries(steps).map(([stepId, step]) => [stepId, compileStep(compilation, stepId, step)])),
    evaluate: evaluator(space),
    line: (path) => source.line(path),
  };
  checkGraph(definition, (path, what) => compilation.report(path, what));
  return { tree, problems: compilation.problems };
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

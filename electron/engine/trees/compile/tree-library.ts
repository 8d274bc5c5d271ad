import type { TreeGraph } from '#shared/domain/diagnosis';
import { NotFoundError } from '../../errors';
import { type KnowledgeFile, readKnowledgeFolder } from '../../knowledge/knowledge-file';
import { says, told } from '../../knowledge/problem-words';
import { shippedCases, shippedFiles } from '../../knowledge/shipped-files';
import type { KnowledgeProblem } from '../../knowledge/yaml-source';
import { ExpressionSpace } from '../language/expression';
import { treeFunctions } from '../language/functions/all';
import { checkLinks } from './check-links';
import { compileTree, type ParsedTree, parseTree } from './compile-tree';
import type { CompiledTree } from './compiled-tree';
import { LazyTrees } from './lazy-trees';
import { type TreeSummary, treeGraph, treeSummary } from './tree-graph';
import type { TreeSet } from './tree-set';

/** Actions that findings may propose: each has one knowledge file, named after it. */
export function builtInActionIds(): string[] {
  return [
    ...shippedFiles('actions'),
    ...shippedFiles('fixes'),
    ...shippedFiles('setup'),
    ...shippedFiles('manual'),
  ].map(idOf);
}

export interface TreeLibrary {
  /** Every tree that loads, and what is wrong with those that don't. Read again when the user's files change. */
  load(): TreeSet;
  /** How a tree of the set is listed, without compiling a built-in one. Throws NotFoundError. */
  summary(treeId: string): TreeSummary;
  graph(tree: CompiledTree): TreeGraph;
  /** The same with one more tree, which stands in for a loaded one of its id; problems are those of this text alone. */
  including(file: string, text: string): TreeSet & { readonly parsed: ParsedTree };
}

export interface TreeLibraryOptions {
  /** The user's own trees; null when there is no such folder. */
  readonly treesFolder: () => string | null;
  readonly actionIds: () => readonly string[] | null;
}

export function builtInTrees(): KnowledgeFile[] {
  return shippedFiles('trees');
}

/** The table tests of the built-in trees. */
export function builtInCases(): KnowledgeFile[] {
  return shippedCases('trees');
}

let sharedSpace: ExpressionSpace | undefined;

function expressionSpace(): ExpressionSpace {
  sharedSpace ??= ExpressionSpace.create(treeFunctions);
  return sharedSpace;
}

/** Of files that never change while the program runs: read, and compiled, once. */
const builtIn = {
  parsed: new Map<string, ParsedTree>(),
  compiled: new Map<string, ReturnType<typeof compileTree>>(),
};

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function parsed(one: KnowledgeFile): ParsedTree {
  const parse = () => parseTree(one.file, one.text);
  return one.isBuiltIn ? once(builtIn.parsed, one.file, parse) : parse();
}

function compiled(file: KnowledgeFile, actionIds: readonly string[] | null): ReturnType<typeof compileTree> {
  const { isBuiltIn } = file;
  const compile = () => compileTree(parsed(file), { space: expressionSpace(), isBuiltIn, actionIds });
  return isBuiltIn ? once(builtIn.compiled, JSON.stringify([file.file, actionIds]), compile) : compile();
}

/**
 * Compiles files to a set, beside trees that are in order: a broken file or a second tree of the same id is a problem, the
 * others go on.
 */
export function compileTrees(
  files: readonly KnowledgeFile[],
  actionIds: readonly string[] | null = null,
  beside: ReadonlyMap<string, CompiledTree> = new Map(),
): TreeSet {
  const own = new Map<string, CompiledTree>();
  const problems: KnowledgeProblem[] = [];
  for (const one of files) {
    const { file } = one;
    const { tree, problems: found } = compiled(one, actionIds);
    problems.push(...found);
    if (tree === null) continue;
    const twin = own.get(tree.id) ?? beside.get(tree.id);
    if (twin === undefined) own.set(tree.id, tree);
    else problems.push({ file, line: 1, ...told(says('idTaken', { id: tree.id, by: twin.file })) });
  }
  for (const problem of checkLinks(own.values(), withOwn(beside, own))) {
    problems.push(problem);
    for (const [id, tree] of own) if (tree.file === problem.file) own.delete(id);
  }
  return { trees: withOwn(beside, own), problems };
}

function withOwn(beside: ReadonlyMap<string, CompiledTree>, own: ReadonlyMap<string, CompiledTree>): LazyTrees {
  const lazily = (trees: ReadonlyMap<string, CompiledTree>) =>
    [...trees.keys()].map((id) => [id, () => trees.get(id) as CompiledTree] as const);
  return new LazyTrees([...lazily(beside), ...lazily(new Map(own))]);
}

/** The built-in trees; a test says that all of them are in order, and are called like their files. */
function builtInSet(actionIds: readonly string[] | null): LazyTrees {
  return new LazyTrees(
    builtInTrees().map((one) => [
      idOf(one),
      () => {
        const { tree, problems } = compiled(one, actionIds);
        if (tree === null) throw new Error(`${one.file}: ${problems[0]?.message ?? 'not in order'}`);
        return tree;
      },
    ]),
  );
}

function idOf({ file }: KnowledgeFile): string {
  return file.replace(/\.yaml$/, '');
}

export function createTreeLibrary(options: TreeLibraryOptions): TreeLibrary {
  let last: { key: string; set: TreeSet } | null = null;
  const actionIds = (): readonly string[] | null => options.actionIds();
  const load = (): TreeSet => {
    const { files, problems } = readKnowledgeFolder(options.treesFolder());
    const key = JSON.stringify([files.map(({ file, text }) => [file, text]), actionIds()]);
    if (last?.key !== key) last = { key, set: compileTrees(files, actionIds(), builtInSet(actionIds())) };
    return { ...last.set, problems: [...last.set.problems, ...problems] };
  };
  return {
    load,
    summary(treeId) {
      const known = builtInTrees().find((one) => idOf(one) === treeId);
      const own = known === undefined ? load().trees.get(treeId) : undefined;
      const definition = known === undefined ? own?.definition : parsed(known).value;
      if (!definition) throw new NotFoundError('tree', treeId);
      return treeSummary(definition, known !== undefined, own?.file);
    },
    graph: treeGraph,
    including(file, text) {
      const isBuiltIn = builtInTrees().some((tree) => tree.text === text);
      const { trees: others } = load();
      const parsed = parseTree(file, text);
      const { tree, problems } = compileTree(parsed, {
        space: expressionSpace(),
        isBuiltIn,
        actionIds: actionIds(),
      });
      if (tree === null) return { parsed, trees: others, problems };
      const trees = withOwn(others, new Map([[tree.id, tree]]));
      return { parsed, trees, problems: checkLinks([tree], trees) };
    },
  };
}

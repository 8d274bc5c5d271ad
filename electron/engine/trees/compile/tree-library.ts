/// <reference types="vite/types/importMeta.d.ts" />
import type { TreeGraph } from '#shared/domain/diagnosis';
import { builtInKnowledge, type KnowledgeFile, readKnowledgeFolder } from '../../knowledge/knowledge-file';
import type { KnowledgeProblem } from '../../knowledge/yaml-source';
import { ExpressionSpace } from '../language/expression';
import { treeFunctions } from '../language/functions/all';
import { checkLinks } from './check-links';
import { compileTree } from './compile-tree';
import type { CompiledTree } from './compiled-tree';
import { treeGraph } from './tree-graph';
import type { TreeSet } from './tree-set';

const builtInFiles = import.meta.glob<string>(
  ['../../../../shared/knowledge/trees/*.yaml', '!../../../../shared/knowledge/trees/*.cases.yaml'],
  { query: '?raw', import: 'default', eager: true },
);

const caseFiles = import.meta.glob<string>('../../../../shared/knowledge/trees/*.cases.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const actionFiles = import.meta.glob<string>(
  [
    '../../../../shared/knowledge/actions/*.yaml',
    '../../../../shared/knowledge/fixes/*.yaml',
    '!../../../../shared/knowledge/fixes/*.cases.yaml',
  ],
  { query: '?raw', import: 'default', eager: true },
);

/** Actions that findings may propose: each has one knowledge file, named after it. */
export function builtInActionIds(): string[] {
  return Object.keys(actionFiles).map((path) => path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length));
}

export interface TreeLibrary {
  /** Every tree that loads, and what is wrong with those that don't. Read again when the user's files change. */
  load(): TreeSet;
  graph(tree: CompiledTree): TreeGraph;
  /** The same with one more tree, which stands in for a loaded one of its id; problems are those of this text alone. */
  including(file: string, text: string): TreeSet;
}

export interface TreeLibraryOptions {
  /** The user's own trees; null when there is no such folder. */
  readonly treesFolder: () => string | null;
  readonly actionIds: () => readonly string[] | null;
}

export function builtInTrees(): KnowledgeFile[] {
  return builtInKnowledge(builtInFiles);
}

/** The table tests of the built-in trees. */
export function builtInCases(): { file: string; text: string }[] {
  return Object.entries(caseFiles).map(([path, text]) => ({ file: path.slice(path.lastIndexOf('/') + 1), text }));
}

let sharedSpace: ExpressionSpace | undefined;

function expressionSpace(): ExpressionSpace {
  sharedSpace ??= ExpressionSpace.create(treeFunctions);
  return sharedSpace;
}

const compiledOnce = new Map<string, ReturnType<typeof compileTree>>();

/** Built-in trees never change while the program runs, and a large one takes a moment to check. */
function compileOnce(file: string, text: string, actionIds: readonly string[] | null): ReturnType<typeof compileTree> {
  const key = JSON.stringify([file, text, actionIds]);
  const known =
    compiledOnce.get(key) ?? compileTree(file, text, { space: expressionSpace(), isBuiltIn: true, actionIds });
  compiledOnce.set(key, known);
  return known;
}

/** Compiles files to a set: a broken file or a second tree of the same id is a problem, the others go on. */
export function compileTrees(files: readonly KnowledgeFile[], actionIds: readonly string[] | null = null): TreeSet {
  const trees = new Map<string, CompiledTree>();
  const problems: KnowledgeProblem[] = [];
  for (const { file, text, isBuiltIn } of files) {
    const { tree, problems: found } = isBuiltIn
      ? compileOnce(file, text, actionIds)
      : compileTree(file, text, { space: expressionSpace(), isBuiltIn, actionIds });
    problems.push(...found);
    if (tree === null) continue;
    const twin = trees.get(tree.id);
    if (twin === undefined) trees.set(tree.id, tree);
    else problems.push({ file, line: 1, message: `the id ${tree.id} is taken by ${twin.file}` });
  }
  for (const problem of checkLinks(trees)) {
    problems.push(problem);
    for (const [id, tree] of trees) if (tree.file === problem.file) trees.delete(id);
  }
  return { trees, problems };
}

export function createTreeLibrary(options: TreeLibraryOptions): TreeLibrary {
  let last: { key: string; set: TreeSet } | null = null;
  const actionIds = (): readonly string[] | null => options.actionIds();
  return {
    load() {
      const { files, problems } = readKnowledgeFolder(options.treesFolder());
      const key = JSON.stringify([files.map(({ file, text }) => [file, text]), actionIds()]);
      if (last?.key === key) return { ...last.set, problems: [...last.set.problems, ...problems] };
      const set = compileTrees([...builtInTrees(), ...files], actionIds());
      last = { key, set };
      return { ...set, problems: [...set.problems, ...problems] };
    },
    graph: treeGraph,
    including(file, text) {
      const isBuiltIn = builtInTrees().some((tree) => tree.text === text);
      const { trees: others } = this.load();
      const { tree, problems } = compileTree(file, text, {
        space: expressionSpace(),
        isBuiltIn,
        actionIds: actionIds(),
      });
      if (tree === null) return { trees: others, problems };
      const trees = new Map(others).set(tree.id, tree);
      return { trees, problems: checkLinks(trees).filter((problem) => problem.file === file) };
    },
  };
}

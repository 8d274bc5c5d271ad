import { says, type Told, told } from '../../knowledge/problem-words';
import type { KnowledgeProblem, Path } from '../../knowledge/yaml-source';
import type { StepDefinition } from '../language/tree-schema';
import type { CompiledTree } from './compiled-tree';

type Trees = ReadonlyMap<string, CompiledTree>;

/** A tree's way to another one or to a finding of another one, and where it is written. */
interface Link {
  readonly to: string;
  readonly path: Path;
}

/** What is wrong between `checked` and `trees`: ways to trees and findings that are not there, and a `goto` that leads back. */
export function checkLinks(checked: Iterable<CompiledTree>, trees: Trees): KnowledgeProblem[] {
  let codes: ReadonlySet<string> | null = null;
  const isThere = (code: string): boolean => {
    codes ??= new Set([...trees.values()].flatMap(codesOf));
    return codes.has(code);
  };
  return [...checked].flatMap((tree) => {
    const problem = ({ path }: Link, what: Told): KnowledgeProblem => ({
      file: tree.file,
      line: tree.line(path),
      ...told(what),
    });
    const missing = [...gotos(tree), ...linksOf(tree, 'trees')]
      .filter(({ to }) => !trees.has(to))
      .map((link) => problem(link, says('noTree', { tree: link.to })));
    const unknown = linksOf(tree, 'explains')
      .filter(({ to }) => !codesOf(tree).includes(to) && !isThere(to))
      .map((link) => problem(link, says('noFinding', { code: link.to })));
    const loops = gotos(tree)
      .filter(({ to }) => reaches(trees, to, tree.id, new Set()))
      .map((link) => problem(link, says('treeLoop', { to: link.to, tree: tree.id })));
    return [...missing, ...loops, ...unknown];
  });
}

function codesOf(tree: CompiledTree): string[] {
  return stepsOf(tree).flatMap(([, step]) => (step.kind === 'finding' ? [step.finding.code] : []));
}

function stepsOf(tree: CompiledTree): [string, StepDefinition][] {
  return [...tree.steps].map(([id, { definition }]) => [id, definition]);
}

function gotos(tree: CompiledTree): Link[] {
  return stepsOf(tree).flatMap(([id, step]) =>
    step.kind === 'goto' ? [{ to: step.tree, path: ['steps', id, 'tree'] }] : [],
  );
}

function linksOf(tree: CompiledTree, key: 'trees' | 'explains'): Link[] {
  return stepsOf(tree).flatMap(([id, step]) =>
    step.kind === 'finding'
      ? (step.finding[key] ?? []).map((to, index) => ({ to, path: ['steps', id, 'finding', key, index] }))
      : [],
  );
}

function reaches(trees: Trees, from: string, wanted: string, seen: Set<string>): boolean {
  if (from === wanted) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const tree = trees.get(from);
  return tree !== undefined && gotos(tree).some(({ to }) => reaches(trees, to, wanted, seen));
}

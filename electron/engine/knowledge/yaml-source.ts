import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { ZodType } from 'zod';
import type { Message } from '#shared/domain/text';
import { says, type Told, told } from './problem-words';
import { shapeProblems } from './shape-problems';
import { partFollowing, syntaxProblem } from './syntax-problems';

/** A problem of a knowledge file, in English and what to say in other languages, with the place it is at; both count from 1. */
export interface KnowledgeProblem {
  readonly file: string;
  readonly line: number | null;
  readonly column?: number;
  readonly message: string;
  /** Left out where there is only English. */
  readonly words?: Message[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly PropertyKey[];

const maxAliases = 100_000;
/** Nobody writes that, and the parser takes seconds to run out of stack. */
const deep = /(?:[[{]\s*){50}/;
/** More than anybody reads at once; a file that is something else altogether has one for each line. */
const maxProblems = 50;

/** The first ones, and how many more there are. */
export function firstOf(problems: readonly KnowledgeProblem[]): readonly KnowledgeProblem[] {
  const [first] = problems;
  if (!first || problems.length <= maxProblems) return problems;
  const rest = problems.length - maxProblems;
  return [...problems.slice(0, maxProblems), { file: first.file, line: null, ...told(says('more', { count: rest })) }];
}

/** A parsed YAML file that still knows where each value stands. */
export class YamlSource {
  readonly #counter = new LineCounter();
  readonly #root: Node | null;
  readonly value: unknown;
  readonly problems: readonly KnowledgeProblem[];

  constructor(
    readonly file: string,
    text: string,
  ) {
    const problems: KnowledgeProblem[] = [];
    let root: Node | null = null;
    let value: unknown = null;
    let line: number | null = null;
    try {
      const tooDeep = deep.exec(text);
      if (tooDeep) {
        line = text.slice(0, tooDeep.index).split('\n').length;
        throw new TooDeep();
      }
      const document = parseDocument(text, { lineCounter: this.#counter, merge: true, prettyErrors: false });
      root = document.contents;
      problems.push(...this.#syntaxProblems([...document.errors, ...document.warnings]));
      const anchors = new Set<string>();
      const lost: KnowledgeProblem[] = [];
      visit(document, {
        Value: (_, { anchor }) => {
          if (anchor) anchors.add(anchor);
        },
        Alias: (_, { range, source }) => {
          const place = range && this.#place(range[0]);
          if (!anchors.has(source)) lost.push({ file, line: null, ...place, ...told(says('noAnchor')) });
          // Where it grows beyond all bounds, if it does.
          line = place?.line ?? null;
        },
      });
      problems.push(...lost);
      if (document.errors.length === 0 && lost.length === 0) value = document.toJS({ maxAliasCount: maxAliases });
    } catch (error) {
      // Aliases of aliases can grow a small file without bound; one that nests thousands deep has no reader.
      problems.push({ file, line, ...told(unreadable(error)) });
    }
    this.#root = root;
    this.value = value;
    this.problems = firstOf(problems);
  }

  /** The value as its schema has it; null when something is wrong with it, told with the line of each problem. */
  parse<T>(schema: ZodType<T>): { value: T | null; problems: readonly KnowledgeProblem[] } {
    if (this.problems.length > 0) return { value: null, problems: this.problems };
    const parsed = schema.safeParse(this.value);
    if (parsed.success) return { value: parsed.data, problems: [] };
    const issues = shapeProblems(parsed.error.issues, (path) => valueAt(this.value, path) !== undefined);
    return { value: null, problems: firstOf(issues.map(({ path, what }) => this.problem(path, what))) };
  }

  problem(path: Path, what: Told, offset = 0): KnowledgeProblem {
    return { file: this.file, ...this.place(path, offset), ...told(what) };
  }

  line(path: Path, offset = 0): number | null {
    return this.place(path, offset).line;
  }

  #syntaxProblems(errors: readonly YAMLError[]): KnowledgeProblem[] {
    const { told: first, following } = partFollowing(errors);
    const problems = this.#inOwnWords(first);
    const rest = this.#inOwnWords(following);
    const [next] = rest;
    return next ? [...problems, { ...next, ...told(says('mayFollow', { count: rest.length })) }] : problems;
  }

  /** The parser says the same once more of what is around it: told once. */
  #inOwnWords(errors: readonly YAMLError[]): KnowledgeProblem[] {
    const problems: KnowledgeProblem[] = [];
    for (const error of errors) {
      const problem = { file: this.file, ...this.#place(error.pos[0]), ...told(syntaxProblem(error)) };
      const last = problems.at(-1);
      if (last?.message !== problem.message || last.line !== problem.line || last.column !== problem.column) {
        problems.push(problem);
      }
    }
    return problems;
  }

  #place(position: number): Place {
    const { line, col } = this.#counter.linePos(position);
    return { line, column: col };
  }

  /** Where the value at a path is, or the deepest part of the path that is there; with `offset`, that character of a text. */
  place(path: Path, offset = 0): Place {
    let node: unknown = this.#root;
    let start = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    let found: unknown = node;
    for (const segment of path) {
      let next: unknown;
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(segment),
        );
        if (isNode(pair?.key)) start = pair.key.range?.[0] ?? start;
        next = pair?.value;
      } else if (isSeq(node)) {
        next = node.items[Number(segment)];
        if (isNode(next)) start = next.range?.[0] ?? start;
      }
      if (next === undefined || next === null) return this.#place(start);
      node = next;
      found = next;
    }
    if (!isScalar(found) || typeof found.value !== 'string' || offset === 0) return this.#place(start);
    const value = this.#place(found.range?.[0] ?? start);
    if (found.type === 'BLOCK_LITERAL') {
      const line = value.line + found.value.slice(0, offset).split('\n').length;
      return { line, column: 1 };
    }
    if (found.type === 'BLOCK_FOLDED') return value;
    return { ...value, column: value.column + offset + (found.type === 'PLAIN' ? 0 : 1) };
  }
}

class TooDeep extends Error {}

function unreadable(error: unknown): Told {
  if (error instanceof TooDeep || error instanceof RangeError) return says('tooDeep');
  const detail = error instanceof Error ? error.message : String(error);
  return /excessive alias/i.test(detail) ? says('tooManyAliases') : says('yaml', { detail });
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return found;
}

import { z } from 'zod';
import { sha256 } from '../../audit/canonical-json';
import { NotFoundError } from '../../errors';
import { type KnowledgeFile, readKnowledgeFolder } from '../../knowledge/knowledge-file';
import { shippedCases, shippedFiles } from '../../knowledge/shipped-files';
import { type KnowledgeProblem, YamlSource } from '../../knowledge/yaml-source';
import { builtInActionIds } from '../../trees/compile/tree-library';
import type { Action } from '../action';
import { type CompiledFix, compileFix } from './compile-fix';
import { declaredAction } from './declared-action';
import { declaredFolders, expressionSpace } from './fix-library';
import { fixCasesSchema, fixSchema } from './fix-schema';
import { type FixCaseOutcomes, runFixCases } from './run-fix-cases';

/** An action that the user wrote, out of one file of the folder. */
export interface OwnFix {
  readonly file: string;
  readonly fix: CompiledFix;
  readonly action: Action;
}

export interface OwnFixes {
  /** Those of the folder as it is now, by id, and what is wrong with the other files. */
  load(): { fixes: ReadonlyMap<string, OwnFix>; problems: readonly KnowledgeProblem[] };
  /** What is wrong with a text; nothing when it would load as an own action. */
  check(file: string, text: string): readonly KnowledgeProblem[];
  /** Runs table tests; with `fix` on that text, and not on what is loaded under its id. */
  test(file: string, text: string, fix?: { file: string; text: string }): FixCaseOutcomes;
  /** The YAML of a loaded action and of its tests. Throws NotFoundError, also for one that is written in code. */
  source(fixId: string): { text: string; cases: string | null };
  /** The JSON schema for editors. */
  schema(of: 'fix' | 'cases'): string;
}

type Compiled = ReturnType<typeof compileFix>;

/** Actions that the user declares. One with a mistake is not in use at all; none takes the id of another action. */
export function createOwnFixes({ fixesFolder }: { fixesFolder: () => string | null }): OwnFixes {
  /** By text: a file that has not changed is not compiled again. */
  let known = new Map<string, Compiled>();
  let last: { key: string; loaded: ReturnType<OwnFixes['load']> } | null = null;

  function load(): ReturnType<OwnFixes['load']> {
    const { files, problems } = readKnowledgeFolder(fixesFolder());
    const key = JSON.stringify([files.map(({ file, text }) => [file, text]), problems]);
    if (last?.key !== key) last = { key, loaded: loaded(files, problems) };
    return last.loaded;
  }

  function loaded(files: readonly KnowledgeFile[], unread: readonly KnowledgeProblem[]) {
    const compiled = new Map<string, Compiled>();
    const fixes = new Map<string, OwnFix>();
    const problems: KnowledgeProblem[] = [...unread];
    for (const { file, text } of files) {
      const key = `${file}\0${text}`;
      const one = known.get(key) ?? compileOwn(file, text);
      compiled.set(key, one);
      problems.push(...one.problems);
      const { fix } = one;
      if (fix === null) continue;
      const { definition } = fix;
      const twin = fixes.get(definition.id);
      if (twin) {
        problems.push(new YamlSource(file, text).problem(['id'], `the id ${definition.id} is taken by ${twin.file}`));
        continue;
      }
      const own = { file, sha256: sha256(text) };
      const action = declaredAction(
        definition.id,
        () => definition,
        () => fix,
        own,
      );
      fixes.set(definition.id, { file, fix, action });
    }
    known = compiled;
    return { fixes, problems };
  }

  return {
    load,
    check: (file, text) => compileOwn(file, text).problems,
    test(file, text, given) {
      const fixes = new Map([...load().fixes].map(([id, { fix }]) => [id, fix]));
      const named = new YamlSource(file, text).parse(fixCasesSchema).value?.fix;
      const shipped = declaredFolders.flatMap(shippedFiles).find((one) => one.file === `${named}.yaml`);
      const tried = given ?? shipped;
      if (!tried) return runFixCases(file, text, fixes);
      const isBuiltIn = tried.text === shipped?.text;
      const { fix, problems } = isBuiltIn
        ? compileFix(tried.file, tried.text, expressionSpace())
        : compileOwn(tried.file, tried.text);
      if (fix === null) return { cases: [], problems };
      return runFixCases(file, text, fixes.set(fix.definition.id, fix));
    },
    source(fixId) {
      const textOf = (files: readonly KnowledgeFile[], name: string) =>
        files.find(({ file }) => file === name)?.text ?? null;
      const text = textOf(declaredFolders.flatMap(shippedFiles), `${fixId}.yaml`);
      if (text !== null) return { text, cases: textOf(declaredFolders.flatMap(shippedCases), `${fixId}.cases.yaml`) };
      const own = load().fixes.get(fixId);
      const file = own && readKnowledgeFolder(fixesFolder()).files.find((one) => one.file === own.file);
      if (!file) throw new NotFoundError('action', fixId);
      return { text: file.text, cases: null };
    },
    schema(of) {
      const [title, schema] =
        of === 'fix' ? ['Gantry action', fixSchema] : ['Table tests of a Gantry action', fixCasesSchema];
      return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
    },
  };
}

function compileOwn(file: string, text: string): Compiled {
  const { fix, problems } = compileFix(file, text, expressionSpace(), { isBuiltIn: false });
  if (fix === null || !builtInActionIds().includes(fix.definition.id)) return { fix, problems };
  const message = `${fix.definition.id} is an action that comes with Gantry: give yours an id of its own`;
  return { fix: null, problems: [new YamlSource(file, text).problem(['id'], message)] };
}

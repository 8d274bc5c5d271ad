/// <reference types="vite/types/importMeta.d.ts" />
import { existsSync, readFileSync } from 'node:fs';
import type { CompiledRule, RuleSet } from '#shared/domain/rules/compiled-rule';
import { WindowList } from '#shared/domain/rules/subject-samples';
import { type SubjectKind, subjectKinds } from '#shared/domain/telemetry/metric';
import { builtInKnowledge, type KnowledgeFile, readKnowledgeFolder } from '../../knowledge/knowledge-file';
import type { KnowledgeProblem } from '../../knowledge/yaml-source';
import { compileRules } from './compile-rules';

const builtInFiles = import.meta.glob<string>(
  ['../../../../shared/knowledge/rules/*.yaml', '!../../../../shared/knowledge/rules/*.cases.yaml'],
  { query: '?raw', import: 'default', eager: true },
);
// Read only where somebody runs them.
const builtInCaseFiles = import.meta.glob<string>('../../../../shared/knowledge/rules/*.cases.yaml', {
  query: '?raw',
  import: 'default',
});

export interface LoadedRules extends RuleSet {
  /** Loaded, and switched off by the user. */
  readonly off: readonly CompiledRule[];
  readonly problems: readonly KnowledgeProblem[];
}

export interface RuleLibrary {
  /** Every rule that loads, and what is wrong with the others. The same object until the user's files change. */
  load(): LoadedRules;
  /** The rules of one text alone. */
  only(file: string, text: string): LoadedRules;
  /** The file of table tests beside the file of a rule; null when there is none. */
  casesBeside(rule: CompiledRule): Promise<{ file: string; text: string } | null>;
}

export interface RuleLibraryOptions {
  /** The user's own rules; null when there is no such folder. */
  readonly rulesFolder: () => string | null;
  /** Ids of rules that nothing is to be judged by. */
  readonly rulesOff: () => readonly string[];
  /** Trees that a rule can name; null when the caller can't tell. */
  readonly treeIds: () => readonly string[] | null;
}

export function builtInRules(): KnowledgeFile[] {
  return builtInKnowledge(builtInFiles);
}

/** Compiles files to a set. A rule of the user stands in for the built-in one of its id; a second one is a problem. */
export function compileRuleFiles(files: readonly KnowledgeFile[], treeIds: readonly string[] | null): LoadedRules {
  const windows = new Map<SubjectKind, WindowList>(subjectKinds.map((kind) => [kind, new WindowList()]));
  const rules = new Map<string, CompiledRule>();
  const problems: KnowledgeProblem[] = [];
  for (const each of files) {
    const compiled = compileRules(each, windows, treeIds);
    problems.push(...compiled.problems);
    for (const rule of compiled.rules) {
      const twin = rules.get(rule.id);
      if (!twin || (twin.isBuiltIn && !rule.isBuiltIn)) rules.set(rule.id, rule);
      else problems.push({ file: rule.file, line: rule.line, message: `the id ${rule.id} is taken by ${twin.file}` });
    }
  }
  return { rules: [...rules.values()], off: [], windows, problems };
}

export function createRuleLibrary({ rulesFolder, rulesOff, treeIds }: RuleLibraryOptions): RuleLibrary {
  let last: { key: string; loaded: LoadedRules } | null = null;
  return {
    load() {
      const { files, problems } = readKnowledgeFolder(rulesFolder());
      const offIds = new Set(rulesOff());
      const key = JSON.stringify([files.map(({ file, text }) => [file, text]), problems, [...offIds]]);
      if (last?.key !== key) {
        const loaded = compileRuleFiles([...builtInRules(), ...files], treeIds());
        const rules = loaded.rules.filter(({ id }) => !offIds.has(id));
        const off = loaded.rules.filter(({ id }) => offIds.has(id));
        last = { key, loaded: { ...loaded, rules, off, problems: [...loaded.problems, ...problems] } };
      }
      return last.loaded;
    },
    only: (file, text) => {
      const isBuiltIn = builtInRules().some((each) => each.text === text);
      return compileRuleFiles([{ file, text, isBuiltIn }], treeIds());
    },
    async casesBeside({ file, isBuiltIn }) {
      const casesFile = file.replace(/\.(ya?ml)$/, '.cases.$1');
      if (isBuiltIn) {
        const read = builtInCaseFiles[`../../../../shared/knowledge/rules/${casesFile}`];
        return read ? { file: casesFile, text: await read() } : null;
      }
      return existsSync(casesFile) ? { file: casesFile, text: readFileSync(casesFile, 'utf8') } : null;
    },
  };
}

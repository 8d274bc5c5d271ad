import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnowledgeProblem } from './yaml-source';

/** A YAML file of knowledge (trees, rules) as text. */
export interface KnowledgeFile {
  readonly file: string;
  readonly text: string;
  readonly isBuiltIn: boolean;
}

const MAX_BYTES = 1024 * 1024;

/** Those that came with the program, as `import.meta.glob` gives them, by their names alone. */
export function builtInKnowledge(files: Readonly<Record<string, string>>): KnowledgeFile[] {
  return Object.entries(files).map(([path, text]) => ({
    file: path.slice(path.lastIndexOf('/') + 1),
    text,
    isBuiltIn: true,
  }));
}

/** The user's own, without their table tests, and what could not be read. Null: there is no such folder. */
export function readKnowledgeFolder(folder: string | null): { files: KnowledgeFile[]; problems: KnowledgeProblem[] } {
  if (folder === null) return { files: [], problems: [] };
  const files: KnowledgeFile[] = [];
  const problems: KnowledgeProblem[] = [];
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !/\.cases\.ya?ml$/.test(name));
  } catch (error) {
    problems.push({ file: folder, line: null, message: String(error) });
  }
  for (const name of names.sort()) {
    const file = join(folder, name);
    try {
      const text = readFileSync(file, 'utf8');
      if (text.length > MAX_BYTES) problems.push({ file, line: null, message: 'too large (over 1 MiB)' });
      else files.push({ file, text, isBuiltIn: false });
    } catch (error) {
      problems.push({ file, line: null, message: String(error) });
    }
  }
  return { files, problems };
}

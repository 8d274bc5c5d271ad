import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KnowledgeProblem } from './yaml-source';

/** A YAML file of knowledge (trees, rules) as text. */
export interface KnowledgeFile {
  readonly file: string;
  readonly text: string;
  readonly isBuiltIn: boolean;
}

const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 500;

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
  if (names.length > MAX_FILES) {
    problems.push({
      file: folder,
      line: null,
      message: `only the first ${MAX_FILES} of ${names.length} files are read`,
    });
  }
  for (const name of names.sort().slice(0, MAX_FILES)) {
    const file = join(folder, name);
    try {
      files.push({ file, text: readSmallText(file), isBuiltIn: false });
    } catch (error) {
      problems.push({ file, line: null, message: error instanceof RangeError ? error.message : String(error) });
    }
  }
  return { files, problems };
}

/** Never waits for a pipe, and reads nothing that it would not take. Throws RangeError for what can't be a file of ours. */
function readSmallText(file: string): string {
  const found = statSync(file);
  if (!found.isFile()) throw new RangeError('no regular file');
  if (found.size > MAX_BYTES) throw new RangeError('too large (over 1 MiB)');
  const bytes = readFileSync(file);
  if (!isUtf8(bytes) || bytes.includes(0)) throw new RangeError('no text in UTF-8');
  return bytes.toString('utf8');
}

import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ProblemCode, says, type Told, told } from './problem-words';
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
    problems.push({ file: folder, line: null, ...told(unreadable(error, true)) });
  }
  if (names.length > MAX_FILES) {
    problems.push({
      file: folder,
      line: null,
      ...told(says('tooManyFiles', { limit: MAX_FILES, count: names.length })),
    });
  }
  for (const name of names.sort().slice(0, MAX_FILES)) {
    const file = join(folder, name);
    try {
      files.push({ file, text: readSmallText(file), isBuiltIn: false });
    } catch (error) {
      problems.push({ file, line: null, ...told(unreadable(error)) });
    }
  }
  return { files, problems };
}

/** Never waits for a pipe, and reads nothing that it would not take. Throws Unfit for what can't be a file of ours. */
function readSmallText(file: string): string {
  const found = statSync(file);
  if (!found.isFile()) throw new Unfit('noFile');
  if (found.size > MAX_BYTES) throw new Unfit('tooLarge');
  const bytes = readFileSync(file);
  if (!isUtf8(bytes) || bytes.includes(0)) throw new Unfit('noText');
  return bytes.toString('utf8');
}

class Unfit extends Error {
  constructor(readonly code: ProblemCode) {
    super(code);
  }
}

const systemCodes: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'goneFile',
  ELOOP: 'linkLoop',
  EACCES: 'deniedFile',
  EPERM: 'deniedFile',
};

function unreadable(error: unknown, isFolder = false): Told {
  if (error instanceof Unfit) return says(error.code);
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (isFolder && code === 'ENOENT') return says('goneFolder');
  if (isFolder && code === 'ENOTDIR') return says('noFolder');
  const known = systemCodes[code];
  return known ? says(known) : says('unreadable', { detail: message });
}

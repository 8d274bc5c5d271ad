import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';

/** A file of `group_vars` or `host_vars`, not yet read. */
export interface VariableFile {
  readonly of: 'group' | 'host';
  /** The group or host that it is for, by the name of the file or of its folder. */
  readonly name: string;
  /** Its path from the inventory. */
  readonly file: string;
  /** Null: it can't be read, or is too large to be one. */
  read(): string | null;
}

const maxFiles = 5000;
const maxBytes = 1_000_000;
const maxDepth = 4;

/**
 * What lies in `group_vars` and `host_vars` beside an inventory, in the order in which later files have the last word. Only
 * plain files are read, only those that somebody asks for, and nothing that a link leads to outside these folders.
 */
export function variableFilesBeside(inventoryPath: string): VariableFile[] {
  const beside = dirname(inventoryPath);
  const found: VariableFile[] = [];
  for (const of of ['group', 'host'] as const) {
    const folder = join(beside, `${of}_vars`);
    const root = orNull(() => realpathSync(folder));
    if (root === null) continue;
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry);
      const isFolder = orNull(() => lstatSync(path).isDirectory()) ?? false;
      const name = isFolder ? entry : plainName(entry);
      for (const file of isFolder ? filesIn(path, 1) : [path]) {
        if (found.length >= maxFiles) return found;
        found.push({ of, name, file: relative(beside, file), read: () => readPlain(file, root) });
      }
    }
  }
  return found;
}

function filesIn(folder: string, depth: number): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (orNull(() => lstatSync(path).isDirectory())) return depth < maxDepth ? filesIn(path, depth + 1) : [];
    return ['', '.yml', '.yaml', '.json'].includes(extname(entry)) ? [path] : [];
  });
}

/** As Ansible reads them: sorted, without hidden ones and backups. */
function entriesOf(folder: string): string[] {
  const names = orNull(() => readdirSync(folder)) ?? [];
  return names.filter((name) => !name.startsWith('.') && !name.endsWith('~')).sort();
}

/** `gpu` of `gpu.yml`; of `node.lab.example` all of it. */
function plainName(file: string): string {
  return /\.(?:ya?ml|json)$/.test(file) ? basename(file, extname(file)) : file;
}

function readPlain(file: string, root: string): string | null {
  return orNull(() => {
    const real = realpathSync(file);
    const { size } = statSync(real);
    const isInside = !relative(root, real).startsWith('..');
    return isInside && statSync(real).isFile() && size <= maxBytes ? readFileSync(real, 'utf8') : null;
  });
}

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

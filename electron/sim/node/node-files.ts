import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileEntry } from '../files/file-entry';
import type { ToolFiles } from '../tools/tool';

/** In seconds since 1970. */
const longAgo = Date.UTC(2025, 0, 1) / 1000;

/** Keeps the files of one node on disk as the model has them. */
export class NodeFiles {
  readonly #root: string;
  readonly #rootOnly: string;
  readonly #written = new Map<string, string>();
  readonly #directories = new Set<string>();

  constructor(base: string) {
    this.#root = join(base, '1');
    this.#rootOnly = join(base, 'sim', 'root-only');
  }

  /** Makes the files of the node exactly these. */
  sync(files: ReadonlyMap<string, FileEntry>): void {
    for (const path of this.#written.keys()) {
      if (files.has(path)) continue;
      rmSync(this.#root + path, { force: true, recursive: true });
      this.#written.delete(path);
    }
    this.update(files);
    this.#removeEmptyDirectories();
  }

  /** Writes those of the files that have changed and leaves all others. */
  update(files: ReadonlyMap<string, FileEntry>): void {
    for (const [path, file] of files) {
      const content =
        typeof file === 'string'
          ? file
          : 'link' in file
            ? `\0link ${file.link}`
            : 'rootOnly' in file
              ? file.rootOnly
              : '\0folder';
      if (this.#written.get(path) === content) continue;
      this.#write(path, file);
      this.#written.set(path, content);
    }
  }

  #write(path: string, file: FileEntry): void {
    this.#makeDirectory(dirname(this.#root + path));
    if (typeof file !== 'string' && 'isFolder' in file) {
      mkdirSync(this.#root + path, { recursive: true });
      return;
    }
    // What a node came with was there before anyone looked; what changes later was written then.
    const isOld = path.startsWith('/etc/') && !this.#written.has(path);
    if (typeof file === 'string') {
      writeFileSync(this.#root + path, file);
      if (isOld) utimesSync(this.#root + path, longAgo, longAgo);
    } else if ('link' in file) {
      rmSync(this.#root + path, { force: true });
      symlinkSync(file.link, this.#root + path);
    } else {
      writeFileSync(this.#root + path, file.rootOnly, { mode: 0o600 });
      this.#makeDirectory(dirname(this.#rootOnly + path));
      writeFileSync(this.#rootOnly + path, '');
    }
  }

  #makeDirectory(directory: string): void {
    if (this.#directories.has(directory)) return;
    mkdirSync(directory, { recursive: true });
    this.#directories.add(directory);
  }

  /** What has gone (a process, a card that was taken out) leaves no directory behind. */
  #removeEmptyDirectories(): void {
    const needed = new Set<string>();
    for (const path of this.#written.keys()) {
      for (let at = dirname(path); at !== '/' && !needed.has(at); at = dirname(at)) needed.add(at);
    }
    for (const directory of this.#directories) {
      if (!directory.startsWith(`${this.#root}/`) || needed.has(directory.slice(this.#root.length))) continue;
      rmSync(directory, { force: true, recursive: true });
      this.#directories.delete(directory);
    }
  }
}

/** The files of a node as its own tools find them. */
export function filesOf(base: string): ToolFiles {
  const orNull = <Value>(work: () => Value): Value | null => {
    try {
      return work();
    } catch {
      return null;
    }
  };
  return {
    read: (path) => orNull(() => readFileSync(join(base, '1', path), 'utf8')),
    list: (folder) =>
      (orNull(() => readdirSync(join(base, '1', folder))) ?? []).sort().map((name) => join(folder, name)),
    isFolder: (path) => orNull(() => statSync(join(base, '1', path)).isDirectory()) ?? false,
    write(path, text, mode) {
      mkdirSync(dirname(join(base, '1', path)), { recursive: true });
      writeFileSync(join(base, '1', path), text, mode === undefined ? {} : { mode });
    },
    remove: (path) => rmSync(join(base, '1', path), { force: true }),
  };
}

/** Packages bring programs along and take them away. */
export function changeTools(base: string, before: ReadonlySet<string>, wanted: readonly string[]): ReadonlySet<string> {
  const now = new Set(wanted);
  const programs = join(base, '1', 'usr/bin');
  for (const name of before) if (!now.has(name)) rmSync(join(programs, name), { force: true });
  for (const name of now) {
    if (before.has(name)) continue;
    rmSync(join(programs, name), { force: true });
    linkSync(join(programs, '.call-date'), join(programs, name));
  }
  return now;
}

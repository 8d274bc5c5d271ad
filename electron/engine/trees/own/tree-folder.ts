import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isTreeFileName, type OwnFile } from '#shared/domain/own-trees';
import { storageProblem } from '#shared/domain/storage-problem';
import { writeWhole } from '#shared/domain/write-whole';
import { InvalidError, NotFoundError } from '../../errors';
import { StoreError } from '../../store/store';

const MAX_BYTES = 1024 * 1024;
/** Shorter than anybody waits for; one pass is a listing and a `stat` for each file. */
const lookEveryMs = 1000;

/** The files of the user's folder of trees. All of it may change at any time by other programs. */
export class TreeFolder {
  constructor(
    private readonly folder: () => string | null,
    private readonly everyMs = lookEveryMs,
  ) {}

  /** Throws InvalidError without a folder or for a name that is none of ours. */
  path(name: string): string {
    const folder = this.folder();
    if (folder === null) throw new InvalidError('ownTrees.noFolder');
    if (!isTreeFileName(name)) throw new InvalidError('ownTrees.badName', { name: name.slice(0, 120) });
    return join(folder, name);
  }

  /** Throws NotFoundError, InvalidError, or StoreError where the system refuses. */
  async read(name: string): Promise<OwnFile> {
    const path = this.path(name);
    const found = await this.#current(name);
    if (found === null) throw new NotFoundError('file', path);
    return found;
  }

  /** Null: nothing has that name. */
  async #current(name: string): Promise<OwnFile | null> {
    const path = this.path(name);
    try {
      const { size, isFile } = await files.stat(path).then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
      if (!isFile || size > MAX_BYTES) throw new InvalidError('ownTrees.noText', { name });
      const bytes = await files.readFile(path);
      return { name, text: bytes.toString('utf8'), version: versionOf(bytes) };
    } catch (error) {
      if (error instanceof InvalidError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw unusable(error, path);
    }
  }

  /**
   * Writes a file whole or not at all, if what is there is still what `version` says (null: nothing).
   * @returns what is there instead when it is not.
   */
  async save(
    name: string,
    text: string,
    version: string | null,
  ): Promise<{ kind: 'saved'; version: string } | { kind: 'conflict'; onDisk: OwnFile | null }> {
    const path = this.path(name);
    const bytes = Buffer.from(text);
    if (bytes.length > MAX_BYTES) throw new InvalidError('ownTrees.tooLarge', { name });
    const onDisk = await this.#current(name);
    // Saved before and told too late, or by somebody else: there is nothing to do.
    if (onDisk?.version === versionOf(bytes)) return { kind: 'saved', version: onDisk.version };
    if ((onDisk?.version ?? null) !== version) return { kind: 'conflict', onDisk };
    try {
      const target = await files.realpath(path).catch(() => path);
      await writeWhole(target, bytes, join(target, '..', `.${randomUUID()}.partial`), files);
    } catch (error) {
      throw unusable(error, path);
    }
    return { kind: 'saved', version: versionOf(bytes) };
  }

  async list(): Promise<{ names: string[]; problem: StoreError['problem'] | null }> {
    const folder = this.folder();
    if (folder === null) return { names: [], problem: null };
    try {
      return { names: (await files.readdir(folder)).filter(isTreeFileName).sort(), problem: null };
    } catch (error) {
      return { names: [], problem: storageProblem(error, folder, fs) };
    }
  }

  async version(name: string): Promise<string | null> {
    return this.#current(name).then(
      (found) => found?.version ?? null,
      () => null,
    );
  }

  /**
   * Ticks at once and then whenever anything in the folder is not as it was, until `signal`. It looks instead of being told:
   * that holds for files written by renaming, for network file systems, and for a folder that goes and comes back.
   */
  async *changes(signal?: AbortSignal): AsyncGenerator<void> {
    let last: string | null = null;
    while (!signal?.aborted) {
      const now = await this.#look();
      if (now !== last) yield;
      last = now;
      await setTimeout(this.everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #look(): Promise<string> {
    const folder = this.folder();
    const { names, problem } = await this.list();
    const seen = await Promise.all(
      names.map(async (name) => {
        const stat = await files.stat(join(folder ?? '', name), { bigint: true }).catch(() => null);
        return [name, stat && `${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.ino} ${stat.mode}`];
      }),
    );
    return JSON.stringify([folder, problem?.detail, seen]);
  }
}

function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function unusable(error: unknown, path: string): StoreError {
  return new StoreError(storageProblem(error, path, fs), { cause: error });
}

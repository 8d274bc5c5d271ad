import type { z } from 'zod';
import type { storageProblemSchema } from './storage-problem-schema';
import type { Message } from './text';

/** Why a file of this workstation could not be written or read. */
export type StorageProblem = z.infer<typeof storageProblemSchema>;
type Reason = StorageProblem['reason'];

/** What is asked of the file system; `node:fs` is one. Each throws what Node throws. */
export interface AskedFiles {
  statSync(path: string): { dev: number; isDirectory(): boolean };
  statfsSync(path: string): { bavail: number; bsize: number; files: number; ffree: number };
  accessSync(path: string, mode: number): void;
}

/** What happened and what to do about it, in one text of the catalogue. */
export function storageMessage({ reason, path, disk }: StorageProblem): Message {
  return { key: `errors.storage.${reason}`, params: { path, disk } };
}

/**
 * Finds out why a file could not be used. Some failures say it themselves (ENOSPC); others are the same for many reasons
 * (SQLite's "disk I/O error" is a full disk most of all), and for those the file system is asked.
 * @param path the file, absolute; it need not be there
 */
export function storageProblem(error: unknown, path: string, files: AskedFiles): StorageProblem {
  const { reason, path: culprit } = judge(error, path, files);
  const detail = error instanceof Error ? error.message : String(error);
  return { reason, path: culprit, disk: diskOf(path, files), detail };
}

interface Verdict {
  readonly reason: Reason;
  readonly path: string;
}

/** Codes of Node (errno(3)) and SQLite (https://www.sqlite.org/rescode.html) that leave no question. */
const plainCodes: ReadonlyArray<[RegExp, Reason]> = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)$/, 'full'],
  [/^(SQLITE_BUSY|SQLITE_LOCKED|EBUSY|ETXTBSY)/, 'locked'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'damaged'],
  [/^EROFS$/, 'readOnly'],
  [/^EISDIR$/, 'isAFolder'],
  [/^EIO$/, 'diskError'],
];

/** What those mean for which the file system gave no better answer. */
const vagueCodes: ReadonlyArray<[RegExp, Reason]> = [
  [/^(EACCES|EPERM|SQLITE_PERM|SQLITE_AUTH)/, 'notAllowed'],
  [/^SQLITE_READONLY/, 'readOnly'],
  [/^SQLITE_IOERR/, 'diskError'],
];

function judge(error: unknown, path: string, files: AskedFiles): Verdict {
  const code = codeOf(error);
  const plain = plainCodes.find(([codes]) => codes.test(code));
  if (plain) return { reason: plain[1], path };
  if (code === 'ENOENT') {
    const folder = parentOf(path);
    return { reason: 'missing', path: isThere(folder, files) ? path : folder };
  }
  const vague = vagueCodes.find(([codes]) => codes.test(code));
  return obstacle(path, files) ?? { reason: vague?.[1] ?? 'other', path };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

/** `fs.constants.W_OK` */
const writable = 2;
/** SQLite cannot even open a database without room for its shared index of 32 KiB. */
const leastRoomBytes = 128 * 1024;

/** What keeps a file from being written, as far as the file system tells. */
function obstacle(path: string, files: AskedFiles): Verdict | null {
  const at = nearestThere(parentOf(path), files);
  if (attempt(() => files.statSync(at).isDirectory()) === false) return { reason: 'notAFolder', path: at };
  if (attempt(() => files.statSync(path).isDirectory())) return { reason: 'isAFolder', path };
  // A database comes with two files beside it, which may be another user's.
  for (const target of [path, `${path}-wal`, `${path}-shm`, at]) {
    const code = isThere(target, files) ? refusalOf(target, files) : '';
    if (code === 'EROFS') return { reason: 'readOnly', path: target };
    if (code === 'EACCES' || code === 'EPERM') return { reason: 'notAllowed', path: target };
  }
  return attempt(() => hasNoRoom(files.statfsSync(at))) ? { reason: 'full', path } : null;
}

function hasNoRoom({ bavail, bsize, files, ffree }: ReturnType<AskedFiles['statfsSync']>): boolean {
  // Some file systems count no inodes at all.
  return bavail * bsize < leastRoomBytes || (files > 0 && ffree === 0);
}

function refusalOf(path: string, files: AskedFiles): string {
  try {
    files.accessSync(path, writable);
    return '';
  } catch (error) {
    return codeOf(error);
  }
}

/** The highest folder on the same device. */
function diskOf(path: string, files: AskedFiles): string {
  let disk = nearestThere(path, files);
  const device = (one: string) => attempt(() => files.statSync(one).dev);
  const own = device(disk);
  for (let above = parentOf(disk); above !== disk && device(above) === own; above = parentOf(disk)) disk = above;
  return disk;
}

function nearestThere(path: string, files: AskedFiles): string {
  const above = parentOf(path);
  return above === path || isThere(path, files) ? path : nearestThere(above, files);
}

function isThere(path: string, files: AskedFiles): boolean {
  return attempt(() => files.statSync(path)) !== null;
}

/** `/a/b` gives `/a`, `/a` gives `/`, `C:\a` gives `C:\`; a root is its own parent. */
function parentOf(path: string): string {
  const [, root = '', rest = ''] = /^([A-Za-z]:[\\/]|[\\/]*)(.*)$/s.exec(path) ?? [];
  const end = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\'));
  return root + rest.slice(0, Math.max(0, end));
}

function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

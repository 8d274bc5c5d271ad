import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConflictError, UnavailableError } from '../../errors';
import { ask, notFetched, type Way } from './http-way';

export interface Wanted {
  readonly url: string;
  /** What it is called in messages. */
  readonly name: string;
  /** Null: what it has to be is checked by who asked. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly headers?: Record<string, string>;
}

/** How often a connection that broke is taken up where it ended, before what came so far is left for the next time. */
const tries = 3;

/**
 * Fetches to a file that gets its name when its content is the right one. What came of a broken download is kept beside it as
 * `.part` and gone on with. Throws UnavailableError, ConflictError (another content), AbortError, errors of the file system.
 */
export async function fetchFile(wanted: Wanted, path: string, way: Way, signal: AbortSignal): Promise<void> {
  const { url, name, sha256 } = wanted;
  if (sha256 !== null && existsSync(path) && (await hashOf(path)) === sha256) return;
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part`;
  for (let left = tries; ; left -= 1) {
    try {
      await fetchRest(wanted, part, way, signal);
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (isFileError(error) || error instanceof ConflictError || left <= 1) throw error;
      if (error instanceof UnavailableError && /HTTP [45]/.test(String(error.params.reason))) throw error;
    }
  }
  if (sha256 !== null && (await hashOf(part)) !== sha256) {
    rmSync(part, { force: true });
    throw new ConflictError('playbooks.offlineOther', { file: name });
  }
  if (!existsSync(part)) throw notFetched(url, 'nothing came');
  renameSync(part, path);
}

async function fetchRest({ url, name, sizeBytes, headers }: Wanted, part: string, way: Way, signal: AbortSignal) {
  const have = existsSync(part) ? statSync(part).size : 0;
  if (sizeBytes !== null && have === sizeBytes && have > 0) return;
  const range: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const answer = await ask(url, { way, headers: { ...headers, ...range }, signal });
  const { statusCode = 0 } = answer;
  const goesOn = statusCode === 206 && (answer.headers['content-range'] ?? '').startsWith(`bytes ${have}-`);
  if (statusCode === 416) {
    answer.resume();
    rmSync(part, { force: true });
    throw notFetched(url, 'it has changed on the server');
  }
  if (statusCode !== 200 && !goesOn) {
    answer.resume();
    throw notFetched(url, `HTTP ${statusCode}`);
  }
  let size = goesOn ? have : 0;
  // Whatever came is on the disk before more is waited for: the next try goes on behind it.
  const file = await open(part, goesOn ? 'a' : 'w');
  try {
    for await (const chunk of answer) {
      size += (chunk as Buffer).length;
      if (sizeBytes !== null && size > sizeBytes) throw new ConflictError('playbooks.offlineOther', { file: name });
      await file.appendFile(chunk as Buffer);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ConflictError) rmSync(part, { force: true });
    if (error instanceof ConflictError || isFileError(error)) throw error;
    throw notFetched(url, error instanceof Error ? error.message : String(error));
  } finally {
    await file.close();
  }
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Of the file system, not of a connection. */
export function isFileError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    'code' in error &&
    /^(?:ENOSPC|EDQUOT|EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR|EIO|EFBIG|EMFILE)$/.test(String(error.code))
  );
}

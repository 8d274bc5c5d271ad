import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CommandSpec } from '#shared/domain/command';
import { printable } from '#shared/domain/text';
import { ConflictError, InvalidError } from '../../errors';
import { type CommandResult, type Host, HostUnavailableError } from '../../hosts/host';
import { storeError } from '../../store/store';

/** Bug reports have some MiB; one of a node with a damaged log hundreds. */
export const maxFileBytes = 256 * 1024 * 1024;
const blockBytes = 64 * 1024;
const chunkBlocks = 32;
const chunkBytes = blockBytes * chunkBlocks;

export interface FetchedFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

/**
 * Copies one file of a node into `folder`, under its hash. What came before a lost connection or a cancel is kept and gone on
 * from, as long as the file on the node is the same. Throws HostUnavailableError, AbortError, InvalidError where the file
 * can't be had, ConflictError where it changed meanwhile, StoreError.
 */
export async function fetchFile(host: Host, path: string, folder: string, options: FetchOptions): Promise<FetchedFile> {
  const { signal, onProgress } = options;
  const before = await lookAt(host, path, signal);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storeError(error, folder);
  }
  const partial = partialOf(host.id, path, folder, before);
  let received = alreadyHere(partial);
  onProgress(received, before.sizeBytes);
  while (received < before.sizeBytes) {
    const bytes = await readChunk(host, path, received, signal);
    if (bytes.length === 0) throw new ConflictError('incidents.fileChanged', { path });
    append(partial, bytes);
    received += bytes.length;
    onProgress(received, before.sizeBytes);
  }
  const sha256 = await hashOf(partial, signal);
  if (sha256 !== before.sha256 || received !== before.sizeBytes) {
    rmSync(partial, { force: true });
    throw new ConflictError('incidents.fileChanged', { path });
  }
  renameSync(partial, join(folder, sha256));
  return { sha256, sizeBytes: received };
}

interface Look {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** `sha256sum` prints `HASH  PATH`, with a backslash before where the path has a line end in it. */
async function lookAt(host: Host, path: string, signal: AbortSignal): Promise<Look> {
  const size = await run(host, path, { id: 'size', argv: ['stat', '-L', '-c', '%s', '--', path] }, signal);
  const sizeBytes = Number(/^(\d+)\s*$/.exec(text(size))?.[1] ?? Number.NaN);
  if (sizeBytes > maxFileBytes) throw new InvalidError('incidents.fileTooLarge', { mib: maxFileBytes / 1024 / 1024 });
  const sum = await run(host, path, { id: 'sum', argv: ['sha256sum', '--', path], timeoutMs: 60_000 }, signal);
  const sha256 = /^\\?([0-9a-f]{64})\s/.exec(text(sum))?.[1];
  if (Number.isNaN(sizeBytes) || sha256 === undefined) {
    throw new InvalidError('incidents.fileUnreadable', { path, reason: 'stat, sha256sum' });
  }
  return { sizeBytes, sha256 };
}

function readChunk(host: Host, path: string, at: number, signal: AbortSignal): Promise<Uint8Array> {
  const skip = Math.floor(at / blockBytes);
  const argv: CommandSpec['argv'] = [
    'dd',
    `if=${path}`,
    `bs=${blockBytes}`,
    `skip=${skip}`,
    `count=${chunkBlocks}`,
    'status=none',
  ];
  return run(host, path, { id: 'chunk', argv, timeoutMs: 60_000, maxOutputBytes: chunkBytes }, signal);
}

async function run(host: Host, path: string, command: CommandSpec, signal: AbortSignal): Promise<Uint8Array> {
  const result = await host.exec({ ...command, privilege: 'root-else-user' }, { signal });
  const { state, exitCode, isTruncated, stdout } = result;
  if (state === 'exited' && exitCode === 0 && !isTruncated) return stdout;
  if (state === 'lost') throw new HostUnavailableError(host.id, { code: 'connection-lost', detail: path });
  throw new InvalidError('incidents.fileUnreadable', { path, reason: reasonOf(result) });
}

/** The tool's own words, or how it ended. */
function reasonOf({ state, stderr }: CommandResult): string {
  const line = printable(text(stderr)).split('\n')[0] ?? '';
  return line.trim().slice(0, 200) || state;
}

/** Piece by piece: the engine answers others meanwhile. */
async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The same file of the same node is gone on with; what came of another content under its name is thrown away. */
function partialOf(hostId: string, path: string, folder: string, { sha256 }: Look): string {
  const place = createHash('sha256')
    .update(JSON.stringify([hostId, path]))
    .digest('hex')
    .slice(0, 16);
  const name = `${place}-${sha256}.partial`;
  for (const other of readdirSync(folder)) {
    if (other.startsWith(`${place}-`) && other !== name) rmSync(join(folder, other), { force: true });
  }
  return join(folder, name);
}

/** Whole blocks only: what is read next begins at one. */
function alreadyHere(partial: string): number {
  try {
    const { size } = statSync(partial);
    if (size % blockBytes === 0) return size;
    rmSync(partial, { force: true });
  } catch {
    // None yet.
  }
  return 0;
}

function append(partial: string, bytes: Uint8Array): void {
  try {
    const handle = openSync(partial, 'a', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw storeError(error, partial);
  }
}

/** A file that was fetched; null where it is gone or not what was fetched. */
export function readFetched(folder: string, sha256: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = new Uint8Array(readFileSync(join(folder, sha256)));
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : null;
  } catch {
    return null;
  }
}

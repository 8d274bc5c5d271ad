import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandSpec } from '#shared/domain/command';
import {
  carriedFolder,
  type PackageFile,
  type PackageSet,
  packageSetSchema,
} from '#shared/domain/playbook/package-set';
import { printable } from '#shared/domain/text';
import type { AuditLog } from '../../audit/audit-log';
import { ConflictError, InvalidError, UnavailableError } from '../../errors';
import { type Host, HostUnavailableError } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Inventory } from '../../inventory/inventory';
import { storeError } from '../../store/store';
import type { Playbooks } from '../create-playbooks';
import { packagesList, readUris, sumsText } from './read-package-set';

/** Where the action `local-packages` keeps a set. */
export const installedFolder = '/var/lib/gantry-packages';
const chunkBytes = 2 * 1024 * 1024;

export interface PackageSetsDeps {
  readonly hosts: Pick<HostDirectory, 'spec' | 'open'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts'>;
  readonly playbooks: Pick<Playbooks, 'plan'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly nowMs: () => number;
  readonly fetch?: typeof fetch;
}

export interface PackageSets {
  /**
   * Asks a connected node which archives a playbook needs there, fetches them to a folder of this workstation, and checks their
   * hashes. Throws InvalidError, UnavailableError, ConflictError (another content), HostUnavailableError, StoreError, AbortError.
   */
  fetch(
    request: { playbookId: string; hostId: string; parameters: Record<string, unknown>; folder: string },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<PackageSet>;
  /** Copies such a folder to a node, into a folder of its login, and checks the hashes there. What is there already is left. */
  carry(
    request: { hostId: string; folder: string },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<{ set: PackageSet; folder: string }>;
}

export function createPackageSets({
  hosts,
  inventory,
  playbooks,
  audit,
  nowMs,
  fetch: get = fetch,
}: PackageSetsDeps): PackageSets {
  return {
    async fetch({ playbookId, hostId, parameters, folder }, { signal = new AbortController().signal } = {}) {
      if (!isAbsolute(folder)) throw new InvalidError('playbooks.folderNotAbsolute', { folder });
      const plan = await playbooks.plan({ playbookId, hostId, parameters }, { signal });
      if (plan.refusal !== null) throw new InvalidError('playbooks.offlineRefused', { reason: plan.refusal.en });
      await inventory.refresh(hostId, { probeIds: ['os', 'packages'], signal });
      const { os, packages } = inventory.facts(hostId, ['os', 'packages']);
      if (packages?.manager !== 'dpkg') throw new InvalidError('playbooks.offlineNoApt');
      const words = [
        ...new Set(plan.packages.flatMap(({ name, after }) => (after === null ? [] : [`${name}=${after}`]))),
      ];
      const host = await hosts.open(hostId, { signal });
      const { files, list } = words.length === 0 ? { files: [], list: '' } : await askNode(host, words, signal);
      const system = os?.prettyName ?? `${os?.id ?? '?'} ${os?.versionId ?? ''}`;
      try {
        mkdirSync(folder, { recursive: true });
        for (const file of files) await fetchArchive(get, file, folder, signal);
        writeFileSync(join(folder, 'Packages'), list);
        const listed = { file: 'Packages', sha256: createHash('sha256').update(list).digest('hex') };
        const sums = sumsText([...files, listed], installedFolder);
        const set: PackageSet = {
          format: 1,
          playbookId,
          madeOn: { host: hosts.spec(hostId).name, system, kernel: os?.kernelRelease ?? null },
          madeAtMs: nowMs(),
          packages: files,
          stepsUntold: plan.steps.flatMap(({ id, state }) => (state === 'later' || state === 'blocked' ? [id] : [])),
          sumsSha256: createHash('sha256').update(sums).digest('hex'),
        };
        writeFileSync(join(folder, 'SHA256SUMS'), sums);
        writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(set, null, 2)}\n`);
        return set;
      } catch (error) {
        throw isFileError(error) ? storeError(error, folder) : error;
      }
    },

    async carry({ hostId, folder }, { signal = new AbortController().signal } = {}) {
      const set = readSet(folder);
      const host = await hosts.open(hostId, { signal });
      const { playbookId, sumsSha256, packages } = set;
      const detail = { playbookId, sumsSha256, files: packages.map(({ file }) => file), folder: carriedFolder };
      audit.append({ event: 'playbook.carry', hostId, detail });
      await run(host, ['mkdir', '-p', '-m', '0700', carriedFolder], signal);
      for (const { file } of [...set.packages, { file: 'Packages' }, { file: 'SHA256SUMS' }])
        await copyFile(host, join(folder, file), `${carriedFolder}/${file}`, signal);
      return { set, folder: carriedFolder };
    },
  };
}

/** The archives of these packages, by the node's own lists. */
async function askNode(host: Host, words: readonly string[], signal: AbortSignal) {
  const uris = await run(host, ['apt-get', 'download', '--print-uris', ...words], signal);
  const files = readUris(uris);
  if (files.length < words.length)
    throw new InvalidError('playbooks.offlineNotListed', { wanted: words.length, listed: files.length });
  const { text, missing } = packagesList(await run(host, ['apt-cache', 'show', ...words], signal), files);
  if (missing.length > 0)
    throw new InvalidError('playbooks.offlineNotListed', {
      wanted: words.length,
      listed: files.length - missing.length,
    });
  return { files, list: text };
}

async function fetchArchive(get: typeof fetch, file: PackageFile, folder: string, signal: AbortSignal): Promise<void> {
  const path = join(folder, file.file);
  if (existsSync(path) && (await hashOf(path)) === file.sha256) return;
  const response = await get(file.url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new UnavailableError('playbooks.offlineNotFetched', { url: file.url, reason: reasonOf(error) });
  });
  if (!response.ok || response.body === null)
    throw new UnavailableError('playbooks.offlineNotFetched', { url: file.url, reason: `HTTP ${response.status}` });
  const partial = `${path}.part`;
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      done(size > file.sizeBytes ? new ConflictError('playbooks.offlineOther', { file: file.file }) : null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body as never), counted, createWriteStream(partial), { signal });
    if ((await hashOf(partial)) !== file.sha256) throw new ConflictError('playbooks.offlineOther', { file: file.file });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The manifest of a folder, with every file as it says. */
function readSet(folder: string): PackageSet {
  try {
    const set = packageSetSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    const sums = readFileSync(join(folder, 'SHA256SUMS'));
    if (createHash('sha256').update(sums).digest('hex') !== set.sumsSha256) throw new Error('SHA256SUMS');
    return set;
  } catch {
    throw new InvalidError('playbooks.noPackageSet', { folder });
  }
}

/** Piece by piece; a file that is there with the same content is not sent again. */
async function copyFile(host: Host, from: string, to: string, signal: AbortSignal): Promise<void> {
  const wanted = await hashOf(from).catch(() => {
    throw new InvalidError('playbooks.noPackageSet', { folder: from });
  });
  if ((await remoteHash(host, to, signal)) === wanted) return;
  const { size } = statSync(from);
  await run(host, ['truncate', '-s', '0', to], signal);
  const file = await open(from);
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) break;
      await run(host, ['tee', '-a', to], signal, buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  if ((await remoteHash(host, to, signal)) !== wanted) throw new ConflictError('playbooks.offlineOther', { file: to });
}

async function remoteHash(host: Host, path: string, signal: AbortSignal): Promise<string | null> {
  const result = await host.exec({ id: 'sum', argv: ['sha256sum', '--', path], timeoutMs: 120_000 }, { signal });
  return /^\\?([0-9a-f]{64})\s/.exec(new TextDecoder().decode(result.stdout))?.[1] ?? null;
}

async function run(host: Host, argv: CommandSpec['argv'], signal: AbortSignal, stdin?: Uint8Array): Promise<string> {
  // tee writes what it is given out again; nobody reads that.
  const spec: CommandSpec = { id: 'packages', argv, timeoutMs: 120_000, ...(stdin ? { maxOutputBytes: 1024 } : {}) };
  const { state, exitCode, stdout, stderr } = await host.exec(spec, { signal, ...(stdin ? { stdin } : {}) });
  if (state === 'lost') throw new HostUnavailableError(host.id, { code: 'connection-lost', detail: argv[0] });
  signal.throwIfAborted();
  if (state === 'exited' && exitCode === 0) return new TextDecoder().decode(stdout);
  const line = printable(new TextDecoder().decode(stderr)).split('\n')[0] ?? '';
  throw new InvalidError('playbooks.offlineCommand', { command: argv[0], reason: line.slice(0, 200) || state });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}

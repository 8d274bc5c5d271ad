import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { PackageSet, SetFile } from '#shared/domain/playbook/package-set';
import { carriedFolder, installedFolder, packageSetSchema } from '#shared/domain/playbook/package-set';
import { type SiteScope, vendorSite } from '#shared/domain/site';
import type { Actions } from '../../actions/actions';
import type { AuditLog } from '../../audit/audit-log';
import { InvalidError } from '../../errors';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Inventory } from '../../inventory/inventory';
import { storeError } from '../../store/store';
import type { Playbooks } from '../create-playbooks';
import { askPackages } from './ask-node';
import { copyFile } from './copy-file';
import { fetchFile, hashOf, isFileError } from './fetch-file';
import { fetchParts, packagesOf } from './fetch-parts';
import { runOn } from './on-node';
import { sumsText } from './read-package-set';
import { writeRpmRepository } from './rpm-repository';

export interface PackageSetsDeps {
  readonly hosts: Pick<HostDirectory, 'spec' | 'open'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts'>;
  readonly playbooks: Pick<Playbooks, 'plan' | 'versions' | 'digest'>;
  readonly actions: Pick<Actions, 'list'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly nowMs: () => number;
  readonly site?: () => SiteScope;
}

export interface PackageSets {
  /**
   * Asks a connected node what a playbook needs there, fetches it to a folder of this workstation by the site's proxy and authority,
   * and checks its hashes. A folder with a set of the same playbook is added to. Throws InvalidError, UnavailableError, ConflictError
   * (another content), HostUnavailableError, StoreError (a full disk), AbortError.
   */
  fetch(
    request: {
      playbookId: string;
      hostId: string;
      parameters: Record<string, unknown>;
      folder: string;
      images?: readonly string[];
    },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<PackageSet>;
  /** Copies such a folder to a node, into a folder of its login, and checks the hashes here and there. What is there already is left. */
  carry(
    request: { hostId: string; folder: string },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<{ set: PackageSet; folder: string; isOlder: boolean }>;
}

export function createPackageSets(deps: PackageSetsDeps): PackageSets {
  const { hosts, inventory, playbooks, actions, audit, nowMs, site = () => vendorSite } = deps;
  return {
    async fetch(
      { playbookId, hostId, parameters, folder, images = [] },
      { signal = new AbortController().signal } = {},
    ) {
      if (!isAbsolute(folder)) throw new InvalidError('playbooks.folderNotAbsolute', { folder });
      const before = addedTo(folder, playbookId);
      const plan = await playbooks.plan({ playbookId, hostId, parameters }, { signal });
      if (plan.refusal !== null) throw new InvalidError('playbooks.offlineRefused', { reason: plan.refusal.en });
      await inventory.refresh(hostId, { probeIds: ['os', 'packages'], signal });
      const { os, packages } = inventory.facts(hostId, ['os', 'packages']);
      const manager = packages?.manager;
      if (manager !== 'dpkg' && manager !== 'rpm') throw new InvalidError('playbooks.offlineNoManager');
      const host = await hosts.open(hostId, { signal });
      const told = await askPackages(host, manager, packagesOf(plan), signal);
      try {
        mkdirSync(folder, { recursive: true });
        for (const { file, url, sha256, sizeBytes } of told.files)
          await fetchFile({ url, name: file, sha256, sizeBytes }, join(folder, file), site(), signal);
        const { choices } = await playbooks.versions(hostId, { signal });
        const more = await fetchParts({
          ...{ plan, infos: actions.list(), choices, images, host, folder, signal, way: site(), registries: site() },
          architecture: os?.architecture ?? 'x86_64',
          covered: before?.covered ?? [],
        });
        const files = merged(before?.files ?? [], [...told.files, ...more.files]);
        const archives = files.filter(({ kind }) => kind === 'package');
        if (manager === 'rpm' && archives.length > 0) writeRpmRepository(folder, archives, nowMs());
        if (manager === 'dpkg') writePackages(folder, told.list, archives);
        const sums = sumsText(await everyFile(folder, files), installedFolder);
        const set: PackageSet = {
          format: 2,
          playbookId,
          playbookSha256: playbooks.digest(playbookId),
          madeOn: {
            host: hosts.spec(hostId).name,
            system: os?.prettyName ?? `${os?.id ?? '?'} ${os?.versionId ?? ''}`,
            kernel: os?.kernelRelease ?? null,
          },
          madeAtMs: nowMs(),
          files,
          missing: more.missing,
          covered: more.covered,
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
      const { set, sums } = readSet(folder);
      const { playbookId, sumsSha256, files } = set;
      const host = await hosts.open(hostId, { signal });
      const detail = { playbookId, sumsSha256, files: files.map(({ file }) => file), folder: carriedFolder };
      audit.append({ event: 'playbook.carry', hostId, detail });
      const folders = new Set(sums.flatMap(({ file }) => (file.includes('/') ? [file.replace(/\/[^/]*$/, '')] : [])));
      await runOn(host, ['mkdir', '-p', '-m', '0700', carriedFolder], signal);
      if (folders.size > 0)
        await runOn(host, ['mkdir', '-p', ...[...folders].map((one) => `${carriedFolder}/${one}`)], signal);
      for (const { file, sha256 } of [...sums, { file: 'SHA256SUMS', sha256: sumsSha256 }])
        await copyFile(host, join(folder, file), sha256, `${carriedFolder}/${file}`, signal);
      const isOlder = digestOf(playbooks, playbookId) !== set.playbookSha256;
      return { set, folder: carriedFolder, isOlder };
    },
  };
}

/** A playbook that is no longer there is another one. */
function digestOf(playbooks: Pick<Playbooks, 'digest'>, playbookId: string): string | null {
  try {
    return playbooks.digest(playbookId);
  } catch {
    return null;
  }
}

/** The set that is in the folder already. Throws InvalidError where it is of another playbook. */
function addedTo(folder: string, playbookId: string): PackageSet | null {
  if (!existsSync(join(folder, 'manifest.json'))) return null;
  const { set } = readSet(folder);
  if (set.playbookId !== playbookId)
    throw new InvalidError('playbooks.offlineOtherSet', { folder, playbook: set.playbookId });
  return set;
}

function merged(before: readonly SetFile[], now: readonly SetFile[]): SetFile[] {
  const all = new Map([...before, ...now].map((one) => [one.file, one]));
  return [...all.values()].sort((one, other) => (one.file < other.file ? -1 : 1));
}

/** The list Packages of apt: the paragraphs of now, and those of before whose archives are still of the set. */
function writePackages(folder: string, list: string, archives: readonly SetFile[]): void {
  const path = join(folder, 'Packages');
  const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const paragraphs = new Map<string, string>();
  for (const text of `${old}\n\n${list}`.split(/\n\s*\n/)) {
    const file = /^Filename: \.\/(\S+)$/m.exec(text)?.[1];
    if (file !== undefined && archives.some((one) => one.file === file)) paragraphs.set(file, `${text.trim()}\n\n`);
  }
  writeFileSync(path, [...paragraphs.values()].join(''));
}

/** Everything below the folder that can be carried, also what somebody laid there (a wheel of one's own), with its hash. */
async function everyFile(folder: string, known: readonly SetFile[]): Promise<{ file: string; sha256: string }[]> {
  const found: { file: string; sha256: string }[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/');
    const isOurs =
      file === 'manifest.json' || file === 'SHA256SUMS' || file.endsWith('.part') || file.includes('.blobs/');
    if (!entry.isFile() || isOurs || !/^[\w.+~/-]+$/.test(file)) continue;
    const sha256 = known.find((one) => one.file === file)?.sha256 ?? (await hashOf(join(folder, file)));
    found.push({ file, sha256 });
  }
  return found;
}

/** The manifest of a folder with the hash of every file. Throws InvalidError where it is no whole set. */
function readSet(folder: string): { set: PackageSet; sums: { file: string; sha256: string }[] } {
  try {
    const set = packageSetSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
    const text = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
    if (createHash('sha256').update(text).digest('hex') !== set.sumsSha256) throw new Error('SHA256SUMS');
    const sums = text.split('\n').flatMap((line) => {
      const [, sha256 = '', path = ''] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      const file = path.slice(installedFolder.length + 1);
      return file === '' || file.split('/').includes('..') ? [] : [{ file, sha256 }];
    });
    return { set, sums };
  } catch {
    throw new InvalidError('playbooks.noPackageSet', { folder });
  }
}

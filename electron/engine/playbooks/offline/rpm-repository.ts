import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SetFile } from '#shared/domain/playbook/package-set';
import { ConflictError } from '../../errors';
import { type RpmHeader, type RpmRelation, readRpmHeader } from './rpm-header';

/** Headers of the largest packages are some MB: they name every file. */
const headerBytes = 64 * 1024 * 1024;

/** Makes a folder with RPMs a repository of dnf (rpm-md, as createrepo_c writes it); returns the files it wrote. */
export function writeRpmRepository(folder: string, packages: readonly SetFile[], atMs: number): string[] {
  const read = packages.map((one) => {
    const header = headerOf(join(folder, one.file));
    if (header === null) throw new ConflictError('playbooks.offlineOther', { file: one.file });
    return { ...one, header };
  });
  const seconds = Math.floor(atMs / 1000);
  const list = (name: string, namespace: string, bodies: string[]) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${namespace} packages="${bodies.length}">\n${bodies.join('')}</${name}>\n`;
  const parts = {
    primary: list(
      'metadata',
      'xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm"',
      read.map((one) => primaryOf(one, one.header, seconds)),
    ),
    filelists: list(
      'filelists',
      'xmlns="http://linux.duke.edu/metadata/filelists"',
      read.map(({ sha256, header }) => {
        const { name, arch, files } = header;
        return `<package pkgid="${sha256}" name="${xml(name)}" arch="${xml(arch)}">${versionOf(header)}${filesOf(files)}</package>\n`;
      }),
    ),
  };
  mkdirSync(join(folder, 'repodata'), { recursive: true });
  const data = Object.entries(parts).map(([name, text]) => {
    writeFileSync(join(folder, 'repodata', `${name}.xml`), text);
    const sum = createHash('sha256').update(text).digest('hex');
    return `<data type="${name}"><checksum type="sha256">${sum}</checksum><location href="repodata/${name}.xml"/><timestamp>${seconds}</timestamp><size>${Buffer.byteLength(text)}</size></data>\n`;
  });
  const whole = `<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>${seconds}</revision>\n${data.join('')}</repomd>\n`;
  writeFileSync(join(folder, 'repodata', 'repomd.xml'), whole);
  return ['repodata/primary.xml', 'repodata/filelists.xml', 'repodata/repomd.xml'];
}

function headerOf(path: string): RpmHeader | null {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headerBytes);
    return readRpmHeader(bytes.subarray(0, readSync(file, bytes, 0, headerBytes, 0)));
  } finally {
    closeSync(file);
  }
}

function primaryOf({ file, sha256, sizeBytes }: SetFile, header: RpmHeader, seconds: number): string {
  const { name, arch, summary, license, installedBytes, start, end, files, provides } = header;
  // What a package has itself it needs of no other.
  const isOwn = (one: RpmRelation) => provides.some((own) => own.name === one.name && own.version === one.version);
  const told = { ...header, requires: header.requires.filter((one) => !isOwn(one)) };
  const relations = ['provides', 'requires', 'conflicts', 'obsoletes'] as const;
  return `<package type="rpm"><name>${xml(name)}</name><arch>${xml(arch)}</arch>${versionOf(header)}<checksum type="sha256" pkgid="YES">${sha256}</checksum><summary>${xml(summary)}</summary><description/><packager/><url/><time file="${seconds}" build="${seconds}"/><size package="${sizeBytes}" installed="${installedBytes}" archive="0"/><location href="${xml(file)}"/><format><rpm:license>${xml(license)}</rpm:license><rpm:vendor/><rpm:group/><rpm:buildhost/><rpm:sourcerpm/><rpm:header-range start="${start}" end="${end}"/>${relations
    .map((kind) => relationsOf(kind, told[kind]))
    .join('')}${filesOf(files)}</format></package>\n`;
}

const versionOf = ({ epoch, version, release }: RpmHeader): string =>
  `<version epoch="${epoch}" ver="${xml(version)}" rel="${xml(release)}"/>`;
const filesOf = (files: readonly string[]): string => files.map((file) => `<file>${xml(file)}</file>`).join('');

/** Rpm's own features are no packages. */
function relationsOf(kind: string, relations: readonly RpmRelation[]): string {
  const entries = relations
    .filter(({ name }) => !name.startsWith('rpmlib('))
    .map(({ name, version, flags }) => {
      const sign = { 2: 'LT', 4: 'GT', 8: 'EQ', 10: 'LE', 12: 'GE' }[flags & 14];
      const [, epoch = '0', ver = '', rel] = /^(?:(\d+):)?([^-]*)(?:-(.+))?$/.exec(version) ?? [];
      const of = sign ? ` flags="${sign}" epoch="${epoch}" ver="${xml(ver)}"${rel ? ` rel="${xml(rel)}"` : ''}` : '';
      return `<rpm:entry name="${xml(name)}"${of}/>`;
    });
  return entries.length === 0 ? '' : `<rpm:${kind}>${entries.join('')}</rpm:${kind}>`;
}

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string => text.replace(/[&<>"]/g, (one) => marks[one] ?? one).replace(/\p{Cc}/gu, ' ');

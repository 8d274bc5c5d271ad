import { isUtf8 } from 'node:buffer';
import { strFromU8, unzipSync } from 'fflate';
import { isTreeFileName } from '#shared/domain/own-trees';
import { InvalidError } from '../../errors';
import { type ProblemWords, says } from '../../knowledge/problem-words';

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file as it would be taken over; null text with the reason where it would not. */
export interface TakenFile {
  readonly from: string;
  readonly name: string | null;
  readonly text: string | null;
  readonly reason: ProblemWords | null;
}

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILES = 500;

/** The YAML files among those given and in the zips among them, under names that the folder can have. Throws InvalidError. */
export function filesToImport(given: readonly GivenFile[]): TakenFile[] {
  const all = given.flatMap((file) => (isZip(file.bytes) ? unpacked(file) : [file]));
  if (all.length > MAX_FILES) throw new InvalidError('ownTrees.tooManyFiles', { count: all.length, limit: MAX_FILES });
  const names = new Set<string>();
  return all.map(({ name: from, bytes }) => {
    const leftOut = (reason: ProblemWords): TakenFile => ({ from, name: null, text: null, reason });
    const name = cleanName(from);
    if (name === null) return leftOut(says('noYaml'));
    if (bytes.length > MAX_FILE_BYTES) return leftOut(says('tooLarge'));
    if (!isUtf8(bytes) || bytes.includes(0)) return leftOut(says('noText'));
    if (names.has(name.toLowerCase())) return leftOut(says('sameName', { name }));
    names.add(name.toLowerCase());
    return { from, name, text: strFromU8(bytes), reason: null };
  });
}

/** The last part of a path, in characters that every file system takes; null for what is no YAML, or hidden. */
export function cleanName(path: string): string | null {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  if (last.startsWith('.') || !/\.ya?ml$/i.test(last)) return null;
  const name = last
    .replace(/\.ya?ml$/i, (ending) => ending.toLowerCase())
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return isTreeFileName(name) ? name : null;
}

/** Local file header of PKWARE's APPNOTE, or the end record of an empty archive. */
function isZip(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

/** Nothing is unpacked that would not be taken: a small archive can say to be anything. */
function unpacked({ name: archive, bytes }: GivenFile): GivenFile[] {
  const skipped: GivenFile[] = [];
  let count = 0;
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/') || name.startsWith('__MACOSX/') || cleanName(name) === null) return false;
        count += 1;
        if (count > MAX_FILES) return false;
        if (originalSize <= MAX_FILE_BYTES) return true;
        skipped.push({ name: `${archive}/${name}`, bytes: new Uint8Array(MAX_FILE_BYTES + 1) });
        return false;
      },
    });
    if (count > MAX_FILES) throw new InvalidError('ownTrees.tooManyFiles', { count, limit: MAX_FILES });
    return [
      ...Object.entries(files).map(([name, content]) => ({ name: `${archive}/${name}`, bytes: content })),
      ...skipped,
    ];
  } catch (error) {
    if (error instanceof InvalidError) throw error;
    throw new InvalidError('ownTrees.badZip', {
      name: archive,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

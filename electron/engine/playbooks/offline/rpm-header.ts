/** What a repository has to know of a package, out of the header of its file (rpm.org, Package Format version 4). */
export interface RpmHeader {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly summary: string;
  readonly license: string;
  readonly installedBytes: number;
  readonly provides: readonly RpmRelation[];
  readonly requires: readonly RpmRelation[];
  readonly conflicts: readonly RpmRelation[];
  readonly obsoletes: readonly RpmRelation[];
  readonly files: readonly string[];
  /** Where the header lies in the file. */
  readonly start: number;
  readonly end: number;
}

export interface RpmRelation {
  readonly name: string;
  /** `[EPOCH:]VERSION[-RELEASE]`; empty: any. */
  readonly version: string;
  /** Bits: 2 less, 4 greater, 8 equal; the rest says when it is needed. */
  readonly flags: number;
}

const tags = {
  ...{ name: 1000, version: 1001, release: 1002, epoch: 1003, summary: 1004, size: 1009, license: 1014, arch: 1022 },
  ...{ provideName: 1047, requireFlags: 1048, requireName: 1049, requireVersion: 1050, conflictFlags: 1053 },
  ...{ conflictName: 1054, conflictVersion: 1055, obsoleteName: 1090, provideFlags: 1112, provideVersion: 1113 },
  ...{ obsoleteFlags: 1114, obsoleteVersion: 1115, dirIndexes: 1116, baseNames: 1117, dirNames: 1118, longSize: 5009 },
} as const;

const magic = 0x8eade801;
const leadBytes = 96;

/** Null for what is no RPM. `bytes`: the beginning of the file, with the whole header. */
export function readRpmHeader(bytes: Buffer): RpmHeader | null {
  try {
    if (bytes.readUInt32BE(0) !== 0xedabeedb) return null;
    const signatureEnd = endOf(bytes, leadBytes);
    const start = Math.ceil(signatureEnd / 8) * 8;
    const end = endOf(bytes, start);
    return end > bytes.length ? null : headerOf(bytes, start, end);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function endOf(bytes: Buffer, start: number): number {
  if (bytes.readUInt32BE(start) !== magic) throw new RangeError('no header');
  return start + 16 + 16 * bytes.readUInt32BE(start + 8) + bytes.readUInt32BE(start + 12);
}

function headerOf(bytes: Buffer, start: number, end: number): RpmHeader {
  const count = bytes.readUInt32BE(start + 8);
  const store = start + 16 + 16 * count;
  const entries = new Map<number, { offset: number; count: number; type: number }>();
  for (let index = 0; index < count; index += 1) {
    const at = start + 16 + 16 * index;
    const [type, offset, items] = [4, 8, 12].map((more) => bytes.readUInt32BE(at + more));
    entries.set(bytes.readUInt32BE(at), { type: type ?? 0, offset: offset ?? 0, count: items ?? 0 });
  }
  const texts = (tag: number): string[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    const found: string[] = [];
    for (let at = store + entry.offset; found.length < entry.count; ) {
      const until = bytes.indexOf(0, at);
      if (until < 0 || until > end) throw new RangeError('text');
      found.push(bytes.toString('utf8', at, until));
      at = until + 1;
    }
    return found;
  };
  const numbers = (tag: number): number[] => {
    const entry = entries.get(tag);
    if (entry === undefined) return [];
    const at = store + entry.offset;
    const wide = entry.type === 5;
    return Array.from({ length: entry.count }, (_, index) =>
      wide ? Number(bytes.readBigUInt64BE(at + 8 * index)) : bytes.readUInt32BE(at + 4 * index),
    );
  };
  const relations = (kind: 'provide' | 'require' | 'conflict' | 'obsolete'): RpmRelation[] => {
    const [versions, flags] = [texts(tags[`${kind}Version`]), numbers(tags[`${kind}Flags`])];
    return texts(tags[`${kind}Name`]).map((name, index) => ({
      name,
      version: versions[index] ?? '',
      flags: flags[index] ?? 0,
    }));
  };
  const one = (tag: number): string => texts(tag)[0] ?? '';
  const [folders, indexes] = [texts(tags.dirNames), numbers(tags.dirIndexes)];
  return {
    name: one(tags.name),
    epoch: numbers(tags.epoch)[0] ?? 0,
    version: one(tags.version),
    release: one(tags.release),
    arch: one(tags.arch),
    summary: one(tags.summary),
    license: one(tags.license),
    installedBytes: numbers(tags.longSize)[0] ?? numbers(tags.size)[0] ?? 0,
    provides: relations('provide'),
    requires: relations('require'),
    conflicts: relations('conflict'),
    obsoletes: relations('obsolete'),
    files: texts(tags.baseNames).map((name, index) => `${folders[indexes[index] ?? 0] ?? ''}${name}`),
    start,
    end,
  };
}

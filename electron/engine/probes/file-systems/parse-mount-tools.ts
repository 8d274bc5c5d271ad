import { isObject, linesOf, readJson, textOf } from '../lib/lines';
import { type Mount, toBytes, type Usage } from './parse-mounts';

interface Listed {
  readonly mount: Mount;
  readonly usage: Usage | undefined;
}

/** Reads a recorded `findmnt -J`, with sizes in bytes (-b) or rounded; children nest. Null: not that. */
export function parseFindmnt(text: string): Listed[] | null {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (!isObject(document) || !Array.isArray(document.filesystems)) return null;
  const found: Listed[] = [];
  const visit = (entries: readonly unknown[], depth: number) => {
    for (const entry of entries) {
      if (!isObject(entry) || typeof entry.target !== 'string') continue;
      const bytes = (value: unknown) =>
        toBytes(typeof value === 'number' ? String(value) : (textOf(value) ?? ''), null);
      const source = textOf(entry.source) ?? '';
      const target = textOf(entry.target) ?? '';
      const sizeBytes = bytes(entry.size);
      found.push({
        mount: { source, target, type: textOf(entry.fstype) ?? '', options: textOf(entry.options)?.split(',') ?? [] },
        usage:
          sizeBytes === null
            ? undefined
            : {
                source,
                mountPoint: target,
                sizeBytes,
                usedBytes: bytes(entry.used),
                availableBytes: bytes(entry.avail),
                inodesTotal: null,
                inodesUsed: null,
              },
      });
      if (Array.isArray(entry.children) && depth < 32) visit(entry.children, depth + 1);
    }
  };
  visit(document.filesystems, 0);
  return found.length > 0 ? found : null;
}

/** Reads a recorded `mount`: `/dev/sda2 on / type ext4 (rw,relatime,data=ordered)`. Null: a line that is not so. */
export function parseMountCommand(text: string): Listed[] | null {
  const found: Listed[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const match =
      /^(\S{1,1000}) on (\/.{0,1000}?) type ([\w.+-]{1,60}) \(([^()]{1,2000})\)(?: \[[^\]]{0,200}\])?$/.exec(line);
    if (!match) return null;
    const [, source = '', target = '', type = '', options = ''] = match;
    found.push({ mount: { source, target, type, options: options.split(',') }, usage: undefined });
  }
  return found.length > 0 ? found : null;
}

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A piece of an archive: bytes, or a file that holds them. */
export type Entry = { readonly name: string } & ({ readonly text: string } | { readonly path: string });

const block = 512;

/** Writes a tar (ustar), the same bytes for the same entries. */
export async function writeTar(path: string, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const entry of entries) {
      const size = 'path' in entry ? statSync(entry.path).size : Buffer.byteLength(entry.text);
      yield header(entry.name, size);
      if ('path' in entry) for await (const chunk of createReadStream(entry.path)) yield chunk as Buffer;
      else yield Buffer.from(entry.text);
      yield Buffer.alloc((block - (size % block)) % block);
    }
    yield Buffer.alloc(2 * block);
  }
  await pipeline(Readable.from(bytes()), createWriteStream(`${path}.part`), { signal });
  renameSync(`${path}.part`, path);
}

function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  // Beyond eleven octal digits in binary, as GNU and Go write it.
  if (size < 8 ** 11) bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    bytes[124] = 0x80;
    bytes.writeBigUInt64BE(BigInt(size), 128);
  }
  bytes.write('00000000000\0', 136);
  bytes.write('        ', 148);
  bytes.write('0ustar\x0000', 156);
  const sum = bytes.reduce((all, one) => all + one, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

export interface ImageParts {
  /**
   * With registry and tag: containerd keeps a name as it stands and Docker asks it for the full one; Docker's own store refuses a name
   * without a tag.
   */
  readonly fullName: string;
  readonly manifest: { readonly text: string; readonly mediaType: string };
  readonly config: string;
  readonly layers: readonly string[];
  /** Of a digest's blob. */
  readonly pathOf: (digest: string) => string;
}

/**
 * As `docker save` writes it since 25: an OCI layout, read by Docker with containerd's store (index.json), and a manifest.json, without
 * which Docker with its own store, also 28, loads nothing.
 */
export function imageEntries({ fullName, manifest, config, layers, pathOf }: ImageParts): Entry[] {
  const nameOf = (digest: string) => `blobs/sha256/${digest.replace(/^sha256:/, '')}`;
  const digest = createHash('sha256').update(manifest.text).digest('hex');
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: manifest.mediaType,
        digest: `sha256:${digest}`,
        size: Buffer.byteLength(manifest.text),
        annotations: { 'io.containerd.image.name': fullName, 'org.opencontainers.image.ref.name': tagOf(fullName) },
      },
    ],
  };
  const saved = [{ Config: nameOf(config), RepoTags: [fullName], Layers: layers.map(nameOf) }];
  return [
    { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', text: JSON.stringify(index) },
    { name: 'manifest.json', text: JSON.stringify(saved) },
    { name: nameOf(digest), text: manifest.text },
    ...[...new Set([config, ...layers])].map((one) => ({ name: nameOf(one), path: pathOf(one) })),
  ];
}

const tagOf = (fullName: string): string => fullName.slice(fullName.lastIndexOf(':') + 1);

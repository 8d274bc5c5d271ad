import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

// Readers for the two archive kinds that the Electron runtime comes in. They are here because a fresh machine may have
// neither unzip nor node_modules, and both formats are a few lines when only well-formed, hash-checked input is read.

/**
 * Subresource-integrity string of a file, as npm writes it.
 * @param {string} file
 * @returns {Promise<string>}
 */
export function sha512Integrity(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha512');
    createReadStream(file)
      .on('error', reject)
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => resolve(`sha512-${hash.digest('base64')}`));
  });
}

/**
 * One file out of a .tgz.
 * @param {string} tgzFile
 * @param {string} name path inside the archive
 */
export function readFromTarball(tgzFile, name) {
  const tar = gunzipSync(readFileSync(tgzFile));
  const field = (/** @type {number} */ from, /** @type {number} */ length) =>
    tar.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let offset = 0; offset + 512 <= tar.length && tar[offset] !== 0; ) {
    const sizeBytes = Number.parseInt(field(offset + 124, 12), 8);
    if (field(offset, 100) === name) return tar.subarray(offset + 512, offset + 512 + sizeBytes);
    offset += 512 + Math.ceil(sizeBytes / 512) * 512;
  }
  throw new Error(`${name} is not in ${tgzFile}`);
}

/**
 * Unpacks a zip without its first folder level.
 * @param {Buffer} zip
 * @param {string} targetDir
 * @param {(name: string) => boolean} isWanted gets the name below the first folder
 */
export function unzip(zip, targetDir, isWanted) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error('Not a zip file: it has no central directory');
  const entryCount = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < entryCount; index += 1) {
    const method = zip.readUInt16LE(at + 10);
    const packedBytes = zip.readUInt32LE(at + 20);
    const nameBytes = zip.readUInt16LE(at + 28);
    const mode = zip.readUInt32LE(at + 38) >>> 16;
    const headerAt = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes).replace(/^[^/]*\//, '');
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (name === '' || name.endsWith('/') || !isWanted(name)) continue;

    const file = path.resolve(targetDir, name);
    if (!file.startsWith(targetDir + path.sep)) throw new Error(`The zip holds a path outside its folder: ${name}`);
    const dataAt = headerAt + 30 + zip.readUInt16LE(headerAt + 26) + zip.readUInt16LE(headerAt + 28);
    const packed = zip.subarray(dataAt, dataAt + packedBytes);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, method === 0 ? packed : inflateRawSync(packed), { mode: mode & 0o777 || 0o644 });
  }
}

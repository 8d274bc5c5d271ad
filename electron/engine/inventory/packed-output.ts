import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Bytes as they are kept: deflated where that saves room. */
export interface PackedOutput {
  readonly bytes: Uint8Array;
  readonly isDeflated: boolean;
}

/** Less would not save a page of the database. */
const minBytes = 1024;
/** Beyond what any command may print: damage must not become memory. */
const maxBytes = 256 * 1024 * 1024;

export function packOutput(bytes: Uint8Array): PackedOutput {
  if (bytes.byteLength < minBytes) return { bytes, isDeflated: false };
  const deflated = deflateRawSync(bytes, { level: 3 });
  return deflated.byteLength < bytes.byteLength ? { bytes: deflated, isDeflated: true } : { bytes, isDeflated: false };
}

/** The bytes again. Throws when they are damaged. */
export function unpackOutput({ bytes, isDeflated }: PackedOutput): Uint8Array {
  return isDeflated ? new Uint8Array(inflateRawSync(bytes, { maxOutputLength: maxBytes })) : bytes;
}

import { createHash } from 'node:crypto';

/**
 * Fingerprints of the primary keys that a key file holds, upper case hex; it may be armored (`.asc`) or not (`.gpg`). Null for
 * what is no OpenPGP at all. Source: RFC 9580, 4.2 (packet headers), 5.5.4 (fingerprints), 6 (armor).
 */
export function keyFingerprints(bytes: Uint8Array): string[] | null {
  const packets = armoredBytes(bytes);
  const found: string[] = [];
  let at = 0;
  while (at < packets.length) {
    const header = headerAt(packets, at);
    if (header === null) return null;
    const { tag, start, length } = header;
    const body = packets.subarray(start, start + length);
    if (body.length < length) return null;
    if (tag === publicKey) {
      const fingerprint = fingerprintOf(body);
      if (fingerprint === null) return null;
      found.push(fingerprint);
    }
    at = start + length;
  }
  return found.length > 0 ? found : null;
}

/** Packet type: a primary public key; subkeys are 14. */
const publicKey = 6;

/** As people write a fingerprint: blanks, colons, any case; 40 hex digits (version 4) or 64 (version 6). Null: it is none. */
export function plainFingerprint(text: string): string | null {
  const plain = text.replace(/[\s:]/g, '').toUpperCase();
  return /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(plain) ? plain : null;
}

/** All blocks of an armored file one after the other; another file as it is. */
function armoredBytes(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = [
    ...text.matchAll(
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n((?:[A-Za-z]+: .*\r?\n)*)[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)(?:^=[A-Za-z0-9+/]{4}\s*)?^-----END PGP PUBLIC KEY BLOCK-----/gm,
    ),
  ];
  return blocks.length === 0
    ? Buffer.from(bytes)
    : Buffer.concat(blocks.map(([, , body = '']) => Buffer.from(body, 'base64')));
}

function headerAt(bytes: Buffer, at: number): { tag: number; start: number; length: number } | null {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return null;
  const isNew = (first & 0x40) !== 0;
  const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
  const number = (from: number, size: number) => (from + size <= bytes.length ? bytes.readUIntBE(from, size) : null);
  // Lengths of the old form have 1, 2 or 4 octets by their type; of the new one the first octet says it. Partial ones have no place in a key.
  const size = isNew ? newSize(bytes[at + 1] ?? 0) : [1, 2, 4][first & 3];
  if (size === undefined) return null;
  if (!isNew || size === 1) {
    const length = number(at + 1, size);
    return length === null ? null : { tag, start: at + 1 + size, length };
  }
  const length = size === 2 ? number(at + 1, 2) : number(at + 2, 4);
  if (length === null) return null;
  return { tag, start: at + 1 + size, length: size === 2 ? length - (192 << 8) + 192 : length };
}

function newSize(first: number): number | undefined {
  if (first < 192) return 1;
  if (first < 224) return 2;
  return first === 255 ? 5 : undefined;
}

function fingerprintOf(body: Buffer): string | null {
  const [version] = body;
  if (version === 4) {
    const head = Buffer.alloc(3, 0x99);
    head.writeUInt16BE(body.length & 0xffff, 1);
    return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
  }
  if (version !== 6) return null;
  const head = Buffer.alloc(5, 0x9b);
  head.writeUInt32BE(body.length, 1);
  return createHash('sha256').update(head).update(body).digest('hex').toUpperCase();
}

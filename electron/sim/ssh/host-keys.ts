import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
  /** As `ssh-keygen -lf` prints it: `SHA256:` and base64 without padding. */
  readonly sha256: string;
}

export function generateKey(): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519');
  // ssh2 1.17 drops a leading zero byte of the public key, so one key in 256 can't be read back, by itself either.
  if (ssh2.utils.parseKey(pair.private) instanceof Error) return generateKey();
  const publicKey = pair.public.trim();
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return { privateKey: pair.private, publicKey, sha256: fingerprint(blob) };
}

function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

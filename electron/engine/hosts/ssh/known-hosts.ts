import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostKey } from '#shared/domain/host';
import { matchesPatterns } from './ssh-patterns';

interface KnownHostLine {
  readonly file: string;
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | null;
  readonly names: string;
  readonly keyType: string;
  readonly blob: Buffer;
}

export type KnownHostLookup =
  | { readonly kind: 'match'; readonly file: string; readonly line: number }
  | { readonly kind: 'unknown' }
  /** A key is on file and it is another one, or this one was revoked. */
  | { readonly kind: 'changed'; readonly known: readonly HostKey[]; readonly file: string; readonly line: number };

/** Name of a host in known_hosts: port 22 goes without saying, and a HostKeyAlias is the whole of it. */
export function knownHostName(address: string, port: number, alias: string | null = null): string {
  // Lower case, for a hash of it can be found by that alone.
  return (alias ?? (port === 22 ? address : `[${address}]:${port}`)).toLowerCase();
}

/** Describes a public key blob as `ssh-keygen -l` does. */
export function describeHostKey(blob: Uint8Array): HostKey {
  const bytes = Buffer.from(blob);
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  const keyType = length > 0 && length < 100 ? bytes.toString('latin1', 4, 4 + length) : 'unknown';
  const sha256 = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  return { keyType, sha256: `SHA256:${sha256}` };
}

/** Key types on file for a host, so that a handshake can ask for one of those first. */
export function knownKeyTypes(files: readonly string[], name: string): string[] {
  const types = linesFor(files, name).flatMap(({ marker, keyType }) => (marker === null ? [keyType] : []));
  const bare = withoutPort(name);
  return types.length === 0 && bare ? knownKeyTypes(files, bare) : [...new Set(types)];
}

/**
 * Looks a host key up in known_hosts files. A key of another type than the ones on file counts as changed: whoever can
 * answer for the host can also offer another type.
 */
export function lookUpHostKey(files: readonly string[], name: string, blob: Uint8Array): KnownHostLookup {
  const lines = linesFor(files, name);
  const bytes = Buffer.from(blob);
  const revoked = lines.find((line) => line.marker === 'revoked' && line.blob.equals(bytes));
  if (revoked) return { kind: 'changed', known: [], file: revoked.file, line: revoked.line };
  const plain = lines.filter(({ marker }) => marker === null);
  const match = plain.find((line) => line.blob.equals(bytes));
  if (match) return { kind: 'match', file: match.file, line: match.line };
  const { keyType } = describeHostKey(bytes);
  const at = plain.find((line) => line.keyType === keyType) ?? plain[0];
  if (!at) {
    // As OpenSSH has it: a key known for the machine is good for its other ports, and says nothing of a key that is not.
    const bare = withoutPort(name);
    const found = bare ? lookUpHostKey(files, bare, blob) : null;
    return found?.kind === 'match' ? found : { kind: 'unknown' };
  }
  return {
    kind: 'changed',
    known: plain.map(({ blob: known }) => describeHostKey(known)),
    file: at.file,
    line: at.line,
  };
}

/** Adds a key at the end of the file, hashed where the file is; no other line is touched. */
export function addHostKey(file: string, name: string, blob: Uint8Array): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  const text = existsSync(file) ? readFileSync(file, 'latin1') : '';
  const entry = `${/^\|1\|/m.test(text) ? hashName(name) : name} ${describeHostKey(blob).keyType} ${Buffer.from(blob).toString('base64')}\n`;
  const gap = text.length > 0 && !text.endsWith('\n') ? '\n' : '';
  appendFileSync(file, gap + entry, { mode: 0o600, encoding: 'latin1' });
}

function linesFor(files: readonly string[], name: string): KnownHostLine[] {
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'latin1');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((source, index) => {
      const line = parseLine(source, file, index + 1);
      return line && nameMatches(line.names, name) ? [line] : [];
    });
  });
}

/**
 * `[@marker] names keytype base64 [comment]`, sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT":
 *   |1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAA1234.....=
 *   @revoked * ssh-rsa AAAAB5W
 */
function parseLine(source: string, file: string, line: number): KnownHostLine | null {
  const words = source.trim().split(/\s+/);
  if (words[0] === '' || words[0]?.startsWith('#')) return null;
  const markerWord = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [names, keyType, key] = words;
  if (!names || !keyType || !key) return null;
  const marker = markerWord === '@revoked' ? 'revoked' : markerWord === undefined ? null : 'cert-authority';
  return { file, line, marker, names, keyType, blob: Buffer.from(key, 'base64') };
}

function nameMatches(names: string, name: string): boolean {
  if (!names.startsWith('|1|')) return matchesPatterns(names.split(','), name);
  const [, , salt = '', hash = ''] = names.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `node1` of `[node1]:2222`. */
function withoutPort(name: string): string | null {
  return /^\[(.+)\]:\d+$/.exec(name)?.[1] ?? null;
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

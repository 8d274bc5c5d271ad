import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFingerprints, plainFingerprint } from './openpgp-fingerprint';

function hasGpg(): boolean {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('fingerprints of OpenPGP keys', () => {
  it.skipIf(!hasGpg())('are those that gpg tells, armored or not, of one key and of two in a file', () => {
    const home = mkdtempSync(join(tmpdir(), 'gantry-gpg-'));
    try {
      const gpg = (...argv: string[]) =>
        execFileSync('gpg', ['--homedir', home, '--batch', '--yes', ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
      for (const name of ['one', 'two']) {
        gpg('--passphrase', '', '--quick-generate-key', `${name} <${name}@example.org>`, 'ed25519', 'sign', 'never');
      }
      const told = [
        ...gpg('--with-colons', '--list-keys')
          .toString()
          .matchAll(/^pub:.*\n(?:.*\n)*?fpr:+([0-9A-F]{40}):/gm),
      ].map(([, one]) => one);
      expect(told.length).toBe(2);
      expect(keyFingerprints(gpg('--export'))).toEqual(told);
      expect(keyFingerprints(gpg('--export', '--armor'))).toEqual(told);
      expect(keyFingerprints(gpg('--export', '--armor', 'two'))).toEqual(told.slice(1));
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('are nothing for what is no key, and never throw', () => {
    expect(keyFingerprints(Buffer.from('<html>blocked</html>'))).toBeNull();
    expect(keyFingerprints(Buffer.alloc(0))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        keyFingerprints(bytes);
      }),
    );
  });

  it('are written as people write them', () => {
    const plain = '9DC858229FC7DD38854AE2D88D81803C0EBFCD88';
    expect(plainFingerprint('9dc8 5822 9fc7 dd38 854a  e2d8 8d81 803c 0ebf cd88')).toBe(plain);
    expect(plainFingerprint('0EBFCD88')).toBeNull();
  });
});

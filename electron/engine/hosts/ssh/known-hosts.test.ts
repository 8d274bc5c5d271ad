import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../testing/sshd';
import { addHostKey, describeHostKey, knownHostName, knownKeyTypes, lookUpHostKey } from './known-hosts';

let folder: string;
let file: string;
let first: { blob: Buffer; line: string; path: string };
let second: { blob: Buffer; line: string; path: string };
const key = (name: string, type?: string): typeof first => {
  const path = makeKey(join(folder, name), type ? { type } : {});
  const [keyType, encoded = ''] = readFileSync(`${path}.pub`, 'utf8').trim().split(' ');
  return { blob: Buffer.from(encoded, 'base64'), line: `${keyType} ${encoded}`, path };
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-known-'));
  file = join(folder, 'ssh/known_hosts');
  first = key('first');
  second = key('second');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('known_hosts', () => {
  it('describes a key as ssh-keygen does', () => {
    const words = execFileSync('ssh-keygen', ['-lf', `${first.path}.pub`], { encoding: 'utf8' }).split(' ');
    expect(describeHostKey(first.blob)).toEqual({ keyType: 'ssh-ed25519', sha256: words[1] });
  });

  it.each([
    ['a plain name', 'node1'],
    ['one of several names', 'other,node1,10.0.0.1'],
    ['a pattern', '*de?'],
  ])('knows a host by %s', (_, names) => {
    writeFileSync(join(folder, 'kh'), `# comment\n\n${names} ${first.line} someone@here\nbroken line\n`);
    expect(lookUpHostKey([join(folder, 'kh')], 'node1', first.blob)).toEqual({
      kind: 'match',
      file: join(folder, 'kh'),
      line: 3,
    });
    expect(lookUpHostKey([join(folder, 'kh')], 'node1', second.blob)).toMatchObject({ kind: 'changed', line: 3 });
    expect(lookUpHostKey([join(folder, 'kh')], 'elsewhere', first.blob)).toEqual({ kind: 'unknown' });
  });

  it('reads what ssh-keygen hashed, and hashes what it adds to such a file', () => {
    writeFileSync(join(folder, 'kh'), `[node1]:2222 ${first.line}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', join(folder, 'kh')], { stdio: 'ignore' });
    expect(readFileSync(join(folder, 'kh'), 'utf8')).toMatch(/^\|1\|/);
    expect(lookUpHostKey([join(folder, 'kh')], knownHostName('node1', 2222), first.blob).kind).toBe('match');
    expect(lookUpHostKey([join(folder, 'kh')], 'node1', first.blob).kind).toBe('unknown');
    addHostKey(join(folder, 'kh'), 'node2', second.blob);
    expect(readFileSync(join(folder, 'kh'), 'utf8')).not.toContain('node2');
    const found = execFileSync('ssh-keygen', ['-F', 'node2', '-f', join(folder, 'kh')], { encoding: 'utf8' });
    expect(found).toContain(second.line);
  });

  it('knows a host by its alias alone, whatever the case of a hashed name, and on another port by its name', () => {
    expect(knownHostName('10.0.0.1', 2222, 'GPU-07')).toBe('gpu-07');
    writeFileSync(join(folder, 'kh'), `gpu-07 ${first.line}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', join(folder, 'kh')], { stdio: 'ignore' });
    const look = (name: string, blob: Buffer): string => lookUpHostKey([join(folder, 'kh')], name, blob).kind;
    expect(look(knownHostName('GPU-07', 22), first.blob)).toBe('match');
    expect(look(knownHostName('gpu-07', 2222), first.blob)).toBe('match');
    expect(knownKeyTypes([join(folder, 'kh')], '[gpu-07]:2222')).toEqual(['ssh-ed25519']);
    // Another server on another port is not one that changed.
    expect(look(knownHostName('gpu-07', 2222), second.blob)).toBe('unknown');
  });

  it('never trusts a revoked key, nor another type than the one on file, nor a certificate authority as a host', () => {
    const ecdsa = key('third', 'ecdsa');
    const lines = [
      `@revoked * ${second.line}`,
      `node1 ${first.line}`,
      `node2 ${second.line}`,
      `@cert-authority node3 ${first.line}`,
    ];
    writeFileSync(join(folder, 'kh'), `${lines.join('\n')}\n`);
    const look = (name: string, blob: Buffer): string => lookUpHostKey([join(folder, 'kh')], name, blob).kind;
    expect([look('node2', second.blob), look('node1', ecdsa.blob), look('node3', first.blob)]).toEqual([
      'changed',
      'changed',
      'unknown',
    ]);
    expect(knownKeyTypes([join(folder, 'kh')], 'node1')).toEqual(['ssh-ed25519']);
  });

  it('adds at the end, leaves every other byte alone and keeps the folder to its owner', () => {
    addHostKey(file, '[node1]:2222', first.blob);
    expect(statSync(join(folder, 'ssh')).mode & 0o777).toBe(0o700);
    const before = '# mine, no line end \xe9\nnode9 ssh-rsa AAAA';
    writeFileSync(file, before, 'latin1');
    addHostKey(file, 'node1', first.blob);
    expect(readFileSync(file, 'latin1')).toBe(`${before}\nnode1 ${first.line}\n`);
  });
});

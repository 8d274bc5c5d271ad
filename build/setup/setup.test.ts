import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fusesFor } from '../electron-builder.config.mjs';
import { readFromTarball, sha512Integrity, unzip } from './archive.mjs';
import { areDependenciesCurrent } from './dependencies.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gantry-setup-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('unzip', () => {
  const zipOf = (files: Record<string, string>) =>
    Buffer.from(
      zipSync(
        Object.fromEntries(
          Object.entries(files).map(([name, text]) => [name, [strToU8(text), { os: 3, attrs: 0o755 << 16 }]]),
        ),
      ),
    );

  it('unpacks below the first folder, keeps modes and leaves out what is not wanted', () => {
    unzip(zipOf({ 'App/bin/run': 'hello '.repeat(500), 'App/skip': 'x' }), dir, (name) => name !== 'skip');
    expect(readFileSync(path.join(dir, 'bin/run'), 'utf8')).toBe('hello '.repeat(500));
    expect(statSync(path.join(dir, 'bin/run')).mode & 0o777).toBe(0o755 & ~process.umask());
    expect(() => statSync(path.join(dir, 'skip'))).toThrow('ENOENT');
  });

  it('refuses a path that leads outside', () => {
    expect(() => unzip(zipOf({ 'App/../../evil': 'x' }), path.join(dir, 'in'), () => true)).toThrow('outside');
  });

  it('says so when the file is no zip', () => {
    expect(() => unzip(Buffer.from('not a zip at all, only text'), dir, () => true)).toThrow('Not a zip file');
  });
});

describe('readFromTarball', () => {
  it('finds one file among others and checks it against its integrity string', async () => {
    const entry = (name: string, text: string) => {
      const header = Buffer.alloc(512);
      header.write(name, 0);
      header.write(text.length.toString(8).padStart(11, '0'), 124);
      const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
      body.write(text);
      return Buffer.concat([header, body]);
    };
    const file = path.join(dir, 'a.tgz');
    writeFileSync(
      file,
      gzipSync(Buffer.concat([entry('package/a', 'A'.repeat(700)), entry('package/b', 'two'), Buffer.alloc(1024)])),
    );
    expect(readFromTarball(file, 'package/b').toString()).toBe('two');
    expect(() => readFromTarball(file, 'package/c')).toThrow('package/c is not in');
    writeFileSync(path.join(dir, 'abc'), 'abc');
    expect(await sha512Integrity(path.join(dir, 'abc'))).toBe(
      'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==',
    );
  });
});

describe('areDependenciesCurrent', () => {
  const lock = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/mac-only': { version: '1.0.0', integrity: 'sha512-m', optional: true },
  };
  const write = (wanted: object, installed: object | null) => {
    writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    mkdirSync(path.join(dir, 'node_modules'), { recursive: true });
    if (installed)
      writeFileSync(path.join(dir, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  };

  it.each([
    ['nothing was installed', null, false],
    ['all is there but a package for another system', { 'node_modules/a': lock['node_modules/a'] }, true],
    ['a package is missing', {}, false],
    ['a package has another version', { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } }, false],
    [
      'a package is left over',
      { 'node_modules/a': lock['node_modules/a'], 'node_modules/old': { version: '1.0.0' } },
      false,
    ],
  ])('judges when %s', (_case, installed, expected) => {
    write(lock, installed);
    expect(areDependenciesCurrent(dir)).toBe(expected);
  });
});

describe('fuses', () => {
  it('close the inspector in a release and everything else always', () => {
    const closed = { runAsNode: false, enableNodeOptionsEnvironmentVariable: false, onlyLoadAppFromAsar: true };
    expect(fusesFor({ isRelease: true })).toMatchObject({ ...closed, enableNodeCliInspectArguments: false });
    expect(fusesFor({ isRelease: false })).toMatchObject({ ...closed, enableNodeCliInspectArguments: true });
  });
});

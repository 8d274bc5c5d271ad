import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editFile } from './edit-file';
import { editJson } from './edit-json';

describe('editing JSON', () => {
  it('changes what is named, merges objects, and keeps all else byte for byte, comments too', () => {
    const before =
      '{\n    // ours\n    "data-root": "/srv/docker", /* big disk */\n    "log-opts": {"max-size": "10m", "labels": [1,2]},\n    "n": 1e3\n}\n';
    expect(editJson(before, { 'log-driver': 'local', 'log-opts': { 'max-size': '50m', 'max-file': '3' } })).toBe(
      '{\n    // ours\n    "data-root": "/srv/docker", /* big disk */\n    "log-opts": {"max-size": "50m", "labels": [1,2],\n        "max-file": "3"},\n    "n": 1e3,\n    "log-driver": "local"\n}\n',
    );
    expect(editJson('{}', { a: true })).toBe('{\n  "a": true\n}');
    expect(editJson('', { a: true })).toBe('{\n  "a": true\n}\n');
    expect(editJson('{"a": true}\n', { a: true })).toBe('{"a": true}\n');
    expect(editFile('{"features": {"cdi": false}}', { format: 'json', key: 'features', value: '{"cdi": true}' })).toBe(
      '{"features": {"cdi": true}}',
    );
  });

  it('leaves alone what is no JSON object, and what says a key twice', () => {
    for (const broken of ['{', '[]', '{"a": 1,}', '{"a": 1} x', '{a: 1}', '{"a": 1, "a": 2}', '{"a": 01}', '"a"']) {
      expect(editJson(broken, { a: 3 })).toBeNull();
    }
    expect(editFile('{}', { format: 'json', key: 'a', value: 'no json' })).toBeNull();
    expect(editFile('{}', { format: 'json', key: null, value: '[1]' })).toBeNull();
  });

  it('comes to what merging the values comes to, whatever they are', () => {
    const merged = (a: unknown, b: unknown): unknown =>
      isObject(a) && isObject(b)
        ? { ...a, ...Object.fromEntries(Object.entries(b).map(([key, value]) => [key, merged(a[key], value)])) }
        : b;
    const isObject = (value: unknown): value is Record<string, unknown> =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    const value = fc.letrec((tie) => ({
      object: fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('any'),
        { maxKeys: 4 },
      ),
      any: fc.oneof({ maxDepth: 3 }, fc.jsonValue({ maxDepth: 0 }), fc.string(), tie('object')),
    })).object;
    fc.assert(
      fc.property(value, value, fc.constantFrom(undefined, 2, '\t'), (before, settings, indent) => {
        const [old, wanted] = [before, settings].map((one) => JSON.parse(JSON.stringify(one)));
        const edited = editJson(JSON.stringify(old, null, indent), wanted);
        expect(JSON.parse(edited ?? '')).toEqual(merged(old, wanted));
        expect(editJson(edited ?? '', wanted)).toBe(edited);
      }),
      { numRuns: 60 },
    );
  });
});

describe('editing lines', () => {
  const conf = (text: string, key = 'ARGS', value = '"--x"') => editFile(text, { format: 'conf', key, value });
  const ini = (text: string, section = 'main') => editFile(text, { format: 'ini', section, key: 'proxy', value: 'p' });

  it('changes one line as it is written, or adds it where it belongs', () => {
    expect(conf('# ARGS=a\nARGS="--y"\nB=1')).toBe('# ARGS=a\nARGS="--x"\nB=1');
    expect(conf('')).toBe('ARGS="--x"\n');
    expect(conf('a = 1\r\n')).toBe('a = 1\r\nARGS = "--x"\r\n');
    expect(conf('vm.swappiness = 60\n', 'vm.swappiness', '10')).toBe('vm.swappiness = 10\n');
    expect(ini('[main]\na=1\n\n[other]\nproxy=q\n')).toBe('[main]\na=1\nproxy=p\n\n[other]\nproxy=q\n');
    expect(ini('[other]\nb=1\n')).toBe('[other]\nb=1\n\n[main]\nproxy=p\n');
    expect(ini('')).toBe('[main]\nproxy=p\n');
  });

  it('leaves a file alone that says it twice, or goes on in the next line', () => {
    expect(conf('ARGS=1\nARGS=2\n')).toBeNull();
    expect(conf('ARGS="a \\\n b"\n')).toBeNull();
  });
});

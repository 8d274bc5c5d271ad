import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Values } from '../generator';
import { filledForms, hostileWords } from '../testing/form-values';
import { readUnit, wordsOf } from './syntax';
import { systemdUnit } from './systemd-unit';

const { examples, files, problems, read, sections } = systemdUnit;
const textOf = (values: Values) => files(values)[0]?.text ?? '';
const base = examples[0]?.values ?? {};
const said = (values: Values) =>
  problems(values, null).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);

/** What systemd says of units; null where there is no systemd. */
function verify(values: Values): string | null {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-unit-'));
  try {
    const all = files(values).map(({ fileName, text }) => {
      writeFileSync(join(folder, fileName), text);
      return `./${fileName}`;
    });
    const { stdout, stderr } = spawnSync('systemd-analyze', ['--man=no', 'verify', ...all], {
      cwd: folder,
      encoding: 'utf8',
    });
    // Of this unit: others of the machine have faults of their own.
    return (stdout + stderr)
      .split('\n')
      .filter((line) => line.includes(values.name as string))
      .join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const here = { name: 'gantry-tried', Requires: [], Wants: [], After: [], User: 'root', EnvironmentFile: null };

it('gives units that systemd finds nothing wrong with', ({ skip }) => {
  for (const { values } of examples) {
    expect(said(values).filter((line) => !line.startsWith('info'))).toEqual([]);
    const found = verify({ ...values, ...here, ExecStart: ['/bin/echo', 'a b', '"$HOME"', '%n', "it's", ';', '\\'] });
    if (found === null) skip('no systemd here');
    expect(found).toBe('');
  }
  const timed = {
    ...base,
    ...here,
    ExecStart: ['/bin/true'],
    timer: { OnCalendar: 'Mon..Fri 02:30', Persistent: true },
  };
  expect(files(timed).map(({ fileName }) => fileName)).toEqual(['gantry-tried.service', 'gantry-tried.timer']);
  expect(verify(timed)).toBe('');
  expect(verify({ ...base, ...here, ExecStart: ['/nothing/here'] })).toContain('/nothing/here');
});

it('reads back what it wrote, with no line that was not meant, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections, hostileWords), (form) => {
      const text = textOf(form);
      const lines = readUnit(text) ?? [];
      expect(lines.length).toBe(text.split('\n').filter((line) => line.includes('=') && !line.startsWith('[')).length);
      const wanted = new Set(sections.flatMap(({ fields }) => fields.map(({ name }) => name)));
      const others = ((form.other as Values[] | undefined) ?? []).map(({ name }) => String(name).trim());
      for (const { name } of lines) expect([...wanted, ...others, 'LimitMEMLOCK']).toContain(name);
      if (!text.includes('[Service]')) return;
      // What has no field is kept, behind the rest of its section.
      expect(
        textOf(read?.(text)?.values ?? {})
          .split('\n')
          .sort(),
      ).toEqual(text.split('\n').sort());
    }),
    { numRuns: 80 },
  );
});

it('hands a program exactly the words that were meant', () => {
  const line = (words: readonly string[]) => readUnit(textOf({ ExecStart: ['/bin/x', ...words] }))?.[0]?.value ?? '';
  const oneLined = hostileWords
    .map((one) => one.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim())
    .filter((one) => one !== '');
  fc.assert(
    fc.property(fc.array(oneLined, { maxLength: 4 }), (words) => {
      // As systemd does: quotes off, then specifiers and variables.
      const read = wordsOf(line(words))?.map((one) => one.replaceAll('%%', '%').replaceAll('$$', '$'));
      expect(read).toEqual(['/bin/x', ...words]);
    }),
    { numRuns: 200 },
  );
  expect(line(['$HOME', '50%', ';'])).toBe('/bin/x "$$HOME" 50%% ";"');
});

it('a shell started by systemd-style words gets them', () => {
  const unit = textOf({ ExecStart: ['/bin/echo', "a 'b'", '"c"'] });
  const words = wordsOf(readUnit(unit)?.[0]?.value ?? '') ?? [];
  expect(execFileSync(words[0] ?? '', words.slice(1), { encoding: 'utf8' })).toBe('a \'b\' "c"\n');
});

it.each<[string, Values, string]>([
  ['a program without a path', { ExecStart: ['python3'] }, 'error ExecStart.0: The program with its full path'],
  ['a pipe', { ExecStart: ['/bin/a', '|', 'b'] }, 'warn ExecStart.1: There is no shell'],
  ['no devices', { PrivateDevices: true }, 'warn PrivateDevices: /dev/nvidia*'],
  ['no code of its own', { MemoryDenyWriteExecute: true }, 'warn MemoryDenyWriteExecute: CUDA and PyTorch'],
  ['a oneshot that always restarts', { Type: 'oneshot', Restart: 'always' }, 'error Restart: Not with oneshot'],
  ['nowhere to write', { ReadWritePaths: [] }, 'info ReadWritePaths: It can write nowhere'],
  ['a unit without its kind', { After: ['chrony'] }, 'error After.0: A unit’s name with its kind'],
  ['a secret', { Environment: [{ name: 'HF_TOKEN', value: 'x' }] }, 'warn Environment.0.value: systemctl show'],
  ['root', { User: null }, 'info User: It runs as root'],
  ['a size that is none', { MemoryMax: 'much' }, 'error MemoryMax: A number with K'],
])('flags %s', (_, own, expected) => {
  expect(said({ ...base, ...own }).join('\n')).toContain(expected);
});

it('keeps what has no field', () => {
  const found = read?.(
    '[Unit]\nDescription=a\n[Service]\nExecStart=-/bin/x "a b" \\\n  $MORE\nSlice=x.slice\n[X-Mine]\nA=b\n',
  );
  expect(found?.values).toEqual({
    Description: 'a',
    other: [
      { section: 'Service', name: 'ExecStart', value: '-/bin/x "a b"    $MORE' },
      { section: 'Service', name: 'Slice', value: 'x.slice' },
      { section: 'X-Mine', name: 'A', value: 'b' },
    ],
  });
  expect(found?.notes.map(({ text }) => text.en)).toEqual([
    'Kept as it is: [Service] ExecStart, [Service] Slice, [X-Mine] A.',
  ]);
  expect(textOf(found?.values ?? {})).toContain('Slice=x.slice\n\n[X-Mine]\nA=b\n');
  expect(['', 'x', '[Unit]\nA=b\n'].map((text) => read?.(text))).toEqual([null, null, null]);
});

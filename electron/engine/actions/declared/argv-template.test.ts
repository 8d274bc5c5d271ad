import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../sim/model/random';
import { commandLine } from '../../hosts/quote';
import { YamlSource } from '../../knowledge/yaml-source';
import { toCel } from '../../trees/language/cel-values';
import { fillArgv, fillText, type TextTemplate } from './argv-template';
import { compileFixText } from './fix-library';
import { type FixCases, fixCasesSchema } from './fix-schema';
import { parametersSchema } from './parameters';
import { planFix } from './plan-fix';
import { momentOf } from './run-fix-cases';

const folder = join(import.meta.dirname, '../../../../shared/knowledge/fixes');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const ids = readdirSync(folder).flatMap((name) => /^([a-z0-9-]+)\.yaml$/.exec(name)?.[1] ?? []);
const all = ids.map((id) => {
  const cases = new YamlSource(id, read(`${id}.cases.yaml`)).parse(fixCasesSchema).value as FixCases;
  return { id, fix: compileFixText(`${id}.yaml`, read(`${id}.yaml`)), cases: cases.cases };
});

/** What a hostile node or a careless person may put where a name is meant. */
const hostile = [
  '-rf',
  '--output=/etc/shadow',
  '; rm -rf /',
  '$(reboot)',
  '`reboot`',
  '&& reboot',
  '| sh',
  "'; reboot; '",
  '"; reboot; "',
  'a\nb',
  'a\r',
  'a\tb',
  '\u0000',
  '\u001b[2J',
  '\u202egnp.exe',
  '',
  ' ',
  'a b c',
  '*',
  '~root',
  '../../etc/passwd',
  '/etc/../etc/passwd',
  '\ud800',
  'x'.repeat(100_000),
];

describe('parameters', () => {
  it.each(all.map((one) => [one.id, one] as const))('%s: takes nothing hostile for any text', (_, { fix, cases }) => {
    const schema = parametersSchema(fix.definition.parameters);
    for (const { name, kind } of fix.definition.parameters) {
      for (const text of hostile) {
        const parsed = schema.safeParse({ ...cases[0]?.parameters, [name]: text });
        // A path may hold blanks and dollars: as one word they mean themselves.
        if (kind === 'path' && parsed.success) expect(text).toMatch(/^\//);
        // Names with blanks between, and a reason in words.
        else if ((kind === 'packages' || kind === 'text') && text === 'a b c') continue;
        else expect([name, text.slice(0, 20), parsed.success]).toEqual([name, text.slice(0, 20), false]);
      }
    }
  });
});

describe('the commands of declared actions', () => {
  /** The same facts with texts replaced by hostile ones, here and there. */
  function poisoned(value: unknown, random: () => number): unknown {
    if (typeof value === 'string') {
      return random() < 0.5 ? value : (hostile[Math.floor(random() * hostile.length)] ?? value);
    }
    if (Array.isArray(value)) return value.map((item) => poisoned(item, random));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, poisoned(field, random)]));
  }

  it.each(all.map((one) => [one.id, one] as const))(
    '%s: whatever a node says, no word becomes an option or two',
    (_, one) => {
      const { fix, cases } = one;
      const random = createRandom(4711);
      const wrong: string[][] = [];
      const programs = new Set(
        [...fix.definition.steps, ...(fix.definition.undo?.steps ?? [])].flatMap((step) => {
          if ('argv' in step) return [step.argv[0]];
          if (step.kind === 'packages') return ['apt-get', 'dnf'];
          return step.kind === 'file' || step.kind === 'edit' ? ['tee'] : [];
        }),
      );
      for (const written of cases) {
        const parameters = parametersSchema(fix.definition.parameters).parse(written.parameters);
        for (let round = 0; round < 6; round += 1) {
          const facts = poisoned(written.facts, random) as Record<string, unknown>;
          const values = poisoned(written.read, random) as Record<string, unknown>;
          const plan = planFix(fix, parameters, momentOf({ facts, read: values }, written.host));
          for (const { argv, stdin, restores } of [...plan.steps, ...plan.undo]) {
            if (restores !== null) continue;
            const isControlled = [...argv, (stdin ?? '').replaceAll('\n', '')].some((word) =>
              /\p{Cc}|\u202e/u.test(word),
            );
            const options = argv.filter((word) => word.startsWith('-') && hostile.includes(word));
            const isKnown = programs.has(argv[0] as string);
            if (isControlled || options.length > 0 || !isKnown) wrong.push([...argv, stdin ?? '']);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it('say to a shell exactly what they say', () => {
    const words = hostile.filter((word) => word.length < 1000 && !word.includes('\u0000') && word !== '\ud800');
    const printed = execFileSync('/bin/sh', ['-c', commandLine(['printf', '%s\\0', ...words])], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});

it('leaves out a line of a file that came to nothing, and no other', () => {
  const value = (text: string): TextTemplate[number] => ({
    expression: { evaluate: () => ({ isKnown: true, value: text }) } as never,
  });
  const parts: TextTemplate = [
    { words: 'a\n' },
    value(''),
    { words: '\n\nb ' },
    value(''),
    { words: '\n' },
    value('c'),
    { words: '\n' },
  ];
  expect(fillText(parts, {})).toEqual({ value: 'a\n\nb \nc\n' });
});

describe('fillArgv', () => {
  const fix = compileFixText('gpu-reset.yaml', read('gpu-reset.yaml'));
  const [step] = fix.steps;
  if (step?.kind !== 'command') throw new Error('a reset is a command');

  it.each([
    [
      ['GPU-1', 'GPU-2'],
      ['nvidia-smi', '--gpu-reset', '-i', 'GPU-1,GPU-2'],
    ],
    [['$(reboot) ; *'], ['nvidia-smi', '--gpu-reset', '-i', '$(reboot) ; *']],
  ])('makes one word of %j', (uuids, argv) => {
    expect(fillArgv(step.argv, { uuids: toCel(uuids) })).toEqual({ value: argv });
  });

  it.each([[['-x']], [['a\nb']], [['']], [['a\u202eb']]])('refuses %j', (uuids) => {
    expect(fillArgv(step.argv, { uuids: toCel(uuids) })).toMatchObject({ problem: { kind: 'refused' } });
  });

  it('can not be written without its values', () => {
    expect(fillArgv(step.argv, {})).toMatchObject({ problem: { kind: 'unknown' } });
  });
});

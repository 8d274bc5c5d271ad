import { describe, expect, it } from 'vitest';
import { failureCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { explained, lastLines, stepFailed } from './failed-command';

const nothing = { en: '', 'zh-CN': '' };

describe('known failures', () => {
  it('are told by each of their messages, and by no other', () => {
    for (const { examples, remedy } of failureCatalogue()) {
      for (const example of examples) {
        const said = explained(nothing, `Reading package lists...\n${example}\n`);
        expect([example, said.en.includes(remedy.en), said['zh-CN'].includes(remedy['zh-CN'] ?? '')]).toEqual([
          example,
          true,
          true,
        ]);
      }
    }
    expect(explained({ en: 'a', 'zh-CN': 'b' }, 'The following NEW packages will be installed:')).toEqual({
      en: 'a',
      'zh-CN': 'b',
    });
  });
});

it('a command that failed says first what that means, then its last lines', () => {
  const reading = Array.from({ length: 21 }, (_, index) => `(Reading database ... ${index * 5}%`).join('\r');
  const printed = [
    ...Array.from({ length: 30 }, (_, index) => `Selecting previously unselected package p${index}.`),
    `${reading}\r(Reading database ... 8998 files and directories currently installed.)`,
    'dpkg: error: failed to write status database stanza: No space left on device',
    'E: Sub-process /usr/bin/dpkg returned an error code (2)',
  ].join('\n');
  const said = stepFailed({ exitCode: 100, state: 'exited' }, printed).en.split('\n');
  expect(said[0]).toMatch(/full/);
  expect(said.at(-1)).toBe('E: Sub-process /usr/bin/dpkg returned an error code (2)');
  expect(said.filter((line) => line.includes('%'))).toEqual([]);
  expect(lastLines(printed)).toMatch(/^… Selecting previously unselected package p23\.\n/);
});

it('keeps its end of one long line', () => {
  expect(lastLines(`${'x'.repeat(5000)} at last`)).toMatch(/^… x+ at last$/);
  expect(lastLines('')).toBe('');
});

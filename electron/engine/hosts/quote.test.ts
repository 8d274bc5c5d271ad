import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, quoteWord } from './quote';
import { shells } from './testing/shells';

/** Words as nodes have them in paths and process names: blanks, quotes, expansions, line ends, any script. */
const word = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        ' ',
        "'",
        '"',
        '$',
        '(',
        ')',
        '`',
        '\\',
        '\n',
        '\t',
        '*',
        '~',
        '!',
        '&',
        ';',
        '中',
        '🙂',
        'a',
        '-',
        '\r',
      ),
    }),
  )
  .filter(
    (text) => !text.includes('\0') && !/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')),
  );

describe.each(shells)('quoting for $name', ({ argv }) => {
  const [file, ...args] = argv;
  it.skipIf(!existsSync(file))('gives the shell back exactly the words that went in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 40 }),
        (lists) => {
          // One shell reads many command lines; `end` tells one list from the next.
          const program = lists.map((words) => `printf '%s\\0' ${commandLine(words)} end`).join('\n');
          const printed = execFileSync(file, args, { input: `${program}\n`, encoding: 'utf8' });
          expect(printed).toBe(lists.map((words) => [...words, 'end', ''].join('\0')).join(''));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('quoteWord', () => {
  it('leaves plain words alone, so that a command line reads as a person would type it', () => {
    expect(commandLine(['nvidia-smi', '-q', '-x', '--id=0,1', '/dev/nvidia0'])).toBe(
      "nvidia-smi -q -x '--id=0,1' /dev/nvidia0",
    );
  });

  it('refuses a NUL, which no argument can carry', () => {
    expect(() => quoteWord('a\0b')).toThrow(RangeError);
  });
});

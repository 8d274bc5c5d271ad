import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-diff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasPatch = spawnSync('patch', ['--version']).status === 0;
const line = fc.constantFrom('a', 'b', 'c', 'export X=1', '', '-- old', '++ new', '@@ -1 +1 @@', '中文');
const text = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.boolean())
  .map(([lines, hasEnd]) => lines.join('\n') + (hasEnd && lines.length > 0 ? '\n' : ''));

/** Applies a unified diff the way `patch` does, strictly: every context and removed line must be there. */
function apply(before: string, diff: string): string {
  const source = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const body = (diff.match(/[^\n]*\n/g) ?? []).slice(2);
  const result: string[] = [];
  let at = 0;
  for (let index = 0; index < body.length; index += 1) {
    const current = body[index] ?? '';
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$/.exec(current);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      result.push(...source.slice(at, start));
      at = start;
      continue;
    }
    const isLast = body[index + 1]?.startsWith('\\') ?? false;
    const content = isLast ? current.slice(1, -1) : current.slice(1);
    if (current.startsWith('+')) result.push(content);
    else if (!current.startsWith('\\')) {
      expect(source[at]).toBe(content);
      if (current.startsWith(' ')) result.push(content);
      at += 1;
    }
  }
  return [...result, ...source.slice(at)].join('');
}

describe('unifiedDiff', () => {
  it('leads from the old text to the new one for any two texts', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, unifiedDiff(before, after, 'a', 'b'))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(!hasPatch)('is taken by patch', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '');
        const file = join(folder, 'file');
        writeFileSync(file, before);
        const { status } = spawnSync('patch', ['-s', file], { input: unifiedDiff(before, after, 'file', 'file') });
        expect([status, readFileSync(file, 'utf8')]).toEqual([0, after]);
      }),
      { numRuns: 20 },
    );
  });

  it('prints what diff -u prints', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    const after = before.replace('line 4\n', 'line four\n').replace('line 18\n', '');
    expect(unifiedDiff(before, after, 'old', 'new')).toBe(
      [
        '--- old\n+++ new\n@@ -2,7 +2,7 @@',
        ' line 1\n line 2\n line 3\n-line 4\n+line four\n line 5\n line 6\n line 7',
        '@@ -16,5 +16,4 @@',
        ' line 15\n line 16\n line 17\n-line 18\n line 19\n',
      ].join('\n'),
    );
    expect(unifiedDiff(null, 'a\n', '/dev/null', 'new')).toBe('--- /dev/null\n+++ new\n@@ -0,0 +1 @@\n+a\n');
    expect(unifiedDiff('a\n', 'a\n', 'x', 'y')).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { stageReport } from './test-report.mjs';

describe('stageReport', () => {
  const stage = { name: 'unit', elapsed: '3.0 s', log: 'artifacts/unit.log' };

  it('is one line for a stage that passed, and names what needed a second try', () => {
    const result = { isPassed: true, output: 'all of it', passed: 2, failed: 0 };
    expect(stageReport({ ...stage, result })).toBe('ok     unit                  3.0 s  2 passed, 0 failed');
    const secondTries = [{ name: 'a.test.ts > waits', message: 'too \u001b[31mlate\u001b[39m\n  at line 1' }];
    expect(stageReport({ ...stage, result: { ...result, secondTries } }).split('\n')).toEqual([
      'ok     unit                  3.0 s  2 passed, 0 failed',
      '       | passed on its second try: a.test.ts > waits',
      '       |   too late',
      '       |     at line 1',
    ]);
  });

  it('gives the names of all failures first, then their reasons, then the end of the output', () => {
    const failures = ['one', 'two'].map((name) => ({ name, message: `${name} was wrong` }));
    const output = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    const report = stageReport({ ...stage, result: { isPassed: false, output, passed: 5, failed: 2, failures } });
    const printed = report.split('\n').map((line) => line.replace(/^ +\| ?/, ''));
    expect(printed.slice(0, 12)).toEqual([
      'FAILED unit                  3.0 s  5 passed, 2 failed',
      'failed: one',
      'failed: two',
      '',
      'one',
      'one was wrong',
      '',
      'two',
      'two was wrong',
      '',
      'the end of artifacts/unit.log:',
      'line 40',
    ]);
    expect(printed.at(-1)).toBe('line 99');
  });

  it('shows the output of a stage that has no tests to name', () => {
    const report = stageReport({ ...stage, name: 'types', result: { isPassed: false, output: 'error TS1\n' } });
    expect(report).toContain('FAILED types');
    expect(report).toContain('error TS1');
  });
});

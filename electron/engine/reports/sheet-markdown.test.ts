import { expect, it } from 'vitest';
import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { sheetMarkdown } from './sheet-markdown';

const words = (en: string) => ({ en, 'zh-CN': en });
const evidence = [{ commandLine: 'cat proof.json', evidenceId: 'ev-2' }];
const value = {
  title: words('Speed'),
  expected: words('at least 10'),
  measured: words('12 | <b>'),
  outcome: 'met' as const,
  evidence,
};

it('writes a sheet so that nothing of a node leaves its cell, with the command of each value and who signed it', () => {
  const sheet: AcceptanceSheet = {
    rolloutId: 'r',
    playbookId: 'book',
    title: words('Book'),
    hostId: 'a',
    hostName: 'gpu-07',
    madeAtMs: 0,
    outcome: 'met',
    steps: [
      { ...value, stepId: 's', state: 'done', runId: null, startedAtMs: null, finishedAtMs: null, values: [value] },
    ],
    versions: [],
    packages: [],
    gpuListing: null,
    digest: 'abc',
    signedOff: { operator: 'ann', atMs: 0, note: 'as ordered', outcome: 'met', isSame: false },
  };
  const text = sheetMarkdown(sheet, 'en');
  expect(text).toContain('| ↳ Speed | at least 10 | 12 \\| \\<b\\> | As wanted | \\[1\\] |');
  expect(text).toContain('| \\[1\\] | cat proof.json | ev-2 |');
  expect(text).toContain('nvidia-smi is not there, or did not answer.');
  expect(text).toMatch(/Signed off by ann, 1970-01-01 00:00:00 UTC\. as ordered What is shown is no longer/);
});

import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { CompatibilityReport, CompatibilityRow } from '#shared/domain/compatibility/report';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { registerCompatibility } from './compatibility';

const row: CompatibilityRow = {
  id: 'driver-branch',
  group: 'driver',
  subject: { key: 'compatibility.subjectBranch', params: { branch: 550 } },
  verdict: 'fits',
  found: '550.127.08',
  needed: null,
  reason: { key: 'compatibility.branchSupported', params: { branch: 550, month: '2027-03' } },
  ruleId: null,
  source: 'NVIDIA Data Center Drivers guide',
  evidence: null,
};
const none = { driver: null, cudaToolkit: null, pytorch: null, triton: null };

async function show(rows: CompatibilityRow[], words: readonly string[] = []) {
  const report: CompatibilityReport = {
    rows,
    withReboot: none,
    withoutReboot: none,
    absence: rows.length === 0 ? { key: 'compatibility.absentNoGpu' } : null,
    asOf: '2026-08',
  };
  const said = { exitCode: -1, printed: [] as string[], rows: [] as unknown[][] };
  const client = { compatibility: { judge: async () => report } } as unknown as EngineClient;
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { kind: 'ssh', id: name, name } }),
    say: translatorOf('en'),
    signal: new AbortController().signal,
    print: (text: string) => said.printed.push(text),
    table: (_: unknown, cells: unknown[][]) => said.rows.push(...cells),
    setExitCode: (code: number) => {
      said.exitCode = code;
    },
  } as unknown as CliContext;
  const program = new Command();
  registerCompatibility(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  await program.parseAsync(['compatibility', 'show', 'gpu01', ...words], { from: 'user' });
  return said;
}

it('ends with findings where something does not fit, and shows that first', async () => {
  const ended: CompatibilityRow = {
    ...row,
    verdict: 'does-not-fit',
    reason: { key: 'compatibility.branchEnded', params: { branch: 550, month: '2025-06' } },
  };
  const { exitCode, rows } = await show([row, ended], ['--all']);
  expect(exitCode).toBe(exitCodes.findings);
  expect(rows.map(([what, verdict]) => [what, (verdict as { text: string }).text])).toEqual([
    ['Driver branch 550', 'Does not fit'],
    ['Driver branch 550', 'Fits'],
  ]);
});

it('leaves out what fits unless it is asked for, and says that all does', async () => {
  const { exitCode, rows, printed } = await show([row]);
  expect([exitCode, rows, printed[0]]).toEqual([exitCodes.fine, [], 'Everything that could be judged fits.']);
});

it('could not judge a node without a GPU, and says why', async () => {
  const { exitCode, printed } = await show([]);
  expect([exitCode, printed]).toEqual([
    exitCodes.couldNotJudge,
    ['This node has no NVIDIA GPU, so there is nothing to judge.'],
  ]);
});

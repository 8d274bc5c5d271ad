import type { Command } from 'commander';
import type { Preflight, PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { hostErrorText } from '../host-error-text';
import type { Run } from '../run';

/** `gantry playbook preflight`: whether nodes can be set up. */
export function registerPreflight(playbook: Command, run: Run): void {
  playbook
    .command('preflight')
    .description('Read nodes and say whether they can be set up. Changes nothing. Ends with 1 when one can’t.')
    .argument('<host...>', 'names or ids; all at once')
    .option('--playbook <id>', 'look at what this playbook needs too')
    .option('--all', 'print what is well too')
    .option('--json', 'print JSON')
    .action(
      run(async (context, names: string[], options: { playbook?: string; all?: boolean; json?: boolean }) => {
        const client = await context.client();
        const hostIds: string[] = [];
        for (const name of names) hostIds.push((await context.host(name)).spec.id);
        const { playbook: playbookId } = options;
        const input = { hostIds, ...(playbookId === undefined ? {} : { playbookId }) };
        const found = await client.playbooks.preflight(input, { signal: context.signal });
        context.setExitCode(exitCodeOf(found));
        if (options.json) return context.json(found);
        for (const [index, one] of found.entries())
          printPreflight(context, names[index] ?? one.hostId, one, options.all);
      }),
    );
}

function exitCodeOf(found: readonly Preflight[]) {
  if (found.some(({ outcome }) => outcome === 'fail')) return exitCodes.findings;
  return found.some(({ outcome }) => outcome === 'unknown') ? exitCodes.couldNotJudge : exitCodes.fine;
}

const marks: Record<PreflightOutcome, string> = { pass: 'ok', warn: 'warn', fail: 'FAIL', unknown: '?' };

/** What one node came to. */
export function printPreflight(context: CliContext, name: string, found: Preflight, isAll: boolean | undefined): void {
  context.print(`\n== ${name}  [${found.outcome}]  ${(found.durationMs / 1000).toFixed(1)} s`);
  if (found.unreachable) context.print(`   ${hostErrorText(found.unreachable, context.say)}`);
  for (const { outcome, title, value, reason, remedy, evidence } of found.checks) {
    if (outcome === 'pass' && !isAll) continue;
    context.print(`${marks[outcome].padEnd(5)} ${context.text(title)}: ${context.text(value)}`);
    if (reason) context.print(`      ${context.text(reason)}`);
    if (remedy) context.print(`      -> ${context.text(remedy)}`);
    if (outcome !== 'pass') for (const { evidenceId } of evidence) context.print(`      evidence ${evidenceId}`);
  }
  const passed = found.checks.filter(({ outcome }) => outcome === 'pass').length;
  if (!isAll && passed > 0) context.print(`ok    ${passed} of ${found.checks.length}`);
}

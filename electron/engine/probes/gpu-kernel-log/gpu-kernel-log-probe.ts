import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import { commandProblem, type Problem, problem, refusal } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type KernelLogLine, parseKernelLog } from './parse-kernel-log';

/**
 * Without journald a dmesg that knows no dates (busybox) still has the lines, and the login may read them or not.
 * Filtered on the node: a day of kernel log can be larger than what is kept. Complaints of journalctl pass as well. Ends
 * well only with lines to read, as evidence names the first log that did.
 */
const journalScript = `command -v journalctl >/dev/null 2>&1 || {
  dmesg --time-format=iso >/dev/null 2>&1 || exec dmesg 2>/dev/null
  exit 127
}
said=$(journalctl -k -o short-iso --no-pager --since -24h 2>&1 | grep -iE 'NVRM|SXid|out of memory|oom-kill|oom_reaper|permission|journal files|No entries' | tail -n 5000)
[ -n "$said" ] || exit 1
printf '%s\\n' "$said"
case $said in *'insufficient permissions'*|*'not seeing messages'*|*'No journal files were'*|*'No entries'*) exit 1;; esac`;
const journal: CommandSpec = { id: 'journalctl', argv: ['sh', '-c', journalScript], timeoutMs: 20_000 };
const ring: CommandSpec = {
  id: 'dmesg',
  argv: ['dmesg', '--time-format=iso'],
  privilege: 'root-else-user',
  timeoutMs: 5000,
};

export const gpuKernelLogProbe = defineProbe({
  id: 'gpu-kernel-log',
  commands: [journal, ring],
  sources: { '': 'journalctl|dmesg' },
  parse(outputs) {
    const read = [readJournal(outputs.journalctl), readRing(outputs.dmesg)];
    const logs = read.filter((log): log is KernelLogLine[] => Array.isArray(log));
    if (logs.length > 0) return { state: 'ok', facts: { lines: logs.find((log) => log.length > 0) ?? [] } };
    const problems = read.filter((log): log is Problem => !Array.isArray(log));
    // Without any log to read, the one a right would open is worth naming.
    const denied = problems.find((told) => told.state === 'denied' && told.reason.key === 'probes.denied');
    const ran = problems.filter((told) => told.reason.key !== 'probes.notRun');
    return denied ?? ran.find((told) => told.state !== 'missing-tool') ?? ran[0] ?? problems[0] ?? noLog;
  },
});

const noLog = problem('failed', 'notRun', { tool: 'journalctl' });

function readJournal(output: CommandOutput | undefined): KernelLogLine[] | Problem {
  const told = commandProblem(output, journal);
  if (told || !output) return told ?? noLog;
  if (/insufficient permissions|not seeing messages|No journal files were/i.test(output.stdout)) {
    return problem('denied', 'journalDenied');
  }
  // A journal that keeps no kernel messages (as in a container) says nothing about them.
  if (/No entries/.test(output.stdout)) return problem('failed', 'journalEmpty');
  return readLog(output, 'journalctl');
}

function readRing(output: CommandOutput | undefined): KernelLogLine[] | Problem {
  const told = commandProblem(output, ring);
  if (told || !output) return told ?? noLog;
  if (/Operation not permitted|Permission denied/i.test(output.stderr)) return refusal(output, [ring], 'dmesgDenied');
  if (output.exitCode !== 0 || output.stdout.trim() === '') return problem('failed', 'dmesgEmpty');
  return readLog(output, 'dmesg');
}

function readLog(output: CommandOutput, tool: string): KernelLogLine[] | Problem {
  return parseKernelLog(output.stdout) ?? problem('unparsable', 'unparsable', { tool });
}

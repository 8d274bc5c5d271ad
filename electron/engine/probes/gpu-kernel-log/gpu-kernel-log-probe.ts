import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import { commandProblem, type Problem, problem, refusal } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type KernelLogLine, parseKernelLog, parseSystemLines, type SystemLine } from './parse-kernel-log';

/**
 * Without journald a dmesg that knows no dates (busybox) still has the lines, and the login may read them or not.
 * Filtered on the node: a day of kernel log can be larger than what is kept. Complaints of journalctl pass as well. Ends
 * well only with lines to read, as evidence names the first log that did.
 */
const journalScript = `command -v journalctl >/dev/null 2>&1 || {
  dmesg --time-format=iso >/dev/null 2>&1 || exec dmesg 2>/dev/null
  exit 127
}
said=$(journalctl -k -o short-iso --no-pager --since -24h 2>&1 | grep -iE 'NVRM|SXid|out of memory|oom-kill|oom_reaper|I/O error|read-only|nvme[0-9]|Disk failure|beyond end of device|(EXT4|XFS).*(error|corrupt|shutdown)|not responding|lockup|blocked for more|detected stall|EDAC|mce:|Machine check|Memory failure|module is rejected|unavailable key|trusted key|Key was rejected|unsigned module|permission|journal files|No entries' | tail -n 5000)
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
    const logs = read.filter((log): log is KernelLog => 'lines' in log);
    const told = logs.find(({ lines, systemLines }) => lines.length + systemLines.length > 0) ?? logs[0];
    if (told) return { state: 'ok', facts: { lines: [...told.lines], systemLines: [...told.systemLines] } };
    const problems = read.filter((log): log is Problem => !('lines' in log));
    // Without any log to read, the one a right would open is worth naming.
    const denied = problems.find((one) => one.state === 'denied' && one.reason.key === 'probes.denied');
    const ran = problems.filter((one) => one.reason.key !== 'probes.notRun');
    return denied ?? ran.find((one) => one.state !== 'missing-tool') ?? ran[0] ?? problems[0] ?? noLog;
  },
});

const noLog = problem('failed', 'notRun', { tool: 'journalctl' });

interface KernelLog {
  readonly lines: readonly KernelLogLine[];
  readonly systemLines: readonly SystemLine[];
}

function readJournal(output: CommandOutput | undefined): KernelLog | Problem {
  const told = commandProblem(output, journal);
  if (told || !output) return told ?? noLog;
  if (/insufficient permissions|not seeing messages|No journal files were/i.test(output.stdout)) {
    return problem('denied', 'journalDenied');
  }
  // A journal that keeps no kernel messages (as in a container) says nothing about them.
  if (/No entries/.test(output.stdout)) return problem('failed', 'journalEmpty');
  return readLog(output, 'journalctl');
}

function readRing(output: CommandOutput | undefined): KernelLog | Problem {
  const told = commandProblem(output, ring);
  if (told || !output) return told ?? noLog;
  if (/Operation not permitted|Permission denied/i.test(output.stderr)) return refusal(output, [ring], 'dmesgDenied');
  if (output.exitCode !== 0 || output.stdout.trim() === '') return problem('failed', 'dmesgEmpty');
  return readLog(output, 'dmesg');
}

function readLog(output: CommandOutput, tool: string): KernelLog | Problem {
  const lines = parseKernelLog(output.stdout);
  return lines === null
    ? problem('unparsable', 'unparsable', { tool })
    : { lines, systemLines: parseSystemLines(output.stdout) };
}

import type { CommandSpec } from '#shared/domain/command';
import type { ProcessesFacts } from '#shared/domain/facts/system';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type Process = ProcessesFacts['processes'][number];

/**
 * procps first; busybox knows neither `etimes` nor `cgroup`, and some builds no `etime`. In locale C procps prints every
 * byte of a name that is not ASCII as `?`; C.UTF-8 has the same English words and keeps it.
 */
const list: CommandSpec = {
  id: 'ps',
  argv: [
    'sh',
    '-c',
    `LC_ALL=C.UTF-8; export LC_ALL
ps -ww -eo pid,ppid,user:32,stat,etimes,cputime,psr,rss,cgroup:256,args 2>/dev/null ||
ps -o pid,ppid,user,stat,etime,rss,args 2>/dev/null || ps -o pid,ppid,user,stat,rss,args`,
  ],
  timeoutMs: 5000,
};
const who: CommandSpec = { id: 'who', argv: ['who'] };

export const processesProbe = defineProbe({
  id: 'processes',
  commands: [list, who],
  sources: { '': 'ps', loggedInUsers: 'who' },
  parse(outputs) {
    const output = readCommand(outputs, list);
    if (isProblem(output)) return output;
    const processes = parseProcesses(output.stdout);
    if (!processes) return unparsable(list, output);
    const users = outputs.who?.state === 'exited' && outputs.who.exitCode === 0 ? readUsers(outputs.who.stdout) : null;
    return { state: 'ok', facts: { processes, loggedInUsers: users } };
  },
});

/**
 * Reads `ps` by its header, whichever columns it has (own command, `ps aux`, `ps -ef`, busybox) and `top -b`; the command
 * line comes last and may hold anything. Null: no such table, or a row that breaks it.
 *       PID    PPID USER     STAT ELAPSED     TIME PSR   RSS CGROUP                     COMMAND
 *      4242       1 alice    Sl      8123 00:15:04  17 99120 0::/user.slice/session-1   python train.py
 */
export function parseProcesses(text: string): Process[] | null {
  const lines = linesOf(text, 65_536);
  const headerAt = lines.findIndex(
    (line) => /^\s*(?:\S+ +){0,3}PID\b/.test(line) && /\b(COMMAND|CMD|ARGS)\s*$/.test(line),
  );
  const header = lines[headerAt]?.trim().split(/\s+/);
  if (!header) return null;
  const processes: Process[] = [];
  for (const line of lines.slice(headerAt + 1)) {
    if (line.trim() === '') continue;
    const fields = splitFields(line, header.length);
    const field = (...names: string[]) => {
      const at = header.findIndex((name) => names.includes(name));
      return at < 0 ? null : (fields[at] ?? null);
    };
    const pid = integerOf(field('PID'));
    if (pid === null || pid < 1 || fields.length < header.length - 1) return null;
    processes.push({
      pid,
      parentPid: integerOf(field('PPID')),
      user: field('USER', 'UID'),
      state: field('STAT', 'S'),
      elapsedSeconds: toSeconds(field('ELAPSED', 'ETIMES', 'ETIME')),
      cpuSeconds: toSeconds(field('TIME')),
      lastCpu: integerOf(field('PSR')),
      residentBytes: toBytes(field('RSS', 'RES')),
      cgroup: withoutDash(field('CGROUP')),
      commandLine: fields[header.length - 1] ?? null,
    });
  }
  return processes.length > 0 && text.endsWith('\n') ? processes : null;
}

function splitFields(line: string, count: number): string[] {
  const fields: string[] = [];
  let rest = line.trim();
  while (fields.length < count - 1 && rest !== '') {
    const end = rest.search(/\s/);
    fields.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? '' : rest.slice(end).trimStart();
  }
  if (rest !== '') fields.push(rest);
  return fields;
}

/** Seconds, or `[[days-]hours:]minutes:seconds` of the `etime` column. */
function toSeconds(word: string | null): number | null {
  const seconds = integerOf(word);
  if (seconds !== null) return seconds >= 0 ? seconds : null;
  const match = /^(?:(?:(\d{1,6})-)?(\d{1,4}):)?(\d{1,4}):(\d{2})$/.exec(word ?? '');
  if (!match) return null;
  const [, days, hours, minutes, rest] = match;
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest);
}

/** kB, or `17.1g` as top and busybox shorten it. */
function toBytes(word: string | null): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)([mgt]?)$/.exec(word ?? '');
  if (!match) return null;
  return Math.round(Number(match[1]) * 1024 ** (1 + ' mgt'.indexOf(match[2] || ' ')));
}

function withoutDash(word: string | null): string | null {
  return word === '-' ? null : word;
}

/** `alice    pts/0        2026-01-17 09:12 (10.0.0.7)` */
function readUsers(text: string): string[] {
  const names = linesOf(text).map((line) => /^(\S{1,64})\s+\S/.exec(line)?.[1] ?? '');
  return [...new Set(names.filter((name) => name !== ''))];
}

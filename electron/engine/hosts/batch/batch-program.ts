import { type CommandSpec, type Lane, lanes } from '#shared/domain/command';
import { commandLine } from '../quote';
import { environmentLine, library, pathLine } from './batch-library';

export const defaultTimeoutMs = 3000;
export const defaultMaxOutputBytes = 4 * 1024 * 1024;
export const bundleFormat = 1;

/** A command that outlived its kill, told apart from a later process with the same pid by its start time. */
export interface HungProcess {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`; empty where there is no /proc. */
  readonly startTicks: string;
  /** The lane it ran in, which stays closed while it is there. */
  readonly lane: Lane | null;
}

export interface BatchProgramOptions {
  /** Random, at least 16 hexadecimal digits: only lines that carry it are read as frames. */
  readonly token: string;
  readonly parallelism?: number;
  /** What an earlier batch found out about `sudo -n` on this host; asked again only while unknown. */
  readonly sudo?: 'unknown' | 'usable' | 'denied';
  /** The login's user id; asked when not known. */
  readonly uid?: number | null;
  /** Commands (by position) that are not started while their hung process is still there. */
  readonly hung?: ReadonlyArray<HungProcess & { readonly positions: readonly number[] }>;
  /** sudo's password comes as the first line after the preamble. */
  readonly hasPassword?: boolean;
  /** The one command gets its standard input from lines of `encodeInput`, sent after the preamble. */
  readonly hasInput?: boolean;
  /** What the one command prints is sent as it comes, which costs two processes for each piece. */
  readonly isLive?: boolean;
  /** What was started is let finish, also when nobody listens any more. */
  readonly isKept?: boolean;
  /** Off for a machine without /proc/self/fd: one command after the other, each with its own watchdog. */
  readonly isParallel?: boolean;
}

/**
 * Writes the POSIX sh program that runs commands with bounded parallelism and frames what they print. It goes over
 * stdin, needs no temporary file on the node, and is cut short by closing stdin (`isKept`: is not).
 *
 * Shape: one loop reads events from a pipe to itself (`/proc/self/fd/0` opened for writing, the only way to such a pipe
 * without a FIFO) and starts the next command when one has ended. Each command is a pipeline: its stdout goes through
 * base64 (or od) and comes out as whole lines shorter than PIPE_BUF, so that frames of parallel commands never mix. The
 * first lines, mostly all of them, are framed by a loop of `read`, which costs no exec; awk takes over what is longer.
 * stderr has such a loop of its own. An alarm, `sleep` until the next limit, feeds the same pipe, which is how time
 * limits work without `timeout`; it sleeps whole seconds, as not every `sleep` knows parts of one. awk opens that pipe
 * by its path: what it prints to `/dev/stderr` would leave unbuffered, in pieces. Descriptors are closed by `exec`, as
 * those closed for a function's call stay open in the shell's saved copies and would keep a pipe from ending.
 */
export function batchProgram(commands: readonly CommandSpec[], options: BatchProgramOptions): string {
  return [
    `T=${options.token}`,
    library,
    dispatch(commands),
    'main() {',
    'exec 3<&0 </dev/null 5>&1 >/dev/null 2>&1',
    ...settings(commands, options),
    // Parsed whole before it runs: a program cut on its way here does nothing at all.
    `setup; watch=${options.isKept ? 0 : 1}; run; exit 0; }`,
    'main',
    '',
  ].join('\n');
}

/**
 * Writes the same program as a file: run it anywhere with `sh FILE > BUNDLE`. The output starts with a readable header
 * and says which command each frame belongs to, so that any later version can read it.
 */
export function collectorProgram(commands: readonly CommandSpec[]): string {
  const legend = commands.map((command, position) => {
    const { id, argv, privilege, timeoutMs, maxOutputBytes, lane, forEach, onlyWhere } = command;
    const spec = { id, argv, privilege, timeoutMs, maxOutputBytes, lane, forEach, onlyWhere };
    return `$T c ${position} ${Buffer.from(JSON.stringify(spec)).toString('base64')}`;
  });
  return [
    '#!/bin/sh',
    '# Gantry offline collector. Reads only, writes nothing but its output. Run: sh collect.sh > node.bundle',
    `T=$(od -An -N8 -tx1 /dev/urandom 2>/dev/null | tr -d ' \\n'); [ \${#T} = 16 ] || T=$(printf %016d $$)`,
    library,
    dispatch(commands),
    'main() {',
    'exec 3</dev/null </dev/null 5>&1 >/dev/null 2>&1',
    ...settings(commands, { token: '', sudo: 'unknown' }),
    'setup; watch=0',
    `printf '# gantry-bundle ${bundleFormat}\\n# token %s\\n# host %s\\n# time %s\\n' "$T" "$(uname -n)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >&5`,
    ...legend.map((line) => `echo "${line}" >&5`),
    'run; exit; }',
    '(main) || { echo "collect.sh: the output is not whole: no room for it, or this machine has neither base64 nor od" >&2; exit 1; }',
    '',
  ].join('\n');
}

/** Encodes bytes as lines that the program's `printf %b` turns back; `!` ends them. */
export function encodeInput(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 512) {
    let line = '';
    for (const byte of bytes.subarray(at, at + 512)) {
      const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x21 && byte !== 0x5c;
      line += isPlain ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`;
    }
    lines.push(line);
  }
  return `${lines.map((line) => `${line}\n`).join('')}!\n`;
}

/**
 * Writes the program of a long-lived command: a marker line, then its stdout as it is. Closing stdin ends it.
 */
export function streamProgram(argv: readonly [string, ...string[]], token: string): string {
  return [
    'main() {',
    'exec 3<&0 </dev/null',
    environmentLine,
    pathLine,
    `printf '\\n%s\\n' ${token}`,
    'G=exec; command -v setsid >/dev/null 2>&1 && G=setsid',
    `$G ${commandLine(argv)} 3<&- & p=$!`,
    'stop() { if [ $G = setsid ]; then kill -s $1 -- -$p; else kill -s $1 $p; fi 2>/dev/null; }',
    `{ while read -r l; do :; done; trap '' TERM; stop TERM; sleep 1; stop KILL; } <&3 >/dev/null 2>&1 & w=$!`,
    'exec 3<&-; wait $p; c=$?; kill $w 2>/dev/null; exit $c; }',
    'main',
    '',
  ].join('\n');
}

function settings(commands: readonly CommandSpec[], options: BatchProgramOptions): string[] {
  // By number, 0 for none: what needs no lane, the lanes in turn.
  const queues: string[][] = [[], ...lanes.map(() => [])];
  const rooted: string[] = [];
  commands.forEach((command, position) => {
    const timeoutCs = Math.max(1, Math.ceil((command.timeoutMs ?? defaultTimeoutMs) / 10));
    const lane = laneNumber(command.lane);
    const item = `${position}:${timeoutCs}:${command.maxOutputBytes ?? defaultMaxOutputBytes}:${lane} `;
    // What is tried as root waits until sudo has answered; the rest does not.
    (letterOf(command.privilege) === 'u' ? queues[lane] : rooted)?.push(item);
  });
  const hung = (options.hung ?? []).map(
    ({ pid, startTicks, lane, positions }) =>
      `known ${pid} ${startTicks || '-'} ${laneNumber(lane)} ${positions.join(' ')};`,
  );
  return [
    `${queues.map((items, lane) => `${lane === 0 ? 'Q' : `L${lane}`}='${items.join('')}'`).join(' ')} R='${rooted.join('')}'`,
    `slots=${options.parallelism ?? 8} sudo=${options.sudo ?? 'unknown'} input=${options.hasInput ? 1 : 0} live=${options.isLive ? 1 : ''} keep=${options.isKept ? 1 : ''} ask=${options.hasPassword ? 1 : ''} secret=${options.hasPassword ? 1 : ''}`,
    `par=${options.isParallel === false ? 0 : 1} U=${options.uid ?? ''}`,
    `hung() { :; ${hung.join(' ')} }`,
  ];
}

function laneNumber(lane: Lane | null | undefined): number {
  return lane ? lanes.indexOf(lane) + 1 : 0;
}

/** `r` root, `u` the login, `b` the better of both that works. */
function letterOf(privilege: CommandSpec['privilege']): 'r' | 'u' | 'b' {
  return privilege === 'root' ? 'r' : privilege === 'root-else-user' ? 'b' : 'u';
}

function dispatch(commands: readonly CommandSpec[]): string {
  const branches = commands.map(
    ({ argv, forEach }, position) =>
      `${position}) ${forEach === undefined ? '' : `each=${commandLine([forEach])}; `}command_ ${position} ${commandLine(argv)};;`,
  );
  const needs = commands.map(
    ({ argv: [tool], privilege, forEach, onlyWhere }, position) =>
      `${position}) tool=${commandLine([tool])} as=${letterOf(privilege)} only=${commandLine([onlyWhere ?? forEach ?? ''])};;`,
  );
  return ['dispatch() { case $1 in', ...branches, 'esac; }', 'need() { case $1 in', ...needs, 'esac; }'].join('\n');
}

import { FIRST_SIM_PID } from '../model/process';

/*
 * A simulated node can't have a root of its own without privileges, so its files live in a private directory and every
 * absolute path in a program is moved there before a real shell runs it: globs, tests and redirections then see the
 * node. What is printed is moved back where it leaves the node (see `createPathRemover`).
 */

const MOVED = 'proc|sys|etc|var|home|root|run|opt|usr|lib|lib64|boot|mnt|srv|data|raid|scratch|tmp|\\.dockerenv';
const MOVED_DEVICES =
  'nvidia|infiniband|shm|dri|kfd|nvme|sd|md\\d|md\\[|nst|st\\d|sch|sg|ipmi|kmsg|mapper|sgx|sev|tdx|gdrdrv';
/** What a shell uses of /proc is about itself and must stay real: its pipes, its pid, its stopwatch. */
const KEPT = 'proc/self(?!/(?:mount|cgroup))|proc/thread-self|proc/\\$[$!]';

const PATTERN = new RegExp(
  [
    // After these a slash continues a longer path: "$x/etc", "a/etc", "*/etc", "../etc", "\/etc".
    '(?<![\\w.\\-/$}\\])*?~\\\\])',
    `(?:(?<kept>/(?:${KEPT})(?![\\w-])|<\\s*/proc/uptime\\b|-[refsd] /proc/uptime\\b)`,
    '|/proc/(?<pid>\\$\\w+|\\$\\{\\w+\\})',
    '|(?<programs>/(?:usr/local/|usr/)?s?bin)(?![\\w-])',
    `|(?<path>/(?:${MOVED})(?![\\w-])|/dev/(?=${MOVED_DEVICES})))`,
  ].join(''),
  'g',
);

/** `base` is the node's private directory; `base/1` is its root and `base/0/proc` the real /proc of this machine. */
export function rewriteProgram(text: string, base: string): string {
  const root = `${base}/1`;
  return text.replace(PATTERN, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<'kept' | 'pid' | 'programs' | 'path', string | undefined>;
    if (groups.kept !== undefined) return match;
    // A pid in a variable may be the model's or the shell's own; only when it runs is it known which.
    if (groups.pid !== undefined) {
      const name = groups.pid.replace(/[${}]/g, '');
      return `${base}/$((\${${name}:-0} == 1 || \${${name}:-0} >= ${FIRST_SIM_PID}))/proc/${groups.pid}`;
    }
    if (groups.programs !== undefined) return `${root}/usr/bin`;
    return root + match;
  });
}

/** True for a command that ends in a shell which reads its program from standard input. */
export function readsProgramFromStdin(command: string): boolean {
  return (
    /(?:^|[\s;&|'"/])(?:sh|bash|dash|ash)(?:\s+-(?!c)[a-z-]*)*(?:\s+-s\s+[\w-]+)?\s*['"]?\s*$/.test(command) ||
    command.includes('$(cat)')
  );
}

/**
 * Rewrites a program as it arrives: whole lines only, so that no path is cut in two. What follows the engine's own program (`T=…` to
 * `main`) is input of its command: a file that says `/bin/sh` has to arrive as it is.
 */
export function createProgramRewriter(base: string): { push(chunk: Buffer): Buffer; end(): Buffer } {
  let held = '';
  let part: 'start' | 'own-program' | 'program' | 'input' = 'start';
  const rewritten = (text: string): Buffer => {
    if (part === 'start' && text !== '') part = /^T=[0-9a-f]+\n/.test(text) ? 'own-program' : 'program';
    const end = part === 'own-program' ? /^main\n/m.exec(text) : null;
    const length = part === 'input' ? 0 : end ? end.index + end[0].length : text.length;
    if (end) part = 'input';
    return Buffer.from(rewriteProgram(text.slice(0, length), base) + text.slice(length), 'latin1');
  };
  return {
    // Latin-1 keeps every byte as it is, whatever the encoding of the text.
    push(chunk) {
      held += chunk.toString('latin1');
      const end = held.lastIndexOf('\n') + 1;
      const whole = held.slice(0, end);
      held = held.slice(end);
      return rewritten(whole);
    },
    end() {
      const rest = held;
      held = '';
      return rewritten(rest);
    },
  };
}

/** Takes the private directory out of a stream of output, even where a chunk cuts it in two. */
export function createPathRemover(base: string): { push(chunk: Buffer): Buffer; end(): Buffer } {
  const needle = Buffer.from(`${base}/`);
  // One more character than the needle: "0" or "1".
  const length = needle.length + 1;
  let held: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const data = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      const parts: Buffer[] = [];
      let from = 0;
      for (
        let at = data.indexOf(needle, from);
        at !== -1 && at + length <= data.length;
        at = data.indexOf(needle, from)
      ) {
        parts.push(data.subarray(from, at));
        from = at + length;
      }
      const keepFrom = Math.max(from, data.length - partialTail(data, needle));
      parts.push(data.subarray(from, keepFrom));
      held = Buffer.from(data.subarray(keepFrom));
      return parts.length === 1 ? (parts[0] ?? held) : Buffer.concat(parts);
    },
    end() {
      const rest = held;
      held = Buffer.alloc(0);
      return rest;
    },
  };
}

/** How many bytes at the end of `data` could be the start of the needle. */
function partialTail(data: Buffer, needle: Buffer): number {
  for (let length = Math.min(needle.length, data.length); length > 0; length -= 1) {
    if (data.subarray(data.length - length).equals(needle.subarray(0, length))) return length;
  }
  return 0;
}

export function removePaths(text: string, base: string): string {
  return text.replaceAll(`${base}/1`, '').replaceAll(`${base}/0`, '');
}

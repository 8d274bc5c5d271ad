import type { CommandSpec } from '#shared/domain/command';
import { decodeRecord } from '#shared/domain/kernel-log/decode-log';
import type { LoggedEvent } from '#shared/domain/kernel-log/kernel-event';
import { logRecords } from '#shared/domain/kernel-log/log-records';
import type { ByNodeClock, CollectorRun } from '../collectors/collector';

/** Where the log was read up to, and what a line of it tells of. */
export type KernelLogLine = ByNodeClock & {
  readonly cursor: string | null;
  /** What time it is on the node, and when the line was logged, by the node's clock. */
  readonly nodeNowMs: number | null;
  readonly loggedMs: number | null;
  readonly event: LoggedEvent | null;
};

export const NOT_READABLE = 'the kernel log is not readable for this login';

/**
 * Who may not read the kernel's journal is shown an empty one, and would wait for ever: so its last line is asked for first.
 * What came since `$1`, where it was read up to before, is told first; after a restart of the node all of this boot.
 */
const script = `k=$(journalctl -kqn1 -o cat --show-cursor 2>/dev/null | sed -n 's/^-- cursor: //p')
[ -n "$k" ] || { echo '${NOT_READABLE}'; exit 1; }
c=\${1:-$k}
echo "= now $(date +%s) $c"
exec journalctl -kqf --no-tail --after-cursor="$c" -o json`;

/** Follows the node's kernel log. */
export function kernelLog(cursor: string | null): CollectorRun<KernelLogLine> {
  return { argv: ['sh', '-c', script, 'sh', cursor ?? ''], reader: { read: readKernelLine } };
}

/**
 * What came since then, as root: for a login that may not read the log. Asked again and again, since what runs on as root a
 * login could not end.
 */
export function kernelLogSince(cursor: string | null): CommandSpec {
  const since = cursor === null ? ['-n', '1'] : [`--after-cursor=${cursor}`];
  return {
    id: 'kernel-log',
    argv: ['journalctl', '-k', '-q', '-o', 'json', ...since],
    privilege: 'root',
    timeoutMs: 20_000,
  };
}

export function readKernelLine(line: string): KernelLogLine[] {
  const [, now, at] = /^= now (\d{1,12}) ([\w=;]{1,300})$/.exec(line) ?? [];
  const nothing = { nodeMs: null, nodeNowMs: null, loggedMs: null, event: null };
  if (now !== undefined) return [{ ...nothing, nodeNowMs: Number(now) * 1000, cursor: at ?? null }];
  if (!line.startsWith('{')) return [];
  const cursor = /"__CURSOR" ?: ?"([\w=;]{1,300})"/.exec(line)?.[1] ?? null;
  const [record] = logRecords(line);
  const event = record ? decodeRecord(record) : null;
  if (event === null) return cursor === null ? [] : [{ ...nothing, cursor }];
  return [{ ...nothing, loggedMs: event.atMs, cursor, event }];
}

import type { CommandSpec } from '#shared/domain/command';
import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import { parseKernelLog } from '../../probes/gpu-kernel-log/parse-kernel-log';
import type { ByNodeClock, CollectorRun } from '../collectors/collector';

/** Where the log was read up to, and an error of the GPU driver that a line of it tells of. */
export type KernelLogLine = ByNodeClock & {
  readonly cursor: string | null;
  /** What time it is on the node, and when the line was logged, by the node's clock. */
  readonly nodeNowMs: number | null;
  readonly loggedMs: number | null;
  readonly xid: Extract<TelemetryEventBody, { kind: 'xid' }> | null;
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

/** Follows the node's kernel log, for what NVIDIA's driver says of its GPUs and switches (Xid, SXid). */
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
  const nothing = { nodeMs: null, nodeNowMs: null, loggedMs: null, xid: null };
  if (now !== undefined) return [{ ...nothing, nodeNowMs: Number(now) * 1000, cursor: at ?? null }];
  if (!line.startsWith('{')) return [];
  const cursor = /"__CURSOR" ?: ?"([\w=;]{1,300})"/.exec(line)?.[1] ?? null;
  const [told] = (parseKernelLog(line) ?? []).filter(({ kind }) => kind === 'xid' || kind === 'sxid');
  if (!told || told.xid === null) return cursor === null ? [] : [{ ...nothing, cursor }];
  const { kind, xid: code, pciBusId, text, atMs } = told;
  const xid = { kind: 'xid' as const, code, isSwitch: kind === 'sxid', pciBusId, message: text.slice(0, 500) };
  return [{ ...nothing, loggedMs: atMs, cursor, xid }];
}

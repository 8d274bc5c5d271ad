import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import { parseKernelLog } from '../../probes/gpu-kernel-log/parse-kernel-log';
import type { ByNodeClock, CollectorRun } from '../collectors/collector';

/** The log can be read, or a line of it told of an error of the GPU driver. */
export type KernelLogLine = ByNodeClock & {
  readonly xid: Extract<TelemetryEventBody, { kind: 'xid' }> | null;
};

/**
 * Who may not read the kernel's journal is shown an empty one, and would wait for ever: so it is asked for a line of it
 * first. Not as root: what runs there as root, a login could not end.
 */
const script = `[ -n "$(journalctl -kqn1 -o cat 2>/dev/null)" ] || { echo 'the kernel log is not readable for this login'; exit 1; }
echo '= readable'
exec journalctl -kqf -n 0 -o json`;

/** Follows the node's kernel log, for what NVIDIA's driver says of its GPUs and switches (Xid, SXid). */
export function kernelLog(): CollectorRun<KernelLogLine> {
  return { argv: ['sh', '-c', script], reader: { read: readKernelLine } };
}

export function readKernelLine(line: string): KernelLogLine[] {
  if (line === '= readable') return [{ nodeMs: null, xid: null }];
  if (!line.startsWith('{')) return [];
  return (parseKernelLog(line) ?? []).flatMap(({ kind, xid, pciBusId, text }) =>
    xid === null || (kind !== 'xid' && kind !== 'sxid')
      ? []
      : [
          {
            nodeMs: null,
            xid: { kind: 'xid' as const, code: xid, isSwitch: kind === 'sxid', pciBusId, message: text.slice(0, 500) },
          },
        ],
  );
}

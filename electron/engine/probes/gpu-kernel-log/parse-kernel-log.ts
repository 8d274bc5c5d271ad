import type { GpuKernelLogFacts } from '#shared/domain/facts/gpu';
import { decodeRecord } from '#shared/domain/kernel-log/decode-log';
import type { KernelEventId } from '#shared/domain/kernel-log/kernel-event';
import { type LogRecord, logRecords } from '#shared/domain/kernel-log/log-records';

export type KernelLogLine = GpuKernelLogFacts['lines'][number];

/** What is kept of a log: the newest lines that matter. */
const maxLines = 1000;

/**
 * Reads kernel log lines as dmesg (plain, -T, -x, --time-format iso, --json), journalctl (short-iso, json) and
 * /dev/kmsg print them, or bare messages, and keeps what concerns GPUs and memory running out. Null: no such log.
 */
export function parseKernelLog(text: string): KernelLogLine[] | null {
  const lines = recordsOf(text)?.flatMap((record) => classify(record) ?? []);
  return lines?.slice(-maxLines) ?? null;
}

export type SystemLine = NonNullable<GpuKernelLogFacts['systemLines']>[number];

/** What the same log says of the node beside its GPUs, by what the decoder makes of a line. */
const systemKinds: Readonly<Partial<Record<KernelEventId, SystemLine['kind']>>> = {
  'nfs-stalled': 'nfs',
  'nvme-timeout': 'storage',
  'nvme-down': 'storage',
  'disk-error': 'storage',
  'filesystem-error': 'storage',
  'raid-failure': 'storage',
  'soft-lockup': 'stall',
  'hard-lockup': 'stall',
  'hung-task': 'stall',
  'rcu-stall': 'stall',
  'edac-corrected': 'memory',
  'edac-uncorrected': 'memory',
  mce: 'memory',
  'mce-fatal': 'memory',
};

/** The lines of a kernel log that tell of disks, NFS, hanging tasks or memory errors; none where it is no such log. */
export function parseSystemLines(text: string): SystemLine[] {
  const lines = (recordsOf(text) ?? []).flatMap((record): SystemLine[] => {
    const event = decodeRecord(record);
    const kind = event && systemKinds[event.id];
    return kind ? [{ atMs: record.atMs, kind, text: record.message.trim() }] : [];
  });
  return lines.slice(-maxLines);
}

/** Messages that only a kernel writes: enough to know a log whose lines lost their time stamps. */
const kernelMessage =
  /\bNVRM: |\bSXid \(|^Kernel panic|^-{4,}\[ cut here|^CPU: \d+ PID: |^BUG: |^INFO: task |: PCIe Bus Error: /;

function recordsOf(text: string): LogRecord[] | null {
  const records = [...logRecords(text)];
  if (records.length === 0 && text.trim() !== '' && !text.trimStart().startsWith('-- ')) return null;
  const known = records.filter(({ isKnown }) => isKnown).length;
  // A document may quote a few lines of a log; in a log most lines are.
  const isLog = known * 2 >= records.length || records.some(({ message }) => kernelMessage.test(message.slice(0, 400)));
  return isLog ? records : null;
}

function classify(record: LogRecord): KernelLogLine | null {
  const text = record.message.trim();
  const blank = { atMs: record.atMs, xid: null, pciBusId: null, pid: null, processName: null, text };
  const event = decodeRecord(record);
  if (event?.id === 'xid' || event?.id === 'sxid') {
    const { id, code, pciBusId, pid, processName } = event;
    return { ...blank, kind: id, xid: code, pciBusId, pid, processName };
  }
  if (!record.isKernel) return null;
  if (/\bNVRM: /.test(text)) return { ...blank, kind: 'nvrm' };
  if (event?.id === 'oom-kill' || event?.id === 'oom-note') {
    return { ...blank, kind: 'oom', pid: event.pid, processName: event.processName };
  }
  if (/out of memory|\boom-kill|oom_reaper|invoked oom-killer/i.test(text)) return { ...blank, kind: 'oom' };
  return refusedModule.test(text) ? { ...blank, kind: 'module' } : null;
}

/**
 *   Loading of unsigned module is rejected  |  Loading of module with unavailable key is rejected
 *   Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7
 *   PKCS#7 signature not signed with a trusted key
 * Not `module verification failed …: tainting kernel`: that module was loaded all the same. Source: kernel/module/signing.c.
 */
const refusedModule =
  /Loading of (?:unsigned module|module with \S{1,20} key) is rejected|unsigned module loading is restricted|PKCS#7 signature not signed with a trusted key|Key was rejected by service/;

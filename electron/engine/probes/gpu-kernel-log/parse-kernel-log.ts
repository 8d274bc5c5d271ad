import type { GpuKernelLogFacts } from '#shared/domain/facts/gpu';
import { printable } from '#shared/domain/text';

export type KernelLogLine = GpuKernelLogFacts['lines'][number];

/** What is kept of a log: the newest lines that matter. */
const maxLines = 1000;

/**
 * Reads kernel log lines as dmesg (plain, -T, -x, --time-format iso, --json), journalctl (short-iso, json) and
 * /dev/kmsg print them, or bare messages, and keeps what concerns GPUs and memory running out. Null: no such log.
 */
export function parseKernelLog(text: string): KernelLogLine[] | null {
  const records = text.trimStart().startsWith('{') ? readJson(text) : readLines(text);
  if (records === null) return null;
  const lines = records.flatMap(({ atMs, message }) => classify(atMs, message) ?? []);
  return lines.slice(-maxLines);
}

export type SystemLine = NonNullable<GpuKernelLogFacts['systemLines']>[number];

/**
 * What the same log says of the node beside its GPUs; each text stands in a message that only a fault makes. Source: Linux
 * block/blk-core.c, fs/super and fs/ext4, drivers/nvme/host, drivers/md, net/sunrpc/clnt.c, kernel/hung_task.c, kernel/watchdog.c,
 * drivers/edac, arch/x86/kernel/cpu/mce. Empty drives (sr0) make I/O errors of their own, and `Shutdown timeout set to` is said at each start.
 */
const systemPatterns: readonly (readonly [SystemLine['kind'], RegExp])[] = [
  ['nfs', /\bnfs: server \S{1,255} not responding/i],
  [
    'storage',
    /\bI\/O error\b(?!.{0,30}\bdev (?:fd|sr|loop)\d)|Remounting filesystem read-only|\bnvme\d+: .{0,80}(?:\btimeout, |controller is down|resetting controller|disabling|removing after probe|Device not ready)|\bmd\/raid.{0,80}Disk failure|beyond end of device|EXT4-fs error|XFS .{0,60}(Corruption|shutdown)/i,
  ],
  ['stall', /soft lockup|hard LOCKUP|blocked for more than \d+ seconds|self-detected stall|detected stalls on CPUs/i],
  [
    'memory',
    /\bEDAC \S{1,20}: (?:\d+ )?[CU]E\b|\bmce: \[Hardware Error\]|\bMachine check events logged|Memory failure: 0x/i,
  ],
];

/** The lines of a kernel log that tell of disks, NFS, hanging tasks or memory errors; none where it is no such log. */
export function parseSystemLines(text: string): SystemLine[] {
  const records = text.trimStart().startsWith('{') ? readJson(text) : readLines(text);
  const lines = (records ?? []).flatMap(({ atMs, message }): SystemLine[] => {
    const kind = systemPatterns.find(([, pattern]) => pattern.test(message.slice(0, 1000)))?.[0];
    return kind === undefined ? [] : [{ atMs, kind, text: message.trim() }];
  });
  return lines.slice(-maxLines);
}

interface LogRecord {
  atMs: number | null;
  message: string;
}

const isoDate = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:[+-]\d{2}:?\d{2}|Z)?/.source;
const iso = new RegExp(`^(?:\\w{1,10} *:\\w{1,10} *: )?(${isoDate}) (?:\\S{1,255} kernel: )?`);
const stamped = /^(?:\w{1,10} *:\w{1,10} *: )?(?:<\d{1,3}>)?\[ *\d+\.\d+\]\s?(?:\[[ TC]\d+\] )?/;
const human = /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d{2}:\d{2}:\d{2} \d{4})\] /;
const kmsg = /^[\u0000\ufffd]?\d+,\d+,\d+,[^;]{1,100};/;
const syslog = /^[A-Z][a-z]{2} +\d+ \d{2}:\d{2}:\d{2} \S{1,255} [\w.@-]{1,64}(?:\[\d{1,10}\])?: (?:\[ *\d+\.\d+\] )?/;
/** Messages that only a kernel writes: enough to know a log whose lines lost their time stamps. */
const kernelMessage =
  /\bNVRM: |\bSXid \(|^Kernel panic|^-{4,}\[ cut here|^CPU: \d+ PID: |^BUG: |^INFO: task |: PCIe Bus Error: /;

function readLines(text: string): LogRecord[] | null {
  const records: LogRecord[] = [];
  let known = 0;
  let total = 0;
  for (const raw of text.split('\n')) {
    const line = raw.slice(0, 4096);
    if (line.trim() === '' || line.startsWith('-- ')) continue;
    total += 1;
    const record = readLine(line);
    if (record) known += 1;
    records.push(record ?? { atMs: null, message: line });
  }
  const hasMessages = records.some(({ message }) => kernelMessage.test(message.slice(0, 400)));
  // A document may quote a few lines of a log; in a log most lines are.
  return known * 2 >= total || hasMessages ? records : null;
}

function readLine(line: string): LogRecord | null {
  const date = iso.exec(line);
  if (date) {
    const atMs = Date.parse((date[1] ?? '').replace(',', '.').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
    return { atMs: Number.isFinite(atMs) ? atMs : null, message: line.slice(date[0].length) };
  }
  const told = human.exec(line);
  // No zone is printed and the clock drifts over suspends: this time is the node's, not one to compare.
  if (told) return { atMs: null, message: line.slice(told[0].length) };
  const prefix = stamped.exec(line) ?? kmsg.exec(line) ?? syslog.exec(line);
  return prefix ? { atMs: null, message: line.slice(prefix[0].length) } : null;
}

function readJson(text: string): LogRecord[] | null {
  const whole = parseJson(text);
  if (isRecord(whole) && Array.isArray(whole.dmesg)) {
    return whole.dmesg.filter(isRecord).map((entry) => ({ atMs: null, message: printable(String(entry.msg ?? '')) }));
  }
  // journalctl -o json: one object a line; MESSAGE is an array of bytes when it is not valid UTF-8.
  const records: LogRecord[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const entry = parseJson(line);
    if (!isRecord(entry) || !('MESSAGE' in entry)) return null;
    const { MESSAGE: message, __REALTIME_TIMESTAMP: time } = entry;
    const atUs = typeof time === 'string' && /^\d{1,17}$/.test(time) ? Number(time) : null;
    const bytes = Array.isArray(message) ? message.filter((byte) => typeof byte === 'number') : null;
    records.push({
      atMs: atUs === null ? null : Math.floor(atUs / 1000),
      message: printable(bytes ? new TextDecoder().decode(Uint8Array.from(bytes)) : String(message ?? '')),
    });
  }
  return records.length > 0 ? records : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 *   NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout after 6s of waiting for RPC response …
 *   NVRM: Xid (PCI:0000:91:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
 *   nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up
 *   Out of memory: Killed process 4242 (python) total-vm:…
 */
function classify(atMs: number | null, message: string): KernelLogLine | null {
  const blank = { atMs, xid: null, pciBusId: null, pid: null, processName: null, text: message.trim() };
  const xid = /\b(S?)Xid \((?:PCI:)?([0-9a-fA-F:.]{7,20})\): (\d{1,6})\b/.exec(message);
  if (xid) {
    const owner = /\bpid='?(\d{1,10})'?, name=([^,]{1,100})/.exec(message);
    return {
      ...blank,
      kind: xid[1] === 'S' ? 'sxid' : 'xid',
      xid: Number(xid[3]),
      pciBusId: fullBusId(xid[2] ?? ''),
      pid: owner ? Number(owner[1]) : null,
      processName: owner && owner[2] !== '<unknown>' ? (owner[2] ?? null) : null,
    };
  }
  if (/\bNVRM: /.test(message)) return { ...blank, kind: 'nvrm' };
  if (/out of memory|\boom-kill|oom_reaper|invoked oom-killer/i.test(message)) {
    const victim = /Killed process (\d{1,10}),? \(?([^),]{1,100})\)?/i.exec(message);
    const named = /\btask=([^,]{1,100}),pid=(\d{1,10})/.exec(message);
    return {
      ...blank,
      kind: 'oom',
      pid: victim ? Number(victim[1]) : named ? Number(named[2]) : null,
      processName: victim?.[2] ?? named?.[1] ?? null,
    };
  }
  if (refusedModule.test(message)) return { ...blank, kind: 'module' };
  return null;
}

/**
 *   Loading of unsigned module is rejected  |  Loading of module with unavailable key is rejected
 *   Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7
 *   PKCS#7 signature not signed with a trusted key
 * Not `module verification failed …: tainting kernel`: that module was loaded all the same. Source: kernel/module/signing.c.
 */
const refusedModule =
  /Loading of (?:unsigned module|module with \S{1,20} key) is rejected|unsigned module loading is restricted|PKCS#7 signature not signed with a trusted key|Key was rejected by service/;

/** `0000:9b:00` and `0000:9b:00.0` as nvidia-smi names the GPU: eight-digit domain, function 0, lower case. */
function fullBusId(raw: string): string | null {
  const match = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})(\.[0-7])?$/.exec(raw.toLowerCase());
  if (!match) return null;
  return `${(match[1] ?? '').padStart(8, '0')}:${match[2]}:${match[3]}${match[4] ?? '.0'}`;
}

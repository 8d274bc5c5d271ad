import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandOfFact, type ProbeResult } from '#shared/domain/probe';
import { LocalHost } from '../../hosts/local-host';
import { runProbes } from '../run-probes';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { gpuKernelLogProbe } from './gpu-kernel-log-probe';
import { parseKernelLog, parseSystemLines } from './parse-kernel-log';

const message = 'NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout after 6s of waiting';
const parsed = {
  kind: 'xid',
  xid: 119,
  pciBusId: '00000000:9b:00.0',
  pid: 2024380,
  processName: 'nvidia-smi',
  text: message,
};
const journal = `2026-01-17T17:10:43+0000 node1 kernel: ${message}
2026-01-17T17:10:44+0000 node1 kernel: Out of memory: Killed process 4242 (python) total-vm:99kB
`;
const lines = (text: string) => factsOf(gpuKernelLogProbe, { journalctl: text }).lines;

describe('gpu-kernel-log probe', () => {
  it.each([
    ['journalctl -o short-iso', `2026-01-17T17:10:43+0000 node1 kernel: ${message}`, Date.UTC(2026, 0, 17, 17, 10, 43)],
    ['dmesg', `[6781741.548768] ${message}`, null],
    ['dmesg --time-format iso', `2026-01-17T17:10:43,500000+01:00 ${message}`, Date.UTC(2026, 0, 17, 16, 10, 43, 500)],
    [
      'dmesg -x --time-format iso',
      `kern  :warn  : 2026-01-17T17:10:43,500000+00:00 ${message}`,
      Date.UTC(2026, 0, 17, 17, 10, 43, 500),
    ],
    ['dmesg -T', `[Sun Feb 23 16:24:18 2025] ${message}`, null],
    ['/dev/kmsg', `4,3964,206764307,-;${message}`, null],
    ['syslog', `Jan  7 17:10:43 node1 kernel: [ 99.123456] ${message}`, null],
    ['a bare message', message, null],
    [
      'journalctl -o json',
      JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: '1768669843000000' }),
      1768669843000,
    ],
    [
      'journalctl -o json with bytes',
      JSON.stringify({ MESSAGE: [...new TextEncoder().encode(message)], __REALTIME_TIMESTAMP: '1768669843000000' }),
      1768669843000,
    ],
    ['dmesg --json', JSON.stringify({ dmesg: [{ pri: 4, time: 12.5, msg: message }] }), null],
  ])('reads what %s prints', (_, line, atMs) => {
    expect(lines(`${line}\n`)).toEqual([{ ...parsed, atMs }]);
  });

  it('tells a module that was refused from one that only taints', () => {
    const text = `2025-11-17T06:40:00+0000 n kernel: nvidia: module verification failed: signature and/or required key missing - tainting kernel
2025-11-17T06:41:00+0000 n kernel: Loading of module with unavailable key is rejected
2025-11-17T06:42:00+0000 n kernel: Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7
`;
    const lines = parseKernelLog(text) ?? [];
    expect(lines.filter(({ kind }) => kind === 'module').map(({ text: line }) => line)).toEqual([
      'Loading of module with unavailable key is rejected',
      'Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7',
    ]);
  });

  it('finds the process that was killed when memory ran out', () => {
    expect(lines(journal)[1]).toMatchObject({ kind: 'oom', pid: 4242, processName: 'python' });
  });

  it('uses the ring buffer where there is no journal, and says what right is missing where neither can be read', () => {
    const missing = { state: 'missing-tool', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;
    expect(factsOf(gpuKernelLogProbe, { journalctl: missing, dmesg: `[1.5] ${message}\n` }).lines).toHaveLength(1);
    const refused = printed('', 1, 'dmesg: read kernel buffer failed: Operation not permitted\n');
    expect(gpuKernelLogProbe.parse({ journalctl: missing, dmesg: refused })).toMatchObject({
      state: 'denied',
      reason: {
        key: 'probes.denied',
        params: { sudoers: 'USER ALL=(root) NOPASSWD: /usr/bin/dmesg --time-format\\=iso' },
      },
    });
  });

  it.each([
    ['journalctl', `2026-01-17T17:10:43+0000 node1 kernel: ${message}`, `[1.5] ${message}`],
    ['dmesg', '-- No entries --', `[1.5] ${message}`],
    ['dmesg', 'No journal files were opened due to insufficient permissions.', `[1.5] ${message}`],
    ['dmesg', '', `[1.5] ${message}`],
  ])('says that the lines are those of %s, as journalctl says "%s"', async (source, journalSays, ringSays) => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-logs-'));
    for (const [tool, says] of [
      ['journalctl', journalSays],
      ['dmesg', ringSays],
    ]) {
      writeFileSync(join(folder, tool ?? ''), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
    }
    const environment = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const host = new LocalHost({ id: 'here', environment });
    const results: ProbeResult[] = [];
    for await (const result of runProbes(host, [gpuKernelLogProbe], { keep: () => '', user: 'ops' }))
      results.push(result);
    const [result] = results;
    rmSync(folder, { recursive: true });
    expect(result?.facts).toMatchObject({ lines: [{ xid: 119 }] });
    expect(commandOfFact(gpuKernelLogProbe.sources, 'lines.0.xid', result?.commands)).toBe(source);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuKernelLogProbe, { journalctl: journal, dmesg: journal });
  });
});

describe.skipIf(!hasRecordings)('gpu-kernel-log probe on recorded logs', () => {
  const names = recordingNames('kernel-log', /^(dmesg|journalctl|kmsg|syslog|vmcore|xid).*\.(log|txt|json|bin)$/);

  it.each(names)('reads %s', (name) => {
    const text = recording(name);
    const found = lines(text);
    const expected = text.match(/\bXid \(.*?\): \d+|\bSXid \(.*?\): \d+/g) ?? [];
    expect(found.filter((line) => line.kind === 'xid' || line.kind === 'sxid')).toHaveLength(
      Math.min(expected.length, 1000),
    );
  });

  it('reads a GPU that fell off the bus and the switches that noticed', () => {
    const found = lines(recording('kernel-log/dmesg__sxid20034-with-xid79.log'));
    expect(found.filter((line) => line.kind === 'xid')).toMatchObject([
      { xid: 79, pciBusId: '00000000:91:00.0', pid: null, processName: null },
    ]);
    expect(found.filter((line) => line.kind === 'sxid')).toHaveLength(8);
    expect(found.at(-1)).toMatchObject({ xid: 20034, pciBusId: '00000000:05:00.0' });
  });

  it('reads when each line of dmesg --decode was written', () => {
    expect(lines(recording('kernel-log/dmesg-decode-iso__xid13-oom.log'))[0]).toMatchObject({
      atMs: Date.UTC(2025, 0, 21, 4, 41, 44, 283),
      kind: 'xid',
      xid: 13,
      pciBusId: '00000000:38:00.0',
    });
  });
});

describe('lines about the node beside its GPUs', () => {
  const kindOf = (message: string) => parseSystemLines(`[  12.5] ${message}\n`)[0]?.kind ?? null;

  it.each([
    ['storage', 'I/O error, dev nvme1n1, sector 2048 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2'],
    ['storage', 'EXT4-fs (sdb1): Remounting filesystem read-only'],
    ['storage', 'nvme nvme2: I/O 12 QID 3 timeout, aborting'],
    ['storage', 'nvme nvme2: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10'],
    ['storage', 'md/raid1:md0: Disk failure on sda1, disabling device.'],
    ['nfs', 'nfs: server filer-3 not responding, still trying'],
    ['stall', 'INFO: task kworker/3:1:412 blocked for more than 120 seconds.'],
    ['stall', 'watchdog: BUG: soft lockup - CPU#12 stuck for 26s! [python3:4711]'],
    ['memory', 'EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0'],
    ['memory', 'mce: [Hardware Error]: Machine check events logged'],
  ])('are told as %s: %s', (kind, message) => {
    expect(kindOf(message)).toBe(kind);
  });

  it.each([
    'nvme nvme0: Shutdown timeout set to 10 seconds',
    'EDAC MC: Ver: 3.0.0',
    'Buffer I/O error on dev sr0, logical block 0, async page read',
    'Write protecting the kernel read-only data: 26624k',
    'nfs: server filer-3 OK',
    'mce: CPU0: Thermal monitoring enabled (TM1)',
  ])('are not made of what every kernel says: %s', (message) => {
    expect(kindOf(message)).toBeNull();
  });
});

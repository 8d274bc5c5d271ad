import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLog, maxEvents } from './decode-log';

const only = (text: string) => {
  const { events } = decodeLog(text);
  expect(events).toHaveLength(1);
  return events[0];
};

const lost = "NVRM: Xid (PCI:0000:18:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.";

describe('lines of the GPU driver', () => {
  it.each([
    [lost, { id: 'xid', code: 79, pciBusId: '00000000:18:00.0', pid: null, processName: null }],
    [
      'NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row marked for remapping, reset gpu to activate.',
      { code: 63, pciBusId: '00000000:10:1c.0', pid: 1896, processName: null },
    ],
    ['NVRM: Xid (0000:03:00): 14, Channel 00000001', { code: 14, pciBusId: '00000000:03:00.0' }],
    [
      'NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout',
      { pid: 2024380, processName: 'nvidia-smi' },
    ],
    ['NVRM: Xid (PCI:0000:9b:00 GPU-I:07): 94, pid=7, name=a b, Contained', { code: 94, processName: 'a b' }],
    [
      'NVRM: Xid (PCI:0018:01:00): 149, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6 0x00000000 0x00000000 0x00000000)',
      { code: 149, unit: 'NETIR_LINK_EVT', isFatal: true, link: 8, words: [0x004505c6, 0, 0, 0] },
    ],
    [
      'NVRM: Xid (PCI:0000:04:00): 146, pid=1, name=x, TLW_RX/TLW_RX_PIPE0 Nonfatal XC0 i0 Link -1 (0x0000000a 0x00000001 0x00000000 0x00000000)',
      { unit: 'TLW_RX/TLW_RX_PIPE0', isFatal: false, link: null, words: [10, 1, 0, 0] },
    ],
    [
      'NVRM: Xid (PCI:0000:3b:00): 74, pid=9, name=t, NVLink: fatal error detected on link 6(0x0, 0x0, 0x10000, 0x0, 0x0, 0x0, 0x0)',
      { code: 74, link: 6, words: [0, 0, 0x10000, 0, 0, 0, 0] },
    ],
    [
      'NVRM: Xid (PCI:0000:3b:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)',
      { code: 154, recovery: { from: { value: 0, text: 'None' }, to: { value: 2, text: 'Node Reboot Required' } } },
    ],
    [
      'NVRM: Xid (PCI:0000:3b:00): 13, pid=9, name=t, Graphics SM Warp Exception on (GPC 1, TPC 3, SM 0): Out Of Range',
      { code: 13, unit: 'GPC 1, TPC 3' },
    ],
    [
      'NVRM: Xid (PCI:0000:3b:00): 31, pid=9, name=t, Ch 00000010, intr 00000000. MMU Fault: ENGINE GRAPHICS GPC0 GPCCLIENT_T1_2 faulted @ 0x7f',
      { code: 31, unit: 'GPC 0, TPC 2' },
    ],
    ['NVRM: GPU 0000:91:00.0: GPU has fallen off the bus.', { id: 'gpu-lost', pciBusId: '00000000:91:00.0' }],
    [
      'NVRM: The NVIDIA GPU 0000:91:00.0 (PCI ID: 10de:2330) installed in this system has fallen off the bus and is not responding to commands.',
      { id: 'gpu-lost', pciBusId: '00000000:91:00.0' },
    ],
    ['NVRM: GPU 0000:91:00.0: RmInitAdapter failed! (0x62:0xffff:2477)', { id: 'gpu-init-failed' }],
    ['NVRM: API mismatch: the client has the version 550.90.07, but', { id: 'driver-mismatch' }],
    [
      'nvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV error (First)',
      { id: 'sxid', code: 12028, isFatal: false, link: 32, device: 'nvswitch3', pciBusId: '00000000:05:00.0' },
    ],
    [
      'nvidia-nvswitch0: SXid (PCI:0000:00:00.0): 20034, Fatal, Link 30 LTSSM Fault Up',
      { code: 20034, isFatal: true, link: 30 },
    ],
    ['nvidia-nvswitch2: SXid (PCI:0000:07:00.0): 20034, Severity 1 Engine instance 60', { code: 20034, isFatal: null }],
  ])('%s', (line, expected) => {
    expect(only(line)).toMatchObject(expected);
  });
});

describe('lines of the rest of the node', () => {
  it.each([
    [
      '0000:50:00.0: PCIe Bus Error: severity=Uncorrectable (Fatal), type=Transaction Layer, (Requester ID)',
      { id: 'aer-fatal', pciBusId: '00000000:50:00.0' },
    ],
    [
      'nvidia 0000:3b:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)',
      { id: 'aer-corrected' },
    ],
    [
      'pcieport 0000:00:01.0: AER: Corrected error received: 0000:3b:00.0',
      { id: 'aer-corrected', pciBusId: '00000000:3b:00.0' },
    ],
    ['pcieport 0000:00:01.0: AER: Uncorrected (Non-Fatal) error received: 0000:3b:00.0', { id: 'aer-uncorrected' }],
    ['pcieport 0000:00:01.0: pciehp: Slot(4): Link Down', { id: 'pcie-link-down' }],
    [
      'EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0)',
      { id: 'edac-corrected', device: 'CPU_SrcID#0_Ha#0_Chan#1_DIMM#0' },
    ],
    ['EDAC skx MC1: 2 UE memory read error on any memory', { id: 'edac-uncorrected', device: 'MC1' }],
    ['mce: [Hardware Error]: Machine check events logged', { id: 'mce' }],
    [
      'mce: [Hardware Error]: CPU 12: Machine Check Exception: 5 Bank 7: be00000000800400',
      { id: 'mce-fatal', device: 'CPU 12' },
    ],
    ['{1}[Hardware Error]: event severity: fatal', { id: 'mce-fatal' }],
    [
      'Out of memory: Killed process 4242 (python) total-vm:99kB',
      { id: 'oom-kill', pid: 4242, processName: 'python', constraint: null },
    ],
    [
      'Memory cgroup out of memory: Killed process 7 (vllm) total-vm:1kB',
      { id: 'oom-kill', pid: 7, constraint: 'memcg' },
    ],
    ['Out of memory: Killed process 123, UID 48, (httpd).', { id: 'oom-kill', pid: 123, processName: 'httpd' }],
    [
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task=node,pid=863987,uid=0',
      { id: 'oom-note', constraint: 'memcg', pid: 863987 },
    ],
    ['nvme nvme3: I/O 123 QID 4 timeout, aborting', { id: 'nvme-timeout', device: 'nvme3' }],
    [
      'nvme nvme3: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10',
      { id: 'nvme-down', device: 'nvme3' },
    ],
    [
      'blk_update_request: I/O error, dev nvme2n1, sector 6442712256 op 0x1:(WRITE)',
      { id: 'disk-error', device: 'nvme2n1' },
    ],
    ['critical medium error, dev sda, sector 12', { id: 'disk-error', device: 'sda' }],
    ['nfs: server filer-3 not responding, still trying', { id: 'nfs-stalled', device: 'filer-3' }],
    ['XFS (md127): log I/O error -5', { id: 'filesystem-error', device: 'md127' }],
    ['EXT4-fs (sda1): Remounting filesystem read-only', { id: 'filesystem-error', device: 'sda1' }],
    ['md/raid1:md0: Disk failure on sdb1, disabling device.', { id: 'raid-failure', device: 'md0' }],
    [
      'watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [python:812]',
      { id: 'soft-lockup', device: 'CPU#3', processName: 'python', pid: 812 },
    ],
    [
      'INFO: task kworker/u256:3:812 blocked for more than 122 seconds.',
      { id: 'hung-task', processName: 'kworker/u256:3', pid: 812 },
    ],
    [
      'INFO: task nvidia-smi:4711 blocked for more than 120 seconds.',
      { id: 'hung-task', processName: 'nvidia-smi', pid: 4711 },
    ],
    ['Kernel panic - not syncing: hung_task: blocked tasks', { id: 'kernel-panic' }],
    ['mlx5_core 0000:1a:00.0 eth0: Link down', { id: 'nic-link-down', device: 'eth0', pciBusId: '00000000:1a:00.0' }],
    [
      'mlx5_core 0000:1a:00.0: Port module event[error]: module 0, Cable error, Power budget exceeded',
      { id: 'nic-module' },
    ],
    [
      'mlx5_core 0000:1a:00.0: mlx5_pcie_event:299:(pid 9): Detected insufficient power on the PCIe slot (27W).',
      { id: 'nic-power' },
    ],
    [
      'pt_main_thread[2536443]: segfault at 7f79 ip 00007f7c sp 00007f79 error 4 in libnccl.so.2[7f7c+1]',
      { id: 'segfault', device: 'libnccl.so.2' },
    ],
  ])('%s', (line, expected) => {
    expect(only(`[12.5] ${line}`)).toMatchObject({ ...expected, clock: 'boot', clockMs: 12500 });
  });

  it.each([
    'nvme nvme1: Shutdown timeout set to 11 seconds',
    'Buffer I/O error on dev sr0, logical block 0, async page read',
    'nfs: server filer-3 OK',
    'nvme nvme0: 104/0/0 default/read/poll queues',
    'EDAC MC: Ver: 3.0.0',
    'acpi PNP0A08:29: _OSC: platform does not support [SHPCHotplug AER DPC]',
    'mce: CPU0: Thermal monitoring enabled (TM1)',
    'IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready',
    'audit: type=1400 comm="NVRM: Xid (PCI:0000:18:00): 79, oops"',
    'evil says NVRM: Xid (PCI:0000:18:00): 79, "quoted"',
    'NVRM: Xid (PCI:0000:18:00): 79999999, x',
  ])('nothing is made of: %s', (line) => {
    expect(decodeLog(`[1.5] ${line}\n`).events.filter(({ id }) => id !== 'nvrm')).toEqual([]);
  });
});

describe('when a line was logged', () => {
  const at = Date.UTC(2025, 0, 17, 17, 10, 43);
  it.each([
    ['journalctl -o short-iso', '2025-01-17T17:10:43+0000 node1 kernel: ', { clock: 'utc', atMs: at }],
    ['-o short-iso-precise', '2025-01-17T19:10:43.000000+0200 node1 kernel: ', { clock: 'utc', atMs: at }],
    ['-o short-full', 'Fri 2025-01-17 17:10:43 UTC node1 kernel: ', { clock: 'utc', atMs: at }],
    ['-o short-unix', '1737133843.000000 node1 kernel: ', { clock: 'utc', atMs: at }],
    ['-o short-monotonic', '[  100.500000] node1 kernel: ', { clock: 'boot', clockMs: 100_500 }],
    ['dmesg', '[  100.500000] ', { clock: 'boot', clockMs: 100_500 }],
    ['dmesg with caller', '[  100.500000] [    T1] ', { clock: 'boot', clockMs: 100_500 }],
    ['dmesg -T', '[Fri Jan 17 17:10:43 2025] ', { clock: 'local', clockMs: at, atMs: null }],
    ['dmesg -x --time-format iso', 'kern  :warn  : 2025-01-17T17:10:43,000000+00:00 ', { clock: 'utc', atMs: at }],
    ['dmesg -e', '[Jan17 17:10] ', { clock: 'none', clockMs: null }],
    ['/dev/kmsg', '4,3964,100500000,-;', { clock: 'boot', clockMs: 100_500 }],
    ['/dev/kmsg of util-linux', '<4>[  100.500000] ', { clock: 'boot', clockMs: 100_500 }],
    [
      'syslog',
      'Jan 17 17:10:43 node1 kernel: [  100.500000] ',
      { clock: 'local', clockMs: Date.UTC(2000, 0, 17, 17, 10, 43) },
    ],
    [
      'rsyslog with a date',
      '2025-01-17T17:10:43.000000+00:00 node1 kernel: [  100.500000] ',
      { clock: 'utc', atMs: at },
    ],
    ['a date without a zone', '2025-01-17T17:10:43 node1 kernel: ', { clock: 'local', clockMs: at, atMs: null }],
    ['dmesg in colours', '\u001b[32m[  100.500000] \u001b[0m\u001b[33m', { clock: 'boot', clockMs: 100_500 }],
    ['a file of Windows', '\ufeff[  100.500000] ', { clock: 'boot', clockMs: 100_500 }],
    ['no time', '', { clock: 'none', clockMs: null }],
    ['a prefix of its own', 'gpu-07 | ', { clock: 'none', clockMs: null }],
  ])('%s', (_, prefix, expected) => {
    expect(only(prefix + lost)).toMatchObject({ ...expected, code: 79 });
    expect(only(`${prefix}${lost}\r\n`)).toMatchObject({ ...expected, text: expect.not.stringContaining('\r') });
  });

  it('reads journalctl -o json, and leaves what other programs of a whole journal say', () => {
    const entry = { MESSAGE: lost, __REALTIME_TIMESTAMP: '1737133843000000', _TRANSPORT: 'kernel' };
    expect(only(JSON.stringify(entry))).toMatchObject({ code: 79, clock: 'utc', atMs: at });
    const bytes = { ...entry, MESSAGE: [...new TextEncoder().encode(lost)] };
    expect(only(JSON.stringify(bytes))).toMatchObject({ code: 79 });
    expect(decodeLog(JSON.stringify({ ...entry, _TRANSPORT: 'syslog' })).events).toEqual([]);
    expect(decodeLog(`Jan 17 17:10:43 node1 logger[7]: ${lost}`).events).toEqual([]);
  });
});

describe('any text', () => {
  const prefixes = [
    '',
    '[1.5] ',
    '2025-01-17T17:10:43+0000 n kernel: ',
    '{"MESSAGE":"',
    '{"dmesg":[{"msg":"',
    'kern  :warn  : ',
  ];
  const pieces = [
    'NVRM: Xid (PCI:',
    '0000:18:00',
    '): ',
    '79',
    ', pid=',
    'SXid (',
    'Out of memory: Killed process ',
    '\u0000',
    '(0x',
    'Link',
  ];
  const noise = fc
    .array(fc.oneof(fc.string(), fc.constantFrom(...pieces), fc.constantFrom('\n', '\r\n', '\ufffd')), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));

  it('is decoded without an error, and a code only comes from a line that the driver wrote with that code', () => {
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), noise, (prefix, text) => {
        const lines = (prefix + text).split('\n');
        for (const event of decodeLog(prefix + text).events) {
          if (event.code === null) continue;
          const from = prefix.startsWith('{') ? prefix + text : (lines[event.line - 1] ?? '');
          expect(from).toContain(`): ${/^0*/.exec(event.text.split('): ')[1] ?? '')?.[0] ?? ''}${event.code}`);
          expect(event.text).toMatch(event.id === 'xid' ? /^NVRM: Xid \(/ : /^nvidia-nvswitch\d+: SXid \(/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the newest of a log that says more than is kept', () => {
    const line = '[1.0] nvme nvme0: I/O 1 QID 1 timeout, aborting\n';
    const { events, lineCount, droppedCount } = decodeLog(line.repeat(maxEvents + 10) + lost);
    expect(events).toHaveLength(maxEvents);
    expect(events.at(-1)).toMatchObject({ code: 79, line: maxEvents + 11 });
    expect([lineCount, droppedCount]).toEqual([maxEvents + 11, 11]);
  });

  it('is no log where nothing in it looks like one', () => {
    expect(decodeLog('Dear all,\nthe GPU is gone.\n').isLog).toBe(false);
    expect(decodeLog('[1.0] a\n[2.0] b\n').isLog).toBe(true);
  });
});

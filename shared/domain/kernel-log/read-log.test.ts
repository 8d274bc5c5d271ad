import { beforeAll, describe, expect, it } from 'vitest';
import { type KernelLogKnowledge, kernelLogKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { readLog } from './read-log';

let knowledge: KernelLogKnowledge;
beforeAll(async () => {
  knowledge = await kernelLogKnowledge();
});

const xid = (second: number, gpu: string, code: number, rest = "pid='<unknown>', name=<unknown>, words") =>
  `[${second}.000000] NVRM: Xid (PCI:0000:${gpu}:00): ${code}, ${rest}`;
const sxid = (second: number, code: number, told = 'Fatal') =>
  `[${second}.000000] nvidia-nvswitch1: SXid (PCI:0000:06:00.0): ${code}, ${told}, Link 48 LTSSM Fault Up`;
const by = (name: string, rest = 'words') => `pid=1, name=${name}, ${rest}`;

/** Roles by code, the rules, what to do and the tree of the first group. */
function told(...lines: string[]) {
  const { entries, groups } = readLog(lines.join('\n'), knowledge);
  const [group] = groups;
  return {
    roles: entries.map(({ id, code, role }) => `${code ?? id} ${role}`),
    rules: group?.rules.map(({ id }) => id),
    action: group?.action,
    tree: group?.tree,
  };
}

describe('what lines mean together', () => {
  it('takes Xid 45 beside another Xid of the GPU as its echo, and not beside one of another GPU', () => {
    expect(told(xid(10, '3b', 45), xid(12, '3b', 94))).toMatchObject({
      roles: ['45 echo', '94 root'],
      rules: ['preemption-follows'],
      action: 'restart-app',
      tree: 'ecc-errors',
    });
    expect(told(xid(10, '3b', 45), xid(12, '4c', 94)).roles).toEqual(['45 alone', '94 alone']);
    expect(told(xid(10, '3b', 45), xid(50, '3b', 94)).roles).not.toContain('45 echo');
  });

  it('suspects Fabric Manager where Xid 45 comes alone on several GPUs of a node with switches, and only there', () => {
    const alone = [xid(10, '3b', 45), xid(11, '4c', 45)];
    expect(told(...alone, '[1.0] nvidia-nvswitch0: open (major=505)')).toMatchObject({
      rules: ['preemption-alone-on-switches'],
      tree: 'nvlink-fabric',
    });
    expect(told(...alone).rules).toEqual([]);
  });

  it.each([
    [[48, 63], ['dram-fault'], 'reset-gpu'],
    [[48, 64], ['dram-fault'], 'reset-gpu'],
    [[48], ['sram-fault'], 'reset-gpu'],
    [[48, 172], ['sram-fault'], 'reset-gpu'],
    [[48, 63, 94], ['contained', 'dram-fault'], 'restart-app'],
    [[48, 95], ['uncontained', 'sram-fault'], 'reset-gpu'],
  ])('reads %j as %j', (codes, rules, action) => {
    const found = told(...codes.map((code, at) => xid(10 + at, '3b', code)));
    expect(found).toMatchObject({ rules, action, tree: 'ecc-errors' });
    expect(found.roles.slice(1).every((role) => role.endsWith('echo'))).toBe(true);
  });

  it('takes Xid 74 as the victim of another GPU that is gone, or of a switch that failed before', () => {
    const link = 'NVLink: fatal error detected on link 6(0x0, 0x0, 0x10000, 0x0, 0x0, 0x0, 0x0)';
    expect(told(xid(10, '3b', 74, link), xid(12, '4c', 79))).toMatchObject({
      roles: ['74 echo', '79 root'],
      rules: ['nvlink-victim'],
      tree: 'gpu-missing',
    });
    expect(told(sxid(9, 20034), xid(10, '3b', 74, link)).roles).toEqual(['20034 root', '74 echo']);
    expect(told(xid(10, '3b', 74, link), sxid(11, 20034)).roles).not.toContain('74 echo');
    expect(told(xid(10, '3b', 74, link)).roles).toEqual(['74 alone']);
  });

  it('takes what a switch says of its links after a GPU is gone as an echo', () => {
    expect(
      told(xid(10, '3b', 79), '[10.1] NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.', sxid(22, 20034)),
    ).toMatchObject({
      roles: ['79 root', 'gpu-lost echo', '20034 echo'],
      rules: ['switch-lost-gpu'],
      tree: 'gpu-missing',
    });
  });

  it('names the Xid as the cause, and not the line of the driver that says the same', () => {
    const lines = [xid(10, '3b', 79), '[10.1] NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.', sxid(22, 20034)];
    expect(readLog(lines.join('\n'), knowledge).entries.map(({ echoOf }) => echoOf)).toEqual([null, 0, 0]);
  });

  it('looks past the GPUs where several are lost within a minute', () => {
    expect(told(xid(10, '3b', 79), xid(50, '4c', 79))).toMatchObject({
      rules: ['several-gpus-lost'],
      action: 'reboot-node',
    });
    expect(told(xid(10, '3b', 79), xid(90, '4c', 79)).rules).toEqual([]);
  });

  it('tells a part of a GPU that fails for several applications from an application that fails on several GPUs', () => {
    const at = (tpc: number) => `Graphics SM Warp Exception on (GPC 1, TPC ${tpc}, SM 0): Out Of Range Address`;
    expect(told(xid(10, '3b', 13, by('a', at(3))), xid(900, '3b', 13, by('b', at(3)))).rules).toEqual([
      'same-unit-many-applications',
    ]);
    expect(told(xid(10, '3b', 13, by('a', at(3))), xid(900, '3b', 13, by('b', at(4)))).rules).toEqual([]);
    expect(told(xid(10, '3b', 31, by('a')), xid(20, '4c', 31, by('a'))).rules).toEqual(['application-moves']);
  });

  it('lets Xid 154 outrank what is done for the other codes', () => {
    const recovery = 'GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)';
    expect(told(xid(10, '3b', 119), xid(11, '3b', 154, recovery))).toMatchObject({
      roles: ['119 root', '154 echo'],
      rules: ['recovery-action-outranks'],
      action: 'reboot-node',
    });
    const good = readLog(
      xid(
        9,
        '3b',
        154,
        recovery.replace('0x0 (None) to 0x2 (Node Reboot Required)', '0x1 (GPU Reset Required) to 0x0 (None)'),
      ),
      knowledge,
    );
    expect(good.entries[0]).toMatchObject({ severity: 'info', action: 'none' });
    const unknown = readLog(xid(9, '3b', 154, recovery.replace('0x2', '0x63')), knowledge);
    expect(unknown.entries[0]).toMatchObject({ severity: 'critical', action: 'unspecified' });
  });

  it('does what the worst of a group asks for, and not less because a rule of a lesser one says so', () => {
    expect(told(xid(10, '3b', 48), xid(10, '3b', 94), xid(40, '3b', 119))).toMatchObject({
      action: 'reset-gpu',
      tree: 'gpu-missing',
    });
    const good = 'GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)';
    expect(told(xid(10, '3b', 79), xid(12, '4c', 74), xid(13, '4c', 154, good)).action).toBe('reboot-node');
  });

  it('takes 43 and 45 of a process that was ended for want of memory as its echo', () => {
    expect(
      told(
        '[9.0] Out of memory: Killed process 1 (python) total-vm:1kB',
        xid(10, '3b', 43, by('python')),
        xid(10, '3b', 45, by('python')),
      ),
    ).toMatchObject({
      roles: ['oom-kill root', '43 echo', '45 echo'],
      rules: ['process-was-killed'],
      tree: 'host-memory',
    });
  });

  it('takes Xid 43 as the echo of the error of the application before it', () => {
    expect(told(xid(10, '3b', 31, by('a')), xid(10, '3b', 43, by('a'))).roles).toEqual(['31 root', '43 echo']);
  });

  it('counts lines that say the same, and says where lines have no time', () => {
    const { entries, isTimed } = readLog(
      Array(7)
        .fill(xid(1, '3b', 79).slice(11))
        .join('\n'),
      knowledge,
    );
    expect(entries).toMatchObject([{ code: 79, count: 7, line: 1, lastLine: 7, role: 'alone' }]);
    expect(isTimed).toBe(false);
  });
});

describe('what hex words mean', () => {
  const row = (unit: string, told5: string, words: string, code = 149, branch: number | null = null) =>
    readLog(xid(1, '3b', code, `${unit} ${told5} XC0 i0 Link 08 (${words})`), knowledge, { driverBranch: branch })
      .entries[0];

  it('reads the words of NVLink 5 in both layouts', () => {
    expect(row('NETIR_LINK_EVT', 'Fatal', '0x004505c6 0x00000000 0x0 0x0')).toMatchObject({
      action: 'reset-gpu',
      severity: 'critical',
      details: [
        { en: 'NETIR_LINK_EVT/NETIR_LINK_DOWN, link fatal: reset the GPU' },
        { en: 'then: look into the signal of the link' },
      ],
    });
    expect(row('SAW_MVB', 'Nonfatal', '0x00000001 0x00000001 0x0 0x0', 144)).toMatchObject({
      action: 'none',
      severity: 'info',
    });
    expect(row('SAW_MVB', 'Fatal', '0x00000001 0x00000002 0x0 0x0', 144)).toMatchObject({
      action: 'reset-gpu',
      severity: 'fatal',
    });
  });

  it('takes the layout of the driver where it is known', () => {
    expect(row('SAW_MVB', 'Fatal', '0x00000001 0x00000002 0x0 0x0', 144, 570)?.action).toBe('decode-then-act');
    expect(row('SAW_MVB', 'Fatal', '0x00000021 0x00000002 0x0 0x0', 144, 570)?.action).toBe('reset-gpu');
  });

  it('follows the promotion of an error', () => {
    expect(row('RLW_RXPIPE', 'Nonfatal', '0x00000006 0x00000001 0x0 0x0', 145, 575)).toMatchObject({ action: 'none' });
    expect(row('RLW_RXPIPE', 'Fatal', '0x00000086 0x00000001 0x0 0x0', 145, 575)).toMatchObject({
      action: 'reset-gpu',
      severity: 'fatal',
    });
  });

  it('says nothing of words that the table does not have', () => {
    expect(row('SAW_MVB', 'Fatal', '0x00000001 0x12345678 0x0 0x0', 144)).toMatchObject({ action: 'decode-then-act' });
  });

  it('names the bits of Xid 74', () => {
    const link = 'NVLink: fatal error detected on link 6(0x100, 0x0, 0x10000, 0x80000000, 0x0, 0x0, 0x0)';
    expect(readLog(xid(1, '3b', 74, link), knowledge).entries[0]?.details.map(({ en }) => en)).toEqual([
      'word 1, bit 8: possible hardware: check or reseat connections, then run diagnostics',
      'word 3, bit 16: field diagnostics if it repeats',
      'word 4, bit 31: not in the list: report it to the vendor',
    ]);
  });

  it('says of a code that is not known that it is not', () => {
    expect(readLog(xid(1, '3b', 9999), knowledge).entries[0]).toMatchObject({
      severity: 'warn',
      action: 'unspecified',
      tree: null,
    });
  });
});

it('is as long as the log, also where each line says something else', () => {
  const lines = Array.from({ length: 30_000 }, (_, at) =>
    xid(at, (at % 200).toString(16).padStart(2, '0'), 1 + (at % 170)),
  );
  const { entries, leftOutCount, lineCount } = readLog(lines.join('\n'), knowledge);
  expect(lineCount).toBe(30_000);
  expect(entries.length).toBe(500);
  expect(leftOutCount).toBeGreaterThan(20_000);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readLog } from '#shared/domain/kernel-log/read-log';
import { kernelLogKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { correlationRuleIds } from '#shared/knowledge/catalogs/kernel-log/kernel-log-schema';
import { hasRecordings, recording, recordingNames } from '../probes/testing/recordings';

/** Ids of the diagnoses, of which some may not be installed. */
const treeIds = [
  'vram-shortage',
  'network-congestion',
  'gpu-overheating',
  'gpu-missing',
  'driver-mismatch',
  'container-gpu',
  'ecc-errors',
  'pcie-degraded',
  'nvlink-fabric',
  'nccl-hang',
  'slow-storage',
  'host-memory',
  'power',
  'low-gpu-utilisation',
  'inference-slow',
  'clock-and-kernel',
  'python-cuda',
  'tool-access',
  'confidential-computing',
  'scheduler-refuses',
];

describe('the catalogue of the kernel log', () => {
  it('holds every code once, and names only sources, blocks and trees that are there', async () => {
    const { xids, sxids, nvlink, events, correlation, sources } = await kernelLogKnowledge();
    expect([xids.size, sxids.size, nvlink.nvlink5.length]).toEqual([176, 397, 95]);
    expect([...xids.keys()]).toEqual([...xids.keys()].sort((left, right) => left - right));
    const named = [
      ...xids.values(),
      ...sxids.values(),
      ...Object.values(events),
      ...Object.values(correlation.rules),
      correlation.memoryRma,
    ];
    expect(named.flatMap((entry) => entry.sources).filter((id) => sources[id] === undefined)).toEqual([]);
    const trees = [
      ...correlation.trees.map(({ tree }) => tree),
      ...Object.values(events).flatMap(({ tree }) => tree ?? []),
      ...Object.values(correlation.rules).flatMap(({ tree }) => tree ?? []),
    ];
    expect(trees.filter((id) => !treeIds.includes(id))).toEqual([]);
    const judged = correlation.trees.flatMap((entry) => entry.xids);
    expect(judged.filter((code) => !xids.has(code))).toEqual([]);
    expect(new Set(judged).size).toBe(judged.length);
    expect(Object.keys(correlation.rules).sort()).toEqual([...correlationRuleIds].sort());
    expect(
      nvlink.nvlink5.flatMap((row) => [row.immediate, row.investigate]).filter((id) => !nvlink.buckets[id]),
    ).toEqual([]);
    expect(nvlink.nvlink4.filter(({ verdict }) => !nvlink.verdicts[verdict])).toEqual([]);
  });

  it('is what the fatal Xids come from (vitest -u writes them)', async () => {
    const { xids } = await kernelLogKnowledge();
    const fatal = [...xids.values()]
      .filter(({ severity }) => severity === 'fatal')
      .map(({ code, mnemonic, name, action }) => ({ code, mnemonic, name: name.en, action }));
    const text = `# The fatal codes of kernel-log/xids.yaml, apart so that nothing else has to be read for them. Written by a test.\n${stringify({ xids: fatal })}`;
    await expect(text).toMatchFileSnapshot('../../../shared/knowledge/catalogs/fatal-xids.generated.yaml');
  });
});

describe.skipIf(!hasRecordings)('recorded kernel logs', () => {
  const names = recordingNames('kernel-log', /^(dmesg|journalctl|kmsg|syslog|vmcore|pstore|xid)/);

  it.each(names)('%s: every Xid and SXid in it is decoded with its own number', async (name) => {
    const text = recording(name);
    const { entries } = readLog(text, await kernelLogKnowledge());
    const codes = (kind: string) =>
      entries.filter(({ id }) => id === kind).flatMap(({ code, count }) => Array(count).fill(code));
    const written = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, code]) => Number(code));
    expect(codes('xid').sort()).toEqual(written(/NVRM: Xid \(.*?\): (\d+)/g).sort());
    expect(codes('sxid').sort()).toEqual(written(/ SXid \(.*?\): (\d+)/g).sort());
  });

  it('however they are mutilated, are read without an error, and no code comes out that no line holds', async () => {
    const known = await kernelLogKnowledge();
    const lines = names.flatMap((name) =>
      recording(name)
        .split('\n')
        .filter((line) => /Xid \(|NVRM|AER|EDAC|oom|mlx|nvme/.test(line))
        .slice(0, 40),
    );
    const cut = fc.nat({ max: 400 });
    const odd = fc.constantFrom('', '\0', '\r', '\t', '): ', '7', '9', 'Xid (', '\ufffd', '"', '{', '[', '显', '(0x');
    const change = fc.tuple(cut, fc.nat({ max: 12 }), odd);
    const mutilated = fc
      .tuple(fc.constantFrom(...lines), fc.array(change, { maxLength: 4 }))
      .map(([line, changes]) =>
        changes.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), line),
      );
    fc.assert(
      fc.property(fc.array(mutilated, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.join('\n');
        for (const { code } of readLog(text, known).entries) {
          if (code !== null) expect(text).toMatch(new RegExp(`Xid \\([^\\n]{4,60}\\): 0*${code}(?!\\d)`));
        }
      }),
      { numRuns: 500 },
    );
  });

  const told = async (name: string, isInfo = false) =>
    readLog(recording(`kernel-log/${name}`), await kernelLogKnowledge())
      .entries.filter(({ severity }) => isInfo || severity !== 'info')
      .map(({ id, code, count, role }) => `${code ?? id} x${count} ${role}`);

  it('say what their annotations say', async () => {
    expect(await told('dmesg-T__xid119-gsp-timeout.log')).toEqual(['119 x5 root']);
    expect(await told('dmesg__sxid20034-with-xid79.log')).toEqual([
      '79 x1 root',
      'gpu-lost x1 echo',
      '20034 x1 echo',
      '20034 x4 echo',
      '20034 x3 echo',
    ]);
    expect(await told('dmesg-decode-iso__xid13-oom.log')).toMatchObject({ length: 3 });
    expect(await told('dmesg-decode-iso__nccl-segfault.log')).toEqual(['segfault x2 alone']);
    expect(await told('dmesg__mce-hardware-error-el7.log')).toEqual(['mce x1 alone']);
    expect(await told('dmesg__nvme-io-error-xfs.log')).toEqual(['disk-error x3 alone', 'filesystem-error x2 alone']);
    expect(await told('dmesg__pcie-aer-uncorrectable-fatal.log')).toEqual(['aer-fatal x1 root']);
    expect(await told('syslog__ib-link-flap.log')).toEqual(['nic-link-down x6 root']);
    expect(await told('dmesg__hung-task-panic-arm.log')).toEqual(['kernel-panic x1 alone']);
    expect(await told('dmesg__kernel-panic-out-of-memory.log')).toEqual(['kernel-panic x1 alone']);
    expect(await told('pstore-dmesg-erst__sysrq-crash.txt')).toEqual(['kernel-oops x2 alone']);
  });

  it('of a healthy start says nothing that needs anybody', async () => {
    expect(await told('dmesg-decode-iso__boot-8gpu-host.log')).toEqual([]);
    expect(await told('dmesg-x__decode.txt')).toEqual([]);
    expect(await told('kmsg__nvswitch-open.log')).toEqual([]);
  });

  it('with NVLink 5 errors are all found in NVIDIA’s table, and a fatal row where the line says fatal', async () => {
    const { entries } = readLog(recording('kernel-log/xid-144-150-nvlink5-lines.log'), await kernelLogKnowledge(), {
      driverBranch: 575,
    });
    expect(entries.filter(({ action }) => action === 'decode-then-act').map(({ text }) => text)).toEqual([]);
    expect(entries.filter(({ isFatal, action }) => isFatal && action !== 'reset-gpu').map(({ text }) => text)).toEqual(
      [],
    );
    expect(
      entries.filter(({ isFatal, action }) => isFatal === false && action === 'reset-gpu').map(({ text }) => text),
    ).toEqual([]);
  });
});

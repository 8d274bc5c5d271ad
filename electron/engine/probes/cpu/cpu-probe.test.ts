import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { cpuProbe } from './cpu-probe';

const json = JSON.stringify({
  lscpu: [
    { field: 'Architecture:', data: 'x86_64', children: [{ field: 'Byte Order:', data: 'Little Endian' }] },
    { field: 'CPU(s):', data: '224', children: [{ field: 'On-line CPU(s) list:', data: '0-223' }] },
    {
      field: 'Vendor ID:',
      data: 'GenuineIntel',
      children: [
        {
          field: 'Model name:',
          data: 'Intel(R) Xeon(R) Platinum 8480C',
          children: [
            { field: 'Thread(s) per core:', data: '2' },
            { field: 'Core(s) per socket:', data: '56' },
            { field: 'Socket(s):', data: '2' },
            { field: 'CPU max MHz:', data: '3800.0000' },
            { field: 'CPU min MHz:', data: '800.0000' },
            { field: 'Flags:', data: 'fpu avx512f amx_tile' },
          ],
        },
      ],
    },
    { field: 'Virtualization features:', data: null, children: [{ field: 'Virtualization:', data: 'VT-x' }] },
  ],
});
const expected = {
  architecture: 'x86_64',
  model: 'Intel(R) Xeon(R) Platinum 8480C',
  vendor: 'GenuineIntel',
  sockets: 2,
  coresPerSocket: 56,
  threadsPerCore: 2,
  logicalCpus: 224,
  onlineCpus: '0-223',
  maxMHz: 3800,
  minMHz: 800,
  virtualization: 'VT-x',
  flags: ['fpu', 'avx512f', 'amx_tile'],
  microcode: null,
  isSmtActive: null,
  clock: null,
  scaling: [],
  vulnerabilities: [],
};
const state = `smt/active:1
vulnerabilities/meltdown:Not affected
vulnerabilities/retbleed:Mitigation: Enhanced IBRS
vulnerabilities/spec_store_bypass:Vulnerable
vulnerabilities/itlb_multihit:KVM: Mitigation: VMX disabled
vulnerabilities/mds:Unknown: No mitigations
policy0/scaling_driver:intel_pstate
policy1/scaling_driver:intel_pstate
policy2/scaling_driver:intel_pstate
policy0/scaling_governor:performance
policy1/scaling_governor:powersave
policy2/scaling_governor:performance
policy0/scaling_min_freq:800000
policy1/scaling_min_freq:800000
policy2/scaling_min_freq:800000
policy0/scaling_max_freq:3800000
policy1/scaling_max_freq:3800000
policy2/scaling_max_freq:3800000
policy0/cpuinfo_max_freq:3800000
policy1/cpuinfo_max_freq:3800000
policy2/cpuinfo_max_freq:3800000
policy0/energy_performance_preference:performance
cpu MHz\t\t: 2100.000
cpu MHz\t\t: 3799.998
microcode\t: 0x2b000571
`;
const text = (name: string) => factsOf(cpuProbe, { lscpu: recording(`host/${name}`) });

describe('cpu probe', () => {
  it('reads nested lscpu -J', () => {
    expect(factsOf(cpuProbe, { lscpu: json })).toEqual(expected);
  });

  it('sums up what cores are set to and run at, and tells apart the few that are set otherwise', () => {
    const facts = factsOf(cpuProbe, { lscpu: json, 'cpu-state': state });
    const policy = { driver: 'intel_pstate', minMHz: 800, maxMHz: 3800, hardwareMaxMHz: 3800 };
    expect(facts).toMatchObject({
      microcode: '0x2b000571',
      isSmtActive: true,
      clock: { lowestMHz: 2100, highestMHz: 3799.998 },
      scaling: [
        { ...policy, governor: 'performance', energyPreference: 'performance', policyCount: 1 },
        { ...policy, governor: 'powersave', energyPreference: null, policyCount: 1 },
        { ...policy, governor: 'performance', energyPreference: null, policyCount: 1 },
      ],
    });
    expect(facts.vulnerabilities.map(({ name, state: one }) => `${name} ${one}`)).toEqual([
      'meltdown not-affected',
      'retbleed mitigated',
      'spec_store_bypass vulnerable',
      'itlb_multihit mitigated',
      'mds unknown',
    ]);
    const alike = state.replace(/powersave/, 'performance').replace(/^policy0\/energy.*\n/m, '');
    expect(factsOf(cpuProbe, { lscpu: json, 'cpu-state': alike }).scaling).toMatchObject([{ policyCount: 3 }]);
  });

  it('does not take what a core runs at just now for the most it can', () => {
    const text = 'Architecture: x86_64\nCPU(s): 2\nCPU MHz: 1200.000\n';
    expect(factsOf(cpuProbe, { lscpu: text }).maxMHz).toBeNull();
    expect(factsOf(cpuProbe, { lscpu: `${text}CPU max MHz: 3500.0000\n` }).maxMHz).toBe(3500);
  });

  it('refuses JSON that is cut and tells a node without any of its sources', () => {
    expect(cpuProbe.parse({ lscpu: printed(json.slice(0, -10)) })).toMatchObject({ state: 'unparsable' });
    expect(cpuProbe.parse({ lscpu: printed('', 127) })).toMatchObject({ state: 'missing-tool' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(cpuProbe, { lscpu: json, 'cpu-state': state }, (facts) => (facts.logicalCpus ?? 0) > 0);
  });
});

describe.skipIf(!hasRecordings)('cpu probe on recorded outputs', () => {
  it.each([
    ['lscpu__asus-esc8000a-rtx6000ada-x4.txt', 'AMD EPYC 9374F 32-Core Processor', 2, 32, 1, 64, '0-63', 3850, 'AMD-V'],
    ['lscpu__epyc-7451.txt', 'AMD EPYC 7451 24-Core Processor', 2, 24, 2, 96, '0-95', 2300, 'AMD-V'],
    ['lscpu__dell-e4310.txt', 'Intel(R) Core(TM) i5 CPU       M 560  @ 2.67GHz', 1, 2, 2, 4, '0-3', 2667, 'VT-x'],
    ['lscpu__nested-layout.txt', 'Intel Core Processor (Haswell, no TSX, IBRS)', 2, 1, 1, 2, '0,1', null, 'VT-x'],
    ['lscpu__old-layout-offline-cpus.txt', 'Intel Core Processor (Haswell, no TSX)', 1, 1, 1, 2, '0', null, 'KVM'],
  ])(
    'reads %s',
    (name, model, sockets, coresPerSocket, threadsPerCore, logicalCpus, onlineCpus, maxMHz, virtualization) => {
      expect(text(name)).toMatchObject({
        model,
        sockets,
        coresPerSocket,
        threadsPerCore,
        logicalCpus,
        onlineCpus,
        maxMHz,
        virtualization,
      });
    },
  );

  it('reads the first of several output modes', () => {
    const facts = text('lscpu__x86_64-64cpu-linux6.2.txt');
    expect(facts.logicalCpus).toBe(8);
    expect(facts.flags).toContain('avx2');
  });

  it('counts the CPUs of /proc/cpuinfo', () => {
    const cpuinfo = recording('host/proc-cpuinfo__intel.txt');
    const facts = text('proc-cpuinfo__intel.txt');
    expect(facts.logicalCpus).toBe((cpuinfo.match(/^processor/gm) ?? []).length);
    expect(facts).toMatchObject({ vendor: 'GenuineIntel', model: expect.stringContaining('Intel') });
    expect(text('proc-cpuinfo__arm.txt').logicalCpus).toBeGreaterThan(0);
  });
});

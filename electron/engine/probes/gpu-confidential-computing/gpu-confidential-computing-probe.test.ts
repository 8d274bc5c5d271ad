import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { gpuConfidentialComputingProbe } from './gpu-confidential-computing-probe';

const on = `
==============NVSMI CONF-COMPUTE LOG==============

    CC State                   : ON
    Multi-GPU Mode             : None
    CPU CC Capabilities        : AMD SEV-SNP(vTOM Mode)
    GPU CC Capabilities        : CC Capable
    CC GPUs Ready State        : Ready
    DevTools Mode              : OFF
`;
const facts = (query: string) => factsOf(gpuConfidentialComputingProbe, { query });

describe('gpu-confidential-computing probe', () => {
  it('reads the mode, what CPU and GPU can do, and whether the GPUs are ready', () => {
    expect(facts(on)).toEqual({
      isSupported: true,
      isOn: true,
      multiGpuMode: 'None',
      cpuCapability: 'AMD SEV-SNP(vTOM Mode)',
      gpuCapability: 'CC Capable',
      readyState: 'Ready',
      isDevToolsModeOn: false,
      environment: null,
    });
  });

  it('keeps protected PCIe, which reads as off, apart from nothing at all', () => {
    const protectedPcie = on
      .replace(': ON', ': OFF')
      .replace('Multi-GPU Mode             : None', 'Multi-GPU Mode : Protected PCIe');
    expect(facts(protectedPcie)).toMatchObject({ isOn: false, multiGpuMode: 'Protected PCIe', isSupported: true });
  });

  it('reads the short form', () => {
    expect(facts('CC status: OFF\n')).toMatchObject({ isOn: false, gpuCapability: null });
  });

  it('asks in a protected guest for the environment and the developer tools where the summary leaves them out', () => {
    const short = on.replace(/ +DevTools.*\n/, '');
    expect(facts(short)).toMatchObject({ isDevToolsModeOn: null, environment: null });
    expect(
      factsOf(gpuConfidentialComputingProbe, {
        query: short,
        environment: 'CC Environment: SIM\n',
        'dev-tools': 'DevTools Mode: ON\n',
      }),
    ).toMatchObject({ isOn: true, readyState: 'Ready', isDevToolsModeOn: true, environment: 'SIM' });
    const asked = gpuConfidentialComputingProbe.commands.filter(({ onlyWhere }) => onlyWhere !== undefined);
    expect(asked.map(({ argv }) => argv.at(-1))).toEqual(['-e', '-d']);
  });

  it('says of a driver without the command that it has no such mode', () => {
    const output = printed("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n", 2);
    expect(gpuConfidentialComputingProbe.parse({ query: output })).toMatchObject({
      state: 'ok',
      facts: { isSupported: false, isOn: null },
    });
  });

  it('says of a node whose driver does not answer why it has no facts', () => {
    const output = printed('Failed to initialize NVML: Driver/library version mismatch\n', 18);
    expect(gpuConfidentialComputingProbe.parse({ query: output })).toMatchObject({
      state: 'failed',
      reason: { key: 'probes.driverLibraryMismatch' },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuConfidentialComputingProbe, { query: on });
  });
});

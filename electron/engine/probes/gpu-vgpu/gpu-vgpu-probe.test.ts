import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { gpuVgpuProbe } from './gpu-vgpu-probe';

const vgpu = (id: number, name: string) => `    vGPU ID                               : ${id}
        VM UUID                           : 95d9b01e-1111-4d2f-b7f2-000000000${id}
        VM Name                           : ${name}
        vGPU Name                         : NVIDIA L40S-12Q
        vGPU Type                         : 1153
        vGPU UUID                         : 7d3a0b5c-0000-11ef-8a4b-000000000${id}
        Guest Driver Version              : 550.90.05
        License Status                    : Licensed (Expiry: 2025-12-1 10:2:11 GMT)
        FB Memory Usage
            Total                         : 12288 MiB
            Used                          : 1024 MiB
            Free                          : 11264 MiB
`;
const host = `
==============NVSMI LOG==============

Timestamp                                 : Fri Mar  7 09:05:01 2025
Driver Version                            : 550.90.05

Attached GPUs                             : 2
GPU 00000000:3B:00.0
    Active vGPUs                          : 2
${vgpu(301, 'desk-01')}${vgpu(302, 'desk-02')}
GPU 00000000:AF:00.0
    Active vGPUs                          : 0
`;
const facts = (text: string) => factsOf(gpuVgpuProbe, { 'nvidia-smi-vgpu': text });

describe('gpu-vgpu probe', () => {
  it('lists the guests of each GPU of a host', () => {
    const { isHost, vgpus } = facts(host);
    expect(isHost).toBe(true);
    expect(vgpus.map(({ pciBusId, vmName }) => [pciBusId, vmName])).toEqual([
      ['00000000:3b:00.0', 'desk-01'],
      ['00000000:3b:00.0', 'desk-02'],
    ]);
    expect(vgpus[1]).toMatchObject({
      id: '302',
      profile: 'NVIDIA L40S-12Q',
      guestDriverVersion: '550.90.05',
      memoryTotalBytes: 12288 * 1024 ** 2,
      memoryUsedBytes: 1024 * 1024 ** 2,
    });
  });

  it('knows a node that is no host, and a host without guests', () => {
    expect(facts('vgpu:none\n')).toEqual({ isHost: false, vgpus: [] });
    expect(facts(host.replace(/ {4}vGPU ID[\s\S]*?(?=\nGPU)/, ''))).toEqual({ isHost: true, vgpus: [] });
  });

  it('has no facts of a host whose driver does not answer', () => {
    const output = printed('Failed to initialize NVML: Driver/library version mismatch\n', 18);
    expect(gpuVgpuProbe.parse({ 'nvidia-smi-vgpu': output }).state).toBe('failed');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuVgpuProbe, { 'nvidia-smi-vgpu': host });
  });
});

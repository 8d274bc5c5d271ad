import { describe, expect, it } from 'vitest';
import { cpuOnly, dgxH100, nodeProfiles, workstationRtx6000Ada } from '../profiles';
import type { NodeProfile } from '../profiles/profile';
import { renderTool } from '../tools';
import { clearFault, injectFault } from './apply-fault';
import { NodeModel } from './node-model';

const NOW_MS = Date.UTC(2026, 0, 5, 8, 0, 0);

function modelOf(profile: NodeProfile): NodeModel {
  return new NodeModel({ profile, name: 'node', seed: 1, now: () => NOW_MS });
}

function printedBy(model: NodeModel, ...argv: string[]): string {
  return String(renderTool(model, argv).stdout);
}

describe('a part that is pulled', () => {
  it('takes a GPU with all that ran on it out of every tool, and numbers the others anew', () => {
    const model = modelOf(dgxH100);
    const [first, second] = model.gpus;
    const trainers = model.holdersOf(5).map(({ pid }) => pid);
    injectFault(model, 'part-pulled', { kind: 'gpu', which: 0 });
    expect(model.gpus).toHaveLength(7);
    expect(printedBy(model, 'nvidia-smi', '-L')).not.toContain(first?.uuid);
    expect(printedBy(model, 'nvidia-smi', '-L')).toContain(`GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${second?.uuid})`);
    expect(printedBy(model, 'lspci', '-D')).not.toContain('0000:1b:00.0');
    expect(model.holdersOf(4).map(({ pid }) => pid)).toEqual(trainers);
    clearFault(model, 'part-pulled');
    expect(model.gpus.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(model.holdersOf(5).map(({ pid }) => pid)).toEqual(trainers);
    expect(model.holdersOf(0)).toHaveLength(1);
  });

  it('takes both ports of a network card', () => {
    const model = modelOf(workstationRtx6000Ada);
    injectFault(model, 'part-pulled', { kind: 'nic', which: 'mlx5_0' });
    const left = printedBy(model, 'ip', '-j', 'link') + printedBy(model, 'rdma', '-j', 'link');
    expect(left).not.toMatch(/enp33s0f[01]np/);
    expect(left).toContain('enp129s0f1np1');
    expect(printedBy(model, 'nvidia-smi', 'topo', '-m')).not.toContain('mlx5_0');
  });

  it('takes a disk with its file systems, and never the root disk unasked', () => {
    const model = modelOf(workstationRtx6000Ada);
    injectFault(model, 'part-pulled', { kind: 'disk' });
    expect(printedBy(model, 'lsblk', '-J')).not.toContain('sda');
    expect(printedBy(model, 'df', '-P')).not.toContain('/data');
    expect(printedBy(model, 'df', '-P')).toContain('/dev/nvme0n1p2');
  });

  it('takes a memory module and its share of the memory', () => {
    const model = modelOf(dgxH100);
    injectFault(model, 'part-pulled', { kind: 'dimm', which: 'CPU1_DIMM_C0' });
    expect(model.dimms).toHaveLength(31);
    expect(model.memoryTotalMib).toBe(Math.round((dgxH100.memoryTotalMib * 31) / 32));
    clearFault(model, 'part-pulled');
    expect(model.memoryTotalMib).toBe(dgxH100.memoryTotalMib);
  });

  it('says when there is no such part, and changes nothing', () => {
    const model = modelOf(cpuOnly);
    expect(() => injectFault(model, 'part-pulled', { kind: 'gpu' })).toThrow(RangeError);
    expect(() => injectFault(model, 'part-pulled', { kind: 'nic', which: 'eth9' })).toThrow(RangeError);
    expect(model.faults.size).toBe(0);
  });

  it.each(nodeProfiles)('has something to pull on a $id', (profile) => {
    const model = modelOf(profile);
    injectFault(model, 'part-pulled', {});
    expect(model.pulled.size).toBeGreaterThan(0);
  });
});

describe('a link that is degraded', () => {
  it('halves the lanes of the first GPU unless told otherwise, and says so in the kernel log', () => {
    const model = modelOf(dgxH100);
    injectFault(model, 'link-degraded', {});
    expect(printedBy(model, 'nvidia-smi', '--query-gpu=pcie.link.width.current', '--format=csv,noheader')).toMatch(
      /^8\n16\n/,
    );
    expect(model.kernelLog.at(-1)?.message).toBe(
      'pci 0000:1b:00.0: 252.056 Gb/s available PCIe bandwidth, limited by 32.0 GT/s PCIe x8 link at 0000:1b:00.0 (capable of 504.112 Gb/s with 32.0 GT/s PCIe x16 link)',
    );
    clearFault(model, 'link-degraded');
    expect(printedBy(model, 'nvidia-smi', '--query-gpu=pcie.link.width.current', '--format=csv,noheader')).toMatch(
      /^16\n/,
    );
  });

  it('lowers the generation of a named device alone', () => {
    const model = modelOf(workstationRtx6000Ada);
    injectFault(model, 'link-degraded', { device: 'gpu2', generation: 1 });
    const fields = '--query-gpu=pcie.link.gen.current,pcie.link.width.current';
    expect(printedBy(model, 'nvidia-smi', fields, '--format=csv,noheader').split('\n')[2]).toBe('1, 16');
    expect(() => injectFault(model, 'link-degraded', { device: 'sda' })).toThrow(RangeError);
  });
});

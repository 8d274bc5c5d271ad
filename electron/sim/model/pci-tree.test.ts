import { describe, expect, it } from 'vitest';
import { pciProbe } from '../../engine/probes/pci/pci-probe';
import { factsOf } from '../../engine/probes/testing/check';
import { nodeFiles } from '../files';
import { cpuOnly, dgxH100, nodeProfiles, workstationRtx6000Ada } from '../profiles';
import type { NodeProfile } from '../profiles/profile';
import { renderTool } from '../tools';
import { injectFault } from './apply-fault';
import { NodeModel } from './node-model';
import { pciPath, pciTree } from './pci-tree';

function modelOf(profile: NodeProfile): NodeModel {
  return new NodeModel({ profile, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
}

const lspci = (model: NodeModel, ...args: string[]): string =>
  String(renderTool(model, ['lspci', ...args], { user: 'root', uid: 0 }).stdout);
const read = (text: string) => factsOf(pciProbe, { 'pci-tree': text }).functions;

describe.each(nodeProfiles)('the PCI tree of a $id', (profile) => {
  const model = modelOf(profile);
  const tree = pciTree(model);

  it('has each address once and each parent among its bridges', () => {
    expect(new Set(tree.map(({ address }) => address)).size).toBe(tree.length);
    const bridges = new Map(tree.map((one) => [one.address, one.busBelow]));
    for (const { address, parent } of tree) if (parent) expect(bridges.get(parent)).toBe(address.slice(5, 7));
  });

  it('is told the same by sysfs and by every form of lspci', () => {
    const addresses = tree.map(({ address }) => address);
    for (const form of ['-D', '-Dnn', '-Dn', '-Dmmnn', '-Dvmmnnk', '-Dvvv', '-Dk']) {
      expect(read(lspci(model, form)).map(({ address }) => address)).toEqual(addresses);
    }
    const parents = tree.map(({ address, parent }) => [address, parent]);
    expect(read(lspci(model, '-Dvv')).map((one) => [one.address, one.parentAddress])).toEqual(parents);
    expect(
      read(lspci(model, '-tv'))
        .map((one) => [one.address, one.parentAddress])
        .sort(),
    ).toEqual(parents);
    const files = nodeFiles(model, []);
    for (const address of addresses) expect(files.has(`${pciPath(tree, address)}/vendor`)).toBe(true);
  });
});

describe('the PCI tree', () => {
  it('puts a GPU of an 8-GPU node behind a switch with its network card', () => {
    const tree = pciTree(modelOf(dgxH100));
    expect(pciPath(tree, '0000:1b:00.0')).toBe(
      '/sys/devices/pci0000:15/0000:15:01.0/0000:16:00.0/0000:17:01.0/0000:1b:00.0',
    );
    expect(pciPath(tree, '0000:18:00.0')).toBe(
      '/sys/devices/pci0000:15/0000:15:01.0/0000:16:00.0/0000:17:00.0/0000:18:00.0',
    );
  });

  it('shows a degraded link at both of its ends', () => {
    const model = modelOf(workstationRtx6000Ada);
    injectFault(model, 'link-degraded', { device: 'gpu2', width: 4 });
    const narrow = read(lspci(model, '-Dvv')).filter(({ link }) => link?.width === 4 && link.maxWidth === 16);
    expect(narrow.map(({ address }) => address)).toEqual(['0000:a0:01.1', '0000:a1:00.0', '0000:a1:00.1']);
  });

  it('reads as ones where a GPU is lost', () => {
    const model = modelOf(dgxH100);
    injectFault(model, 'xid-79-gpu-lost', { gpu: 7 });
    const lost = read(lspci(model, '-Dvv')).filter(({ state }) => state === 'lost');
    expect(lost.map(({ address }) => address)).toEqual(['0000:df:00.0']);
  });

  it('has no links in a virtual machine, and no capabilities without root', () => {
    expect(read(lspci(modelOf(cpuOnly), '-Dvv')).every(({ link }) => link === null)).toBe(true);
    const text = String(renderTool(modelOf(dgxH100), ['lspci', '-vv', '-s', '1b:00.0']).stdout);
    expect(text).toContain('Capabilities: <access denied>');
    expect(text).not.toContain('LnkSta');
  });

  it('is filtered as the real one is', () => {
    const model = modelOf(dgxH100);
    expect(
      lspci(model, '-Dn', '-d', '10de:')
        .split('\n')
        .filter((line) => line.includes(' 0680: ')),
    ).toHaveLength(4);
    expect(lspci(model, '-s', '1b:00.0')).toBe(
      '1b:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev a1)\n',
    );
    expect(read(lspci(model, '-D', '-vv', '-d', '::0604')).every(({ classCode }) => classCode === '0604')).toBe(true);
  });
});

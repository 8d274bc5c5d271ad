import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { PciFunction } from '#shared/domain/facts/pci';
import { pciLinkRows } from './node-pci';

const best = { generation: 4, width: 16, maxGeneration: 4, maxWidth: 16 };
const fn = (address: string, classCode: string, more: Partial<PciFunction>) =>
  ({
    address,
    classCode,
    state: 'present',
    aer: null,
    numaNode: 0,
    deviceName: null,
    className: null,
    ...more,
  }) as PciFunction;

it('shows the link of each device with what both ends can do, and marks a degraded one', () => {
  const functions = [
    fn('0000:20:01.1', '060400', { parentAddress: null, vendorId: '1022', link: best }),
    fn('0000:21:00.0', '020000', { parentAddress: '0000:20:01.1', vendorId: '15b3', link: { ...best, width: 4 } }),
  ];
  const iommu = { isEnabled: null, groupCount: null, groupTypes: {}, kernelArguments: [] };
  const facts: NodeFacts = { pci: { functions, iommu, hasAccessControl: false } };
  expect(pciLinkRows(facts)).toEqual([
    ['21:00.0', '0000:21:00.0', 'x4 Gen4', 'x16 Gen4', { text: 'degraded width-low', tone: 'bad' }],
  ]);
  expect(pciLinkRows({})).toEqual([]);
});

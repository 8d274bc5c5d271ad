import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import type { PciFunction } from '../facts/pci';
import { pciLinkParts } from './pci-link-parts';

function facts(link: PciFunction['link'], gpuPercent: number): NodeFacts {
  const gpu = {
    address: '0000:1b:00.0',
    classCode: '030200',
    vendorId: '10de',
    parentAddress: '0000:15:01.0',
    deviceName: 'GH100 [H100 SXM5 80GB]',
  };
  const port = { address: '0000:15:01.0', classCode: '060400', vendorId: '8086', parentAddress: null };
  const best = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };
  const rest = { state: 'present', aer: null, numaNode: 0, deviceName: null, className: null, runtimeStatus: null };
  const functions = [
    { ...rest, ...port, link: best, powerState: null },
    { ...rest, ...gpu, link, powerState: null },
  ] as unknown as PciFunction[];
  const iommu = { isEnabled: null, groupCount: null, groupTypes: {}, kernelArguments: [] };
  const pcie = { generation: null, maxGeneration: null, hostMaxGeneration: null, width: null, maxWidth: null };
  return {
    pci: { functions, iommu, hasAccessControl: false },
    gpu: {
      gpus: [
        {
          index: 0,
          pciBusId: '00000000:1b:00.0',
          name: 'H100',
          pcie,
          utilization: { gpuPercent },
          performanceState: 'P0',
        },
      ],
    },
  } as unknown as NodeFacts;
}

const full = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };

describe('pciLinkParts', () => {
  it('tells what a link trained to beside what both of its ends can do', () => {
    expect(pciLinkParts.read(facts({ ...full, width: 8 }, 90))).toEqual([
      {
        kind: 'pci-link',
        slot: '0000:1b:00.0',
        identity: null,
        model: 'GH100 [H100 SXM5 80GB]',
        attributes: {
          linkWidth: 8,
          capableWidth: 16,
          linkGeneration: 5,
          capableGeneration: 5,
          linkQuality: 'degraded',
        },
        counters: { correctableErrors: null, uncorrectableErrors: null },
        source: { probeId: 'pci', factPath: 'functions.1.link' },
      },
    ]);
  });

  it('is the same for a GPU at rest and at work, but for what is not told', () => {
    const [busy] = pciLinkParts.read(facts(full, 90));
    const [idle] = pciLinkParts.read(facts({ ...full, generation: 1 }, 0));
    expect(idle?.attributes).toEqual({ ...busy?.attributes, linkGeneration: null });
  });
});
